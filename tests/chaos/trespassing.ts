import { randomUUID } from "node:crypto";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import { outcomeOfError } from "../e2e/_util.ts";
import { unanswered, type ChaosClient } from "./asking.ts";
import type { Trespass } from "./history.ts";

/** Asks for a booking of the other organization by its id, which only a guess or a leak would tell. */
export async function trespass({ random, replicas, history, others, world }: ChaosClient): Promise<void> {
  const { standing } = others.known;
  if (standing.length === 0) {
    return;
  }
  const bookingId = random.pick(standing).id;
  const operation = random.pick<Trespass["operation"]>(["get", "cancel", "reschedule"]);
  const { bookings } = random.pick(replicas);
  const requestId = randomUUID();
  const startTime = timestampFromMs(world.firstDayMs);
  const calls = {
    get: () => bookings.getBooking({ bookingId }),
    cancel: () => bookings.cancelBooking({ requestId, bookingId }),
    reschedule: () => bookings.rescheduleBooking({ requestId, bookingId, startTime }),
  };
  try {
    await calls[operation]();
    history.trespasses.push({ operation, bookingId, outcome: "ok" });
  } catch (error) {
    // Without an answer nothing was told: one that is not known says nothing.
    if (!unanswered.has(ConnectError.from(error).code)) {
      history.trespasses.push({ operation, bookingId, outcome: outcomeOfError(error) });
    }
  }
}
