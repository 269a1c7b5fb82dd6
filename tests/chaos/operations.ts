import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { must } from "@calends/kit/must";
import { send, type ChaosClient } from "./asking.ts";
import type { Told } from "./history.ts";
import type { ChaosType } from "./world.ts";

const stepMs = 15 * 60_000;
/** Clients that come in the same moment want the same time: that is where guards are needed. */
const momentMs = 150;
const crowd = 0.6;

/** Books a time: one that was listed, or any. */
export async function book(client: ChaosClient, type = pickType(client), listedMs?: number): Promise<void> {
  const guest = nextGuest(client);
  const details = detailsOf(listedMs ?? startFor(client, type), guest);
  await send(client, {
    operation: listedMs === undefined ? "book" : "bookListed",
    guest,
    ask: async ({ bookings }, requestId) => [
      (await bookings.createBooking({ requestId, appointmentTypeId: type.id, details })).booking,
    ],
  });
}

/** Holds a time for a few seconds, and mostly forgets it. */
export async function hold(client: ChaosClient): Promise<void> {
  const type = pickType(client, ({ category, changes }) => category !== "group" && changes);
  const startTime = timestampFromMs(startFor(client, type));
  const lifetime = durationFromMs(1_000 * (1 + client.random.below(4)));
  await send(client, {
    operation: "hold",
    ask: async ({ bookings }, requestId) => [
      (await bookings.holdSlot({ requestId, appointmentTypeId: type.id, startTime, lifetime })).hold,
    ],
  });
}

/** Makes a booking of a hold, which may have run out. */
export async function take(client: ChaosClient): Promise<void> {
  const held = takeFrom(client, client.history.known.holds);
  if (held === undefined) {
    return hold(client);
  }
  const guest = nextGuest(client);
  const details = detailsOf(held.startMs, guest);
  await send(client, {
    operation: "take",
    guest,
    bookingId: held.id,
    ask: async ({ bookings }, requestId) => [
      (await bookings.createBooking({ requestId, appointmentTypeId: held.typeId, holdId: held.id, details })).booking,
    ],
  });
}

/** Gives a hold back. */
export async function release(client: ChaosClient): Promise<void> {
  const held = takeFrom(client, client.history.known.holds);
  if (held === undefined) {
    return hold(client);
  }
  await send(client, {
    operation: "release",
    bookingId: held.id,
    ask: async ({ bookings }, requestId) => [(await bookings.releaseHold({ requestId, holdId: held.id })).hold],
  });
}

/** Confirms a booking that waits for it. */
export async function confirm(client: ChaosClient): Promise<void> {
  await change(client, "confirm", client.history.known.pending, ({ bookings }, request) =>
    bookings.confirmBooking(request),
  );
}

/** Declines a booking that waits for confirmation. */
export async function decline(client: ChaosClient): Promise<void> {
  await change(client, "decline", client.history.known.pending, ({ bookings }, request) =>
    bookings.declineBooking(request),
  );
}

/** Cancels a booking. */
export async function cancel(client: ChaosClient): Promise<void> {
  await change(client, "cancel", client.history.known.standing, ({ bookings }, request) =>
    bookings.cancelBooking(request),
  );
}

/** Takes a seat that may have been offered. */
export async function accept(client: ChaosClient): Promise<void> {
  await change(client, "accept", client.history.known.offered, ({ bookings }, request) =>
    bookings.acceptOffer(request),
  );
}

/** Moves a booking to another time of its type. */
export async function reschedule(client: ChaosClient): Promise<void> {
  const { standing } = client.history.known;
  const told = takeFrom(client, standing);
  const type = client.world.types.find(({ id }) => id === told?.typeId);
  if (told === undefined || type?.changes !== true) {
    return book(client);
  }
  const startTime = timestampFromMs(startFor(client, type));
  const { outcome } = await send(client, {
    operation: "reschedule",
    bookingId: told.id,
    ask: async ({ bookings }, requestId) => [
      (await bookings.rescheduleBooking({ requestId, bookingId: told.id, startTime })).booking,
    ],
  });
  if (outcome === "refused") {
    standing.push(told);
  }
}

type Change = Parameters<typeof send>[1]["ask"];

async function change(
  client: ChaosClient,
  operation: "confirm" | "decline" | "cancel" | "accept",
  from: Told[],
  ask: (
    replica: Parameters<Change>[0],
    request: { requestId: string; bookingId: string },
  ) => Promise<{ booking?: Awaited<ReturnType<Change>>[number] }>,
): Promise<void> {
  const told = takeFrom(client, from);
  if (told === undefined || client.world.types.find(({ id }) => id === told.typeId)?.changes !== true) {
    return book(client);
  }
  await send(client, {
    operation,
    bookingId: told.id,
    ask: async (replica, requestId) => [(await ask(replica, { requestId, bookingId: told.id })).booking],
  });
}

/** A type by its share. */
export function pickType(client: ChaosClient, suits: (type: ChaosType) => boolean = () => true): ChaosType {
  const suiting = client.world.types.filter(suits);
  const types = suiting.length > 0 ? suiting : client.world.types;
  return client.random.pick(types.flatMap((type) => Array.from({ length: type.share }, () => type)));
}

let guests = 0;
let quietStarts = 0;

/** An address that nobody else has in this process, so that a mailbox and a database can be read by it. */
export function nextGuest({ number }: ChaosClient): string {
  guests += 1;
  return `c${number}-${guests}@guest.example`;
}

/** A time for a type: often the one that everybody wants at this moment. */
export function startFor({ random, world }: ChaosClient, type: ChaosType): number {
  if (type.quiet) {
    quietStarts += 1;
    return world.firstDayMs + (world.days + 1) * 86_400_000 + quietStarts * type.minutes * 60_000;
  }
  const slots = (world.days * 86_400_000) / stepMs;
  const wanted = Math.imul(Math.floor(Date.now() / momentMs), 2_654_435_761) >>> 0;
  const slot = random.next() < crowd ? crowded(type, wanted, slots, random.below(slots)) : random.below(slots);
  // Long meetings begin where they fit together, so that group sessions fill up.
  const grid =
    type.category === "group"
      ? Math.floor((slot * stepMs) / (type.minutes * 60_000)) * type.minutes * 60_000
      : slot * stepMs;
  return world.firstDayMs + grid;
}

/** Where a day has a limit the crowd wants the same day, at times that do not stand in each other's way; else the same time. */
function crowded({ perDay }: ChaosType, wanted: number, slots: number, own: number): number {
  const ofDay = 86_400_000 / stepMs;
  return perDay > 0 ? (wanted % (slots / ofDay)) * ofDay + (own % ofDay) : wanted % slots;
}

/** What somebody says who books. */
export function detailsOf(startMs: number, guest: string) {
  return { startTime: timestampFromMs(startMs), booker: { name: "Guest", email: guest, timeZone: "UTC" } };
}

/** Takes one out of a list that all clients share. */
function takeFrom({ random }: ChaosClient, list: Told[]): Told | undefined {
  if (list.length === 0) {
    return undefined;
  }
  const index = random.below(list.length);
  const told = must(list[index], "told");
  const last = must(list.pop(), "last");
  if (index < list.length) {
    list[index] = last;
  }
  return told;
}
