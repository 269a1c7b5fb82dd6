import { invalidField } from "@calends/kit/domain-error";
import { isZone, zoneOf } from "@calends/time/zone";
import { formatLocalDate } from "@calends/time/local-date";
import { typeNotActive } from "./errors.ts";

/** Whether a type can be booked. */
export type TypeStatus = "active" | "inactive" | "archived";

/** How hosts and bookers meet. */
export type Category = "one_on_one" | "group" | "collective" | "round_robin";

/** Which of the free hosts gets a round-robin booking. */
export type Strategy = "least_recent" | "weighted" | "priority" | "load";

/** What becomes of calendars whose external events may be out of date. */
export type FreshnessPolicy = "ignore_broken" | "strict" | "verify_on_book";

/** Where a meeting takes place. */
export type LocationMode = "video" | "phone" | "in_person" | "custom";

/** Whose calendar a booking takes. */
export interface Host {
  readonly calendarId: string;
  readonly name: string;
  readonly email: string;
  readonly timeZone: string;
  /** Share of round-robin bookings; at least 1. */
  readonly weight: number;
  readonly priority: number;
}

/** How much may be booked in a span; 0 means no limit. */
export interface BookingLimit {
  readonly maxBookings: number;
  readonly maxMinutes: number;
}

/** Until when and how often a booking may be changed. */
export interface ChangePolicy {
  readonly cancelNoticeMs: number;
  readonly rescheduleNoticeMs: number;
  /** 0 means no limit. */
  readonly maxReschedules: number;
  readonly noCancel: boolean;
  readonly noReschedule: boolean;
}

/** What a caller sets of an appointment type; lengths in milliseconds. */
export interface TypeFields {
  readonly name: string;
  readonly description: string;
  readonly durationsMs: readonly number[];
  /** 0 means the duration. */
  readonly stepMs: number;
  readonly bufferBeforeMs: number;
  readonly bufferAfterMs: number;
  readonly minNoticeMs: number;
  /** 0 means no horizon. */
  readonly maxFutureDays: number;
  /** 0 means no limit. */
  readonly maxBookingsPerDay: number;
  readonly category: Category;
  readonly hosts: readonly Host[];
  readonly locationMode: LocationMode;
  readonly videoLink: string;
  readonly locationText: string;
  readonly requiresConfirmation: boolean;
  /** Zone of the limits. */
  readonly timeZone: string;
  readonly setUpMs: number;
  readonly cleanUpMs: number;
  /** Empty where nobody has to travel. */
  readonly place: string;
  /** Hours of the type's own, as availability's contract writes them in JSON: only availability looks inside. */
  readonly hours: OpaqueJson | null;
  /** Seats of a group session; 0 for other categories. */
  readonly capacity: number;
  readonly waitlist: boolean;
  /** Seats of a session that one address may take or wait for. */
  readonly maxSeatsPerAddress: number;
  readonly offerLifetimeMs: number;
  readonly strategy: Strategy;
  /** 0 means no limit. */
  readonly maxMinutesPerDay: number;
  readonly weeklyLimit: BookingLimit;
  readonly monthlyLimit: BookingLimit;
  readonly bookerPolicy: ChangePolicy;
  readonly staffPolicy: ChangePolicy;
  /** Entitlement that a caller needs to create a series; empty means none. */
  readonly seriesEntitlement: string;
  readonly maxSeriesMonths: number;
  readonly freshnessPolicy: FreshnessPolicy;
  /** An outside condition on which each booking waits; null for none. */
  readonly requirement: { readonly name: string; readonly timeLimitMs: number } | null;
}

/** JSON that is kept and passed on as it is. */
export type OpaqueJson = { readonly [name: string]: unknown };

const noLimit: BookingLimit = { maxBookings: 0, maxMinutes: 0 };

/** A policy that allows everything until the start. */
export const freePolicy: ChangePolicy = {
  cancelNoticeMs: 0,
  rescheduleNoticeMs: 0,
  maxReschedules: 0,
  noCancel: false,
  noReschedule: false,
};

/** What a type that was kept before these fields were there means by them. */
export const laterFields = {
  setUpMs: 0,
  cleanUpMs: 0,
  place: "",
  hours: null,
  capacity: 0,
  waitlist: false,
  maxSeatsPerAddress: 1,
  offerLifetimeMs: 86_400_000,
  strategy: "weighted",
  maxMinutesPerDay: 0,
  weeklyLimit: noLimit,
  monthlyLimit: noLimit,
  bookerPolicy: freePolicy,
  staffPolicy: freePolicy,
  seriesEntitlement: "",
  maxSeriesMonths: 6,
  freshnessPolicy: "ignore_broken",
  requirement: null,
} as const satisfies Partial<TypeFields>;

/** The template of a bookable meeting. */
export interface AppointmentType {
  readonly id: string;
  readonly fields: TypeFields;
  readonly status: TypeStatus;
  readonly version: bigint;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const minuteMs = 60_000;

/** Throws naming the first field that breaks a rule. */
export function validateType(fields: TypeFields): void {
  refuseUnknownZone(fields.timeZone, "fields.time_zone");
  fields.durationsMs.forEach((ms, index) => refuseSeconds(ms, `fields.durations[${index}]`));
  if (new Set(fields.durationsMs).size !== fields.durationsMs.length) {
    throw invalidField("fields.durations", "each duration may be named once");
  }
  refuseSeconds(fields.stepMs, "fields.step");
  refuseSeconds(fields.bufferBeforeMs, "fields.buffer_before");
  refuseSeconds(fields.bufferAfterMs, "fields.buffer_after");
  refuseSeconds(fields.minNoticeMs, "fields.min_notice");
  refuseSeconds(fields.setUpMs, "fields.set_up");
  refuseSeconds(fields.cleanUpMs, "fields.clean_up");
  validateCategory(fields);
  fields.hosts.forEach(({ timeZone }, index) => {
    if (timeZone !== "") {
      refuseUnknownZone(timeZone, `fields.hosts[${index}].time_zone`);
    }
  });
  if (fields.locationMode === "video" && fields.videoLink === "") {
    throw invalidField("fields.video_link", "a video meeting needs a video_link");
  }
  if ((fields.locationMode === "in_person" || fields.locationMode === "custom") && fields.locationText === "") {
    throw invalidField("fields.location_text", "this location mode needs a location_text");
  }
}

/** A category's number of hosts and seats. */
function validateCategory({ category, hosts, capacity, waitlist }: TypeFields): void {
  if ((category === "one_on_one" || category === "group") && hosts.length !== 1) {
    throw invalidField("fields.hosts", `${category} has exactly one host`);
  }
  if (new Set(hosts.map(({ calendarId }) => calendarId)).size !== hosts.length) {
    throw invalidField("fields.hosts", "each calendar may be named once");
  }
  if (category === "group" && capacity === 0) {
    throw invalidField("fields.capacity", "a group has at least one seat");
  }
  if (category !== "group" && (capacity !== 0 || waitlist)) {
    throw invalidField("fields.capacity", "only a group has seats and a waitlist");
  }
}

/** Throws unless the type can be booked. */
export function refuseInactive(type: AppointmentType): void {
  if (type.status !== "active") {
    throw typeNotActive();
  }
}

/** The duration that a request means: the one it names, which the type must offer, or the type's first. */
export function chooseDuration(fields: TypeFields, askedMs: number | undefined, field: string): number {
  if (askedMs === undefined) {
    return fields.durationsMs[0] ?? 0;
  }
  if (!fields.durationsMs.includes(askedMs)) {
    throw invalidField(field, "the duration is not one that the type offers", "DURATION_NOT_OFFERED");
  }
  return askedMs;
}

/** The local day on which a start counts towards the type's daily limit. */
export function limitDayOf(fields: TypeFields, startMs: number): string {
  return formatLocalDate(startMs + zoneOf(fields.timeZone).offsetAt(startMs));
}

/** Where a meeting of the type takes place, for people. */
export function locationOf(fields: TypeFields): string {
  switch (fields.locationMode) {
    case "video":
      return "Video call";
    case "phone":
      return "Phone call";
    case "in_person":
    case "custom":
      return fields.locationText;
  }
}

/** Where a type's meetings take place online; empty for others. */
export function meetingUrlOf({ locationMode, videoLink }: TypeFields): string {
  return locationMode === "video" ? videoLink : "";
}

function refuseSeconds(ms: number, field: string): void {
  if (ms % minuteMs !== 0) {
    throw invalidField(field, "must be in whole minutes");
  }
}

/** Throws naming the field where the IANA database has no such zone. */
export function refuseUnknownZone(name: string, field: string): void {
  if (!isZone(name)) {
    throw invalidField(field, `unknown time zone: ${name}`);
  }
}
