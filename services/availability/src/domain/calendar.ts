import { invalidField } from "@calends/kit/domain-error";
import { isZone } from "@calends/time/zone";

/** What a caller sets of a calendar. */
export interface CalendarDraft {
  readonly name: string;
  readonly timeZone: string;
  /** Null for none: a blank key is no key. */
  readonly externalId: string | null;
  /** The members of a bundle; none for other kinds. */
  readonly memberIds: readonly string[];
  /** The member on which a booking of the bundle is shown; null for other kinds. */
  readonly primaryMemberId: string | null;
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

/** CalendarKind of the contract: several calendars that are booked as one. */
export const bundleKind = 4;

/** What a caller asks for. */
export interface CalendarWish {
  readonly name: string;
  readonly timeZone: string;
  readonly externalId: string;
  readonly memberIds: readonly string[];
  readonly primaryMemberId: string;
}

/** Throws naming the field that breaks a rule; returns the draft with a blank key as none. */
export function draftCalendar(kind: number, wish: CalendarWish): CalendarDraft {
  const { name, timeZone, memberIds, primaryMemberId } = wish;
  if (!isZone(timeZone)) {
    throw invalidField("time_zone", `unknown time zone: ${timeZone}`);
  }
  const key = wish.externalId.trim();
  if (kind !== bundleKind && (memberIds.length > 0 || primaryMemberId !== "")) {
    throw invalidField("member_ids", "only a bundle has members");
  }
  if (kind === bundleKind && memberIds.length === 0) {
    throw invalidField("member_ids", "a bundle has at least one member");
  }
  if (kind === bundleKind && !memberIds.includes(primaryMemberId)) {
    throw invalidField("primary_member_id", "the primary member is one of member_ids");
  }
  const primary = kind === bundleKind ? primaryMemberId : null;
  return { name, timeZone, externalId: key === "" ? null : key, memberIds, primaryMemberId: primary };
}

/** Whether a bundle has other members in two versions, or another primary one. */
export function haveOtherMembers(before: CalendarDraft, after: CalendarDraft): boolean {
  const ids = new Set(before.memberIds);
  return (
    before.primaryMemberId !== after.primaryMemberId ||
    ids.size !== after.memberIds.length ||
    after.memberIds.some((id) => !ids.has(id))
  );
}
