import { invalidField } from "@calends/kit/domain-error";
import { isZone } from "@calends/time/zone";

/** What a caller sets of a calendar. */
export interface CalendarDraft {
  readonly name: string;
  readonly timeZone: string;
  /** Null for none: a blank key is no key. */
  readonly externalId: string | null;
}

/** What is booked on. */
export interface Calendar extends CalendarDraft {
  readonly id: string;
  readonly kind: number;
  readonly manageAvailableWindows: boolean;
  readonly version: bigint;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Throws naming the field that breaks a rule; returns the draft with a blank key as none. */
export function draftCalendar(name: string, timeZone: string, externalId: string): CalendarDraft {
  if (!isZone(timeZone)) {
    throw invalidField("time_zone", `unknown time zone: ${timeZone}`);
  }
  const key = externalId.trim();
  return { name, timeZone, externalId: key === "" ? null : key };
}
