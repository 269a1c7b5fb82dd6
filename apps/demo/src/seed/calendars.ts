import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Calendar } from "@calends/contracts/calends/availability/v1/calendar_pb";
import type {
  AvailabilityProfileSchema,
  LocalTimeRangeSchema,
} from "@calends/contracts/calends/availability/v1/profile_pb";
import { Code, ConnectError } from "@connectrpc/connect";
import { readAll, type Clients } from "./clients.ts";
import { requestIdOf } from "./ids.ts";
import type { Hours, Member } from "./organization.ts";

/** Makes the calendars that are missing, each with its profile; returns the id of every member's calendar by key. */
export async function seedCalendars({ calendars }: Clients, members: readonly Member[]): Promise<Map<string, string>> {
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
    await seedProfile(calendars, member, ids.get(key) ?? "");
  }
  return ids;
}

/** Sets a profile where there is none: one that somebody has changed stays as it is. */
async function seedProfile(calendars: Clients["calendars"], member: Member, calendarId: string) {
  try {
    await calendars.getProfile({ calendarId });
  } catch (error) {
    if (ConnectError.from(error).code !== Code.NotFound) {
      throw error;
    }
    const profile = profileOf(member, calendarId);
    await calendars.setProfile({ requestId: requestIdOf(`profile/${calendarId}`), profile });
  }
}

/** A member's weekly hours and public holidays. */
export function profileOf(
  { timeZone, week, holidays }: Member,
  calendarId: string,
): MessageInitShape<typeof AvailabilityProfileSchema> {
  const weeklyHours = week.flatMap((ranges, index) =>
    ranges.map((hours) => ({ weekday: index + 1, hours: rangeOf(hours) })),
  );
  return { calendarId, schedule: { timeZone, weeklyHours, ...(holidays === undefined ? {} : { holidays }) } };
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
