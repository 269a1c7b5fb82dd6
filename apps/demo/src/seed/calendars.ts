import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  AvailabilityProfileSchema,
  Calendar,
  LocalTimeRangeSchema,
} from "@calends/contracts/calends/availability/v1/calendar_pb";
import { Code, ConnectError } from "@connectrpc/connect";
import { readAll, type Clients } from "./clients.ts";
import { publicHolidays } from "./holidays.ts";
import { requestIdOf } from "./ids.ts";
import type { Hours, Member } from "./organization.ts";

/** Makes the calendars that are missing, each with its profile; returns the id of every member's calendar by key. */
export async function seedCalendars(
  { calendars }: Clients,
  members: readonly Member[],
  now: Date,
): Promise<Map<string, string>> {
  const known = await readAll<Calendar>(async (pageToken) => {
    const { calendars: items, nextPageToken } = await calendars.listCalendars({ pageToken });
    return { items, nextPageToken };
  });
  const ids = new Map(known.map(({ externalId, id }) => [externalId, id]));
  for (const member of members) {
    const { key, name, kind, timeZone } = member;
    if (!ids.has(key)) {
      const request = { requestId: requestIdOf(`calendar/${key}`), name, kind, timeZone, externalId: key };
      const { calendar } = await calendars.createCalendar(request);
      ids.set(key, calendar?.id ?? "");
    }
    await seedProfile(calendars, member, ids.get(key) ?? "", now);
  }
  return ids;
}

/** Sets a profile where there is none: one that somebody has changed stays as it is. */
async function seedProfile(calendars: Clients["calendars"], member: Member, calendarId: string, now: Date) {
  try {
    await calendars.getProfile({ calendarId });
  } catch (error) {
    if (ConnectError.from(error).code !== Code.NotFound) {
      throw error;
    }
    const profile = profileOf(member, calendarId, now);
    await calendars.setProfile({ requestId: requestIdOf(`profile/${calendarId}`), profile });
  }
}

/** A member's weekly hours, and the public holidays of this year and the next as dates without hours. */
export function profileOf(
  { timeZone, week, holidays }: Member,
  calendarId: string,
  now: Date,
): MessageInitShape<typeof AvailabilityProfileSchema> {
  const years = [now.getUTCFullYear(), now.getUTCFullYear() + 1];
  const closed = holidays === undefined ? [] : publicHolidays(holidays, years);
  return {
    calendarId,
    timeZone,
    weeklyHours: week.flatMap((ranges, index) =>
      ranges.map((hours) => ({ weekday: index + 1, hours: rangeOf(hours) })),
    ),
    dateOverrides: closed.map(({ date, name }) => ({ date, hours: [], reason: name })),
  };
}

function rangeOf([start, end]: Hours): MessageInitShape<typeof LocalTimeRangeSchema> {
  const startMinute = minuteOf(start);
  const endMinute = minuteOf(end);
  return { startMinute, endMinute: endMinute > startMinute ? endMinute : endMinute + 24 * 60 };
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
