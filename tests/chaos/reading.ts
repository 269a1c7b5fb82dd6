import { ConnectError } from "@connectrpc/connect";
import { must } from "@calends/kit/must";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { outcomeOfError } from "../e2e/_util.ts";
import { toTold, unanswered, type ChaosClient } from "./asking.ts";
import { book, pickType } from "./operations.ts";

/** Reads a booking that somebody was told of, at any replica. */
export async function look({ random, replicas, history }: ChaosClient): Promise<void> {
  if (history.entries.length === 0) {
    return;
  }
  // Holds are no bookings to their readers.
  const known = random.pick(history.entries).told.find(({ status }) => status !== "hold");
  if (known === undefined) {
    return;
  }
  const bookingId = known.id;
  const askedMs = Date.now();
  try {
    const { booking } = await random.pick(replicas).bookings.getBooking({ bookingId });
    history.reads.push({ bookingId, askedMs, outcome: "ok", told: toTold(must(booking, "booking")) });
  } catch (error) {
    if (!unanswered.has(ConnectError.from(error).code)) {
      history.reads.push({ bookingId, askedMs, outcome: outcomeOfError(error), told: undefined });
    }
  }
}

/** Books one of the slots that a list offers, right away. */
export async function bookListed(client: ChaosClient): Promise<void> {
  const { random, replicas, world } = client;
  const type = pickType(client, ({ quiet }) => !quiet);
  const dayMs = world.firstDayMs + random.below(world.days) * 86_400_000;
  const range = { startTime: timestampFromMs(dayMs), endTime: timestampFromMs(dayMs + 86_400_000) };
  try {
    const { slots } = await random.pick(replicas).bookings.listSlots({ appointmentTypeId: type.id, range });
    if (slots.length > 0) {
      await book(client, type, timestampMs(must(random.pick(slots).startTime, "start_time")));
    }
  } catch (error) {
    if (!unanswered.has(ConnectError.from(error).code)) {
      throw error; // A list of an own type is never refused.
    }
  }
}
