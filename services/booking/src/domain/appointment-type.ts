import { invalidField } from "@calends/kit/domain-error";
import { isZone, zoneOf } from "@calends/time/zone";
import { formatLocalDate } from "@calends/time/local-date";
import { typeNotActive } from "./errors.ts";

/** Whether a type can be booked. */
export type TypeStatus = "active" | "inactive" | "archived";

/** How hosts and bookers meet. */
export type Category = "one_on_one";

/** Where a meeting takes place. */
export type LocationMode = "video" | "phone" | "in_person" | "custom";

/** Whose calendar a booking takes. */
export interface Host {
  readonly calendarId: string;
  readonly name: string;
  readonly email: string;
  readonly timeZone: string;
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
  /** Zone of the daily limit. */
  readonly timeZone: string;
}

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
  if (fields.category === "one_on_one" && fields.hosts.length !== 1) {
    throw invalidField("fields.hosts", "one_on_one has exactly one host");
  }
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
