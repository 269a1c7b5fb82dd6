import type { DomainError } from "@calends/kit/domain-error";
import { newId } from "@calends/kit/ids";
import { writeChanged } from "../changing.ts";
import { limitDayOf } from "../domain/appointment-type.ts";
import {
  changed as changedOf,
  ended,
  place as placeBooking,
  reschedule,
  type Booking,
  type BookingDraft,
  type Changed,
  type Placed,
} from "../domain/booking.ts";
import { conflictReason, settledAs } from "../domain/recurring.ts";
import { tell } from "../facts.ts";
import { writeMoved } from "../moving.ts";
import { insertPlaced, takePlaced, type Placing } from "../placing.ts";
import { reviveBooking, writeBooking } from "../store/bookings.ts";
import type { Tx } from "../store/index.ts";
import { updateOccurrence } from "../store/occurrences.ts";
import { updateRecurring } from "../store/recurring.ts";
import { returnAssignment } from "../store/round-robin.ts";
import { leaveTime } from "../store/taking.ts";
import { actorOf, type Cause, type Known, type SettleDeps } from "./known.ts";
import type { Place } from "./places.ts";

/**
 * Books a date at a place: a new booking, the one that was cancelled for want of a place, or the one that is moved. One row
 * for a date, whatever becomes of it. Throws SLOT_TAKEN or the reason of a limit.
 */
export async function writePlace(
  deps: SettleDeps,
  tx: Tx,
  known: Known,
  place: Place,
  obstacle: DomainError | undefined,
  cause: Cause,
): Promise<Booking> {
  const { key, occurrence } = known;
  const { organizationId } = key;
  const actor = actorOf(known);
  const placing: Placing = { deps, tx, organizationId, type: place.type, actor, now: deps.clock.now() };
  const changed = await write(placing, known, place);
  const booked = { outcome: "booked" as const, outcomeReason: "", obstacle: obstacle?.reason ?? "" };
  const values = { ...booked, settleAt: null, tries: 0, actor: "" };
  await updateOccurrence(tx, key, { ...values, ...settledAs(occurrence), bookingId: changed.booking.id });
  await keepHost(tx, known, changed.booking);
  await tell(deps, tx, organizationId, changed, cause.trace);
  return changed.booking;
}

async function write(placing: Placing, known: Known, place: Place): Promise<Changed> {
  const { booking } = known;
  const draft = draftOf(known, place);
  if (booking === null) {
    return insertPlaced(placing, place, place.free, (id, placed) => make(placing, known, id, draft, placed));
  }
  return booking.status === "cancelled" ? revive(placing, known, booking, place) : move(placing, booking, place);
}

function make({ type, now }: Placing, { key }: Known, id: string, draft: BookingDraft, placed: Placed): Changed {
  const { seriesId, recurrenceId } = key;
  return placeBooking(id, type, draft, { ...placed, seriesId, recurrenceId }, now);
}

/** Books in the row of a booking that was cancelled: its invitation goes out again, under the same UID. */
async function revive(placing: Placing, known: Known, before: Booking, place: Place): Promise<Changed> {
  const { tx, organizationId, type, actor } = placing;
  const { createdAt, version, sequence } = before;
  await leaveTime(tx, organizationId, before.id);
  const revived = await takePlaced(placing, place, place.free, (placed) => {
    const made = make(placing, known, before.id, draftOf(known, place), placed);
    return { ...made, booking: { ...made.booking, createdAt, version: version + 1n, sequence: sequence + 1 } };
  });
  await reviveBooking(tx, organizationId, type, revived, actor);
  return revived;
}

/** A booking may go to the host that the place is on; what its old host was given for it is given back. */
async function move(placing: Placing, before: Booking, place: Place): Promise<Changed> {
  const { tx, organizationId, type, now } = placing;
  const { startMs, durationMs, free } = place;
  const moved = reschedule(before, startMs, limitDayOf(type.fields, startMs), "", now);
  const booking = { ...moved.booking, endsAt: new Date(startMs + durationMs) };
  const hosts = type.fields.category === "round_robin" ? before.hosts : type.fields.hosts;
  if (hosts.some(({ calendarId }) => calendarId !== before.hosts[0]?.calendarId) && hosts.length === 1) {
    await returnAssignment(tx, organizationId, before.id);
  }
  return writeMoved(placing, { ...before, hosts }, { ...moved, booking }, free);
}

/** Puts a cancelled booking where a date cannot be booked, or makes one of the booking that cannot be moved there. */
export async function writePlaceholder(deps: SettleDeps, tx: Tx, known: Known, cause: Cause): Promise<void> {
  const { key, occurrence, type, booking } = known;
  const { organizationId } = key;
  const now = deps.clock.now();
  const actor = actorOf(known);
  const startMs = occurrence.startsAt.getTime();
  const span = { startMs, durationMs: occurrence.endsAt.getTime() - startMs };
  const placing: Placing = { deps, tx, organizationId, type, actor, now };
  const made = make(placing, known, booking?.id ?? newId(now.getTime()), draftOf(known, span), {
    hosts: wantedHosts(known),
  });
  const end = ended(made.booking, conflictReason);
  const first = { ...made.booking, ...end, sequence: 0 };
  const placeholder: Changed = { booking: first, change: "cancelled", reason: conflictReason };
  if (booking === null) {
    await writeBooking(tx, organizationId, type, placeholder, actor);
    await updateOccurrence(tx, key, { bookingId: first.id });
    await tell(deps, tx, organizationId, placeholder, cause.trace);
    return;
  }
  const { startsAt, endsAt, limitDay } = made.booking;
  const values = { ...ended(booking, conflictReason), startsAt, endsAt, limitDay };
  const cancelled = changedOf(booking, "cancelled", values, now, conflictReason);
  await writeChanged({ deps, tx, organizationId, actor, trace: cause.trace }, booking, cancelled);
}

/** Who would have been the host. */
function wantedHosts({ type: { fields }, recurring }: Known) {
  const own = fields.hosts.filter(({ calendarId }) => calendarId === recurring.hostCalendarId);
  return fields.category === "round_robin" && own.length > 0 ? own : fields.hosts;
}

/** The host of the first date of a round-robin type becomes that of all. */
async function keepHost(tx: Tx, { key, recurring, type }: Known, { hosts }: Booking): Promise<void> {
  const [host] = hosts;
  if (type.fields.category === "round_robin" && recurring.hostCalendarId === null && host !== undefined) {
    await updateRecurring(tx, key.organizationId, recurring.id, { hostCalendarId: host.calendarId });
  }
}

function draftOf({ recurring }: Known, { startMs, durationMs }: Pick<Place, "startMs" | "durationMs">): BookingDraft {
  const { booker, attendees, answers } = recurring;
  return { startMs, durationMs, booker, attendees, answers, externalId: null, linkId: null, slotToken: "" };
}
