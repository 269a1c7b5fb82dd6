import { randomUUID } from "node:crypto";
import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs, timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";
import type { CreateCalendarRequestSchema } from "@calends/contracts/calends/availability/v1/calendar_service_pb";
import type { ScheduleSchema } from "@calends/contracts/calends/availability/v1/profile_pb";
import type {
  Slot,
  SlotQuerySchema,
  SlotRefusal,
  SlotRulesSchema,
} from "@calends/contracts/calends/availability/v1/slots_pb";
import type { BookingAllocationsSchema } from "@calends/contracts/calends/booking/v1/allocation_service_pb";
import { ReasonSchema } from "@calends/contracts/calends/errors/v1/reason_pb";
import { must } from "@calends/kit/must";
import { reasonOf, violationsOf } from "@calends/kit/connect-errors";
import type { Member } from "./_util.ts";

/** A message as its fields. */
type Fields<M extends DescMessage> = Exclude<MessageInitShape<M>, MessageShape<M>>;
export type Rules = Fields<typeof SlotRulesSchema>;
export type Query = Fields<typeof SlotQuerySchema> & { rules: Rules };
export type ScheduleFields = Fields<typeof ScheduleSchema>;

/** An instant: of a full date, or of a time of day on Monday, the first of June 2026, in UTC. */
export function at(text: string): Timestamp {
  return timestampFromMs(Date.parse(text.includes("T") ? text : `2026-06-01T${text}:00Z`));
}

/** A range message; see {@link at}. */
export function between(from: string, to: string) {
  return { startTime: at(from), endTime: at(to) };
}

/** That Monday. */
export const monday = between("00:00", "2026-06-02T00:00:00Z");

export function minutes(count: number) {
  return durationFromMs(count * 60_000);
}

/** The same hours on each day of the week. */
export function daily(from: number, to: number, fields: ScheduleFields = {}): ScheduleFields {
  const hours = { startMinute: from * 60, endMinute: to * 60 };
  return { timeZone: "UTC", weeklyHours: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, hours })), ...fields };
}

/** Makes a calendar, with hours where some are given. */
export async function calendarOf(
  { calendars }: Member,
  schedule: ScheduleFields | null = daily(9, 12),
  fields: Fields<typeof CreateCalendarRequestSchema> = {},
): Promise<string> {
  const request = { requestId: randomUUID(), name: "Ada", kind: CalendarKind.PERSON, timeZone: "UTC", ...fields };
  const { calendar } = await calendars.createCalendar(request);
  const calendarId = must(calendar, "calendar").id;
  if (schedule !== null) {
    await calendars.setProfile({ requestId: randomUUID(), profile: { calendarId, schedule } });
  }
  return calendarId;
}

/** Makes a bundle; its first member is the primary one. */
export function bundleOf(member: Member, memberIds: string[], schedule: ScheduleFields | null = null): Promise<string> {
  const [primaryMemberId = ""] = memberIds;
  return calendarOf(member, schedule, { kind: CalendarKind.BUNDLE, memberIds, primaryMemberId });
}

/** Asks for an hour with each of the groups; a calendar alone is a group of its own. */
export function queryOf(groups: readonly (string | { ids: string[]; need?: number })[], rules: Rules = {}): Query {
  return {
    groups: groups.map((group) =>
      typeof group === "string" ? { calendarIds: [group] } : { calendarIds: group.ids, need: group.need ?? 0 },
    ),
    rules: { duration: minutes(60), ...rules },
  };
}

/** The slots of that Monday, or of another range. */
export async function slotsOf({ slots }: Member, query: Query, range = monday, fields: object = {}): Promise<Slot[]> {
  return (await slots.findSlots({ query, range, ...fields })).slots;
}

/** Slots as their starts on that Monday, as in "09:00", with length in minutes where it is not an hour. */
export function starts(slots: readonly Pick<Slot, "startTime" | "endTime">[]): string[] {
  return slots.map(({ startTime, endTime }) => {
    const [from, to] = [timestampMs(must(startTime, "start")), timestampMs(must(endTime, "end"))];
    const length = (to - from) / 60_000;
    const text = new Date(from).toISOString();
    const day = text.startsWith("2026-06-01") ? "" : `${text.slice(5, 10)} `;
    return `${day}${text.slice(11, 16)}${length === 60 ? "" : `+${length}`}`;
  });
}

/** Blocks time of a calendar; returns the record. */
export async function block({ blocked }: Member, calendarId: string, from: string, to: string, reason = "") {
  const blockedTime = { calendarId, ...between(from, to), reason };
  const { blockedTime: made } = await blocked.createBlockedTime({ requestId: randomUUID(), blockedTime });
  return must(made, "blocked time");
}

/** Deletes a blocked time. */
export async function unblock({ blocked }: Member, blockedTimeId: string): Promise<void> {
  await blocked.deleteBlockedTime({ requestId: randomUUID(), blockedTimeId });
}

/** What a booking takes in one version of it: spans of calendars; none once it is cancelled. */
export function bookingOf(
  id: string,
  version: number,
  ...taken: readonly { calendarId: string; from: string; to: string; place?: string }[]
): { taken: Fields<typeof BookingAllocationsSchema> } {
  const allocations = taken.map(({ from, to, ...rest }) => ({ ...between(from, to), ...rest, active: true }));
  return { taken: { bookingId: id, version: BigInt(version), allocations } };
}

/** Refusals as "CALENDAR_BUSY blocked_time <id>", without what they do not have. */
export function causes(refusals: readonly Pick<SlotRefusal, "reason" | "recordKind" | "recordId">[]): string[] {
  return refusals.map(({ reason, recordKind, recordId }) =>
    [ReasonSchema.value[reason]?.localName ?? "", recordKind, recordId].filter((word) => word !== "").join(" "),
  );
}

/** What becomes of a call that is to be refused: its reason, and the fields that it names. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (e: unknown) => e,
  );
  const fields = violationsOf(error).map(({ field }) => field);
  return error === undefined ? "no refusal" : [reasonOf(error) ?? "no reason", ...fields].join(" ");
}
