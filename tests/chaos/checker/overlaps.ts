import type { BookingRow, SpanRow } from "./data.ts";
import { at, mustBeNone, type Evidence, type Finding } from "./finding.ts";

const minuteMs = 60_000;
const takesTime = new Set(["hold", "pending", "confirmed", "completed", "no_show"]);

/** No calendar is taken twice at one time: by the allocations, and by the bookings and the rules of their types alone. */
export function checkOverlaps(evidence: Evidence): Finding[] {
  const { data } = evidence;
  const taken = takenByRules(evidence);
  return [
    mustBeNone("overlaps of allocations", overlaps(data.allocations)),
    mustBeNone("overlaps of bookings, buffers included", overlaps(taken)),
    mustBeNone("time taken in part, or for nothing", differences(taken, data.allocations)),
  ];
}

/** The spans that bookings and sessions ought to take, worked out anew. */
function takenByRules({ data, world }: Evidence): SpanRow[] {
  const widen = (type: string, row: Omit<SpanRow, "calendar" | "owner">, calendar: string, owner: string): SpanRow => {
    const rules = world.types.find(({ id }) => id === type);
    const start = row.start - (rules?.before ?? 0) * minuteMs;
    return { calendar, owner, start, end: row.end + (rules?.after ?? 0) * minuteMs };
  };
  const alone = data.bookings.filter((row) => row.session === null && takesTime.has(row.status));
  return [
    ...alone.flatMap((row: BookingRow) => row.calendars.map((calendar) => widen(row.type, row, calendar, row.id))),
    ...data.sessions.filter(({ open }) => open).map((row) => widen(row.type, row, row.calendar, row.owner)),
  ];
}

function overlaps(spans: readonly SpanRow[]): string[] {
  return [...Map.groupBy(spans, ({ calendar }) => calendar).values()].flatMap((ofCalendar) => {
    let last: SpanRow | undefined;
    const wrong: string[] = [];
    for (const one of ofCalendar.toSorted((a, b) => a.start - b.start)) {
      if (last !== undefined && one.start < last.end) {
        wrong.push(`calendar ${one.calendar}: ${last.owner} until ${at(last.end)}, ${one.owner} from ${at(one.start)}`);
      }
      last = last === undefined || one.end > last.end ? one : last;
    }
    return wrong;
  });
}

/** What only one of two sets of spans has. */
export function differences(expected: readonly SpanRow[], found: readonly SpanRow[]): string[] {
  const keyOf = ({ calendar, owner, start, end }: SpanRow) => `${owner} on ${calendar} ${at(start)}–${at(end)}`;
  const wanted = new Set(expected.map(keyOf));
  const there = new Set(found.map(keyOf));
  return [
    ...[...wanted].filter((key) => !there.has(key)).map((key) => `missing: ${key}`),
    ...[...there].filter((key) => !wanted.has(key)).map((key) => `too much: ${key}`),
  ];
}
