import type { BookingRow, DateRow, PlanRow } from "./data.ts";
import { at, mustBeNone, type Evidence, type Finding } from "./finding.ts";

const standing = new Set(["pending", "confirmed", "completed", "no_show"]);

/** Each date of a series has one booking at most, and booking and the engine say the same of it. */
export function checkSeries({ data }: Evidence): Finding[] {
  const bookings = Map.groupBy(
    data.bookings.filter(({ series }) => series !== null),
    keyOf,
  );
  const dates = new Map(data.dates.map((row) => [keyOf(row), row]));
  return [
    mustBeNone(
      "dates of series booked twice",
      [...bookings].flatMap(([key, rows]) =>
        rows.length > 1 ? [`${key}: ${rows.map(({ id }) => id).join(", ")}`] : [],
      ),
    ),
    mustBeNone(
      "dates of series that are not as their bookings",
      data.dates.flatMap((row) => unlike(row, bookings.get(keyOf(row))?.[0])),
    ),
    mustBeNone(
      "dates of series of which the engine has heard otherwise",
      data.plans.flatMap((row) => unheard(row, dates.get(keyOf(row)))),
    ),
    { name: "dates of series", count: data.dates.length, most: null, examples: [] },
  ];
}

function unlike(row: DateRow, booking: BookingRow | undefined): string[] {
  const stands = booking !== undefined && standing.has(booking.status);
  return (row.outcome === "booked") === stands
    ? []
    : [`${keyOf(row)} is ${row.outcome}, its booking ${booking?.status ?? "not there"}`];
}

/** What booking tells of an outcome; nothing while the date waits. */
const told: Readonly<Record<string, string>> = { dropped: "cancelled", withdrawn: "cancelled" };

function unheard(plan: PlanRow, date: DateRow | undefined): string[] {
  const outcome = date === undefined || date.outcome === "planned" ? null : (told[date.outcome] ?? date.outcome);
  return outcome === plan.settled
    ? []
    : [`${keyOf(plan)} is ${date?.outcome ?? "not there"}, the engine has ${plan.settled ?? "nothing"}`];
}

function keyOf({ series, recurrence }: Pick<DateRow, "series" | "recurrence"> | BookingRow): string {
  return `${series} at ${at(recurrence ?? Number.NaN)}`;
}
