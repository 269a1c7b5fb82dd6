import * as fc from "fast-check";
import { typeFields } from "../../test/_samples.ts";
import type { AppointmentType } from "./appointment-type.ts";
import { cancel, changed, confirm, ended, place, reschedule, type Booking } from "./booking.ts";
import { changedReason, conflictReason, settledAs, stepFor, type SeriesOccurrence } from "./recurring.ts";

/** When everything in the model happens. */
export const now = new Date("2026-12-01T08:00:00Z");
const hourMs = 3_600_000;
const first = new Date("2026-12-08T10:00:00Z");

const type: AppointmentType = {
  id: "t",
  fields: { ...typeFields, requiresConfirmation: true },
  status: "active",
  version: 1n,
  createdAt: now,
  updatedAt: now,
};

/** What may happen to a date: news of its series, somebody who changes its booking, a place that is taken or free. */
export const event = fc.oneof(
  fc.record({ what: fc.constantFrom("wanted", "moved", "longer"), byHours: fc.integer({ min: -30, max: 60 }) }),
  fc.record({ what: fc.constantFrom("dropped"), forced: fc.boolean() }),
  fc.record({
    what: fc.constantFrom("skipped", "cancelled", "confirm", "withdraw", "restore", "block", "free", "settle"),
  }),
);
export type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** A date and its booking, as the tables hold them. */
export interface Model {
  readonly occurrence: SeriesOccurrence;
  readonly booking: Booking | null;
  /** Every booking that the date ever had. */
  readonly ids: readonly string[];
  readonly isFree: boolean;
}

/** A date that has been planned and not settled. */
export const fresh: Model = {
  occurrence: {
    seriesId: "s",
    recurrenceId: first,
    startsAt: first,
    endsAt: new Date(first.getTime() + hourMs),
    changed: false,
    wanted: "date",
    reason: "",
    forced: false,
    planVersion: 1n,
    wasPlanned: true,
    actor: "",
    outcome: "planned",
    outcomeReason: "",
    toldVersion: 0n,
    obstacle: "",
    bookingId: null,
    settledFrom: null,
    settledTo: null,
    settledChanged: false,
    settleAt: now,
    tries: 0,
  },
  booking: null,
  ids: [],
  isFree: true,
};

/** What an event makes of a model: as the store writes it. */
export function apply(model: Model, happened: Event): Model {
  const { booking, occurrence } = model;
  switch (happened.what) {
    case "wanted":
      return hear(model, { wanted: "date", reason: "", forced: false });
    case "moved":
    case "longer":
      return hear(model, { wanted: "date", reason: "", ...timesOf(happened) });
    case "dropped":
      return model.occurrence.wanted === "date"
        ? hear(model, { wanted: "dropped", reason: changedReason, ...happened })
        : model;
    case "skipped":
      return hear(model, { wanted: "skipped", reason: "Manually skipped", forced: true });
    case "cancelled":
      return hear(model, { wanted: "cancelled", reason: "Recurring series cancelled" });
    case "confirm":
      return booking?.status === "pending" ? { ...model, booking: confirm(booking, now).booking } : model;
    case "withdraw":
      return withdraw(model);
    case "restore":
      return occurrence.outcome === "withdrawn" && occurrence.wanted === "date"
        ? hear(model, { outcome: "planned" })
        : model;
    case "block":
    case "free":
      return { ...model, isFree: happened.what === "free" };
    default:
      return settle(model);
  }
}

/** Settles a date as series/settle.ts does: the same steps, without a database. */
export function settle(model: Model): Model {
  const { occurrence, booking } = model;
  const step = stepFor(occurrence, booking, now);
  if (step.do === "nothing" || step.do === "cancel") {
    const kept = { ...occurrence, ...step.told, settleAt: null };
    const cancelled = step.do === "cancel" && booking !== null;
    return {
      ...model,
      occurrence: kept,
      booking: cancelled ? cancel(booking, occurrence.reason, now).booking : booking,
    };
  }
  return model.isFree ? book(model) : giveUp(model);
}

function book(model: Model): Model {
  const { occurrence, booking } = model;
  const id = booking?.id ?? `b${model.ids.length}`;
  const made = place(id, type, draftOf(occurrence), { hosts: type.fields.hosts }, now).booking;
  const version = (booking?.version ?? 0n) + 1n;
  const moved =
    booking !== null && booking.status !== "cancelled" ? movedTo(booking, occurrence) : { ...made, version };
  return { ...model, booking: moved, ids: idsOf(model, id), occurrence: settled(occurrence, "booked", id) };
}

function movedTo(booking: Booking, { startsAt, endsAt }: SeriesOccurrence): Booking {
  return { ...reschedule(booking, startsAt.getTime(), "", "", now).booking, endsAt };
}

function giveUp(model: Model): Model {
  const { occurrence, booking } = model;
  const id = booking?.id ?? `b${model.ids.length}`;
  const made = booking ?? place(id, type, draftOf(occurrence), { hosts: type.fields.hosts }, now).booking;
  const values = { ...ended(made, conflictReason), startsAt: occurrence.startsAt, endsAt: occurrence.endsAt };
  const isPlaceholder = made.status === "cancelled" && occurrence.outcome === "conflict";
  const placeholder = isPlaceholder ? made : changed(made, "cancelled", values, now).booking;
  return { ...model, booking: placeholder, ids: idsOf(model, id), occurrence: settled(occurrence, "conflict", id) };
}

function idsOf({ ids }: Model, id: string): readonly string[] {
  return ids.includes(id) ? ids : [...ids, id];
}

function settled(occurrence: SeriesOccurrence, outcome: "booked" | "conflict", bookingId: string): SeriesOccurrence {
  const outcomeReason = outcome === "booked" ? "" : conflictReason;
  return { ...occurrence, outcome, outcomeReason, bookingId, ...settledAs(occurrence), settleAt: null };
}

/** A booking that is cancelled by itself: as tellOutcome notes it. */
function withdraw(model: Model): Model {
  const { booking, occurrence } = model;
  if (booking === null || (booking.status !== "pending" && booking.status !== "confirmed")) {
    return model;
  }
  const told = occurrence.outcome === "booked" ? ({ outcome: "withdrawn", outcomeReason: "Ill" } as const) : {};
  return { ...model, booking: cancel(booking, "Ill", now).booking, occurrence: { ...occurrence, ...told } };
}

function hear(model: Model, values: Partial<SeriesOccurrence>): Model {
  return { ...model, occurrence: { ...model.occurrence, ...values, settleAt: now } };
}

function timesOf({ what, byHours = 0 }: { readonly what: string; readonly byHours?: number }) {
  const startsAt = new Date(first.getTime() + (what === "moved" ? byHours * hourMs : 0));
  const lengthMs = what === "longer" ? (Math.abs(byHours) + 1) * 600_000 : hourMs;
  return { startsAt, endsAt: new Date(startsAt.getTime() + lengthMs), changed: what === "moved" };
}

function draftOf({ startsAt, endsAt }: SeriesOccurrence) {
  const startMs = startsAt.getTime();
  const booker = { name: "Bo", email: "bo@guest.example", timeZone: "", locale: "" };
  const rest = { attendees: [], answers: [], externalId: null, linkId: null, slotToken: "" };
  return { startMs, durationMs: endsAt.getTime() - startMs, booker, ...rest };
}
