import fc from "fast-check";
import { validateSchedule, type Schedule } from "../src/domain/schedule.ts";

type Hours = Schedule["weeklyHours"];

const everyDay = (startMinute: number, endMinute: number): Hours =>
  [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute, endMinute }));

const range = fc.oneof(
  fc
    .tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 1, max: 1440 }))
    .map(([startMinute, length]) => ({ startMinute, endMinute: startMinute + length })),
  fc.constantFrom(
    { startMinute: 0, endMinute: 1440 },
    { startMinute: 22 * 60, endMinute: 30 * 60 },
    { startMinute: 60, endMinute: 150 },
    { startMinute: 9 * 60, endMinute: 17 * 60 },
    { startMinute: 17 * 60, endMinute: 1440 },
  ),
);

const week: fc.Arbitrary<Hours> = fc.oneof(
  fc.array(
    fc.tuple(fc.integer({ min: 1, max: 7 }), range).map(([weekday, hours]) => ({ weekday, ...hours })),
    { maxLength: 12 },
  ),
  fc.constantFrom(everyDay(0, 1440), everyDay(9 * 60, 17 * 60), everyDay(8 * 60, 20 * 60), [
    ...everyDay(0, 12 * 60),
    ...everyDay(12 * 60, 1440),
  ]),
);

const breaks = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<Schedule["breaks"]>(
      [],
      everyDay(720, 780).map((one) => ({ ...one, reason: "lunch" })),
    ),
  },
  fc.array(
    fc
      .record({
        weekday: fc.integer({ min: 1, max: 7 }),
        startMinute: fc.nat(1439),
        length: fc.integer({ min: 1, max: 300 }),
      })
      .map(({ length, ...one }) => ({ ...one, endMinute: one.startMinute + length, reason: "break" })),
    { maxLength: 4 },
  ),
);

/** Schedules of a zone around a week, some of them of UTC; not all are valid. */
export function schedules(zone: string, dateOf: (day: number) => string): fc.Arbitrary<Schedule> {
  const days = fc.integer({ min: -1, max: 4 });
  return fc.record({
    timeZone: fc.constantFrom(zone, zone, zone, "UTC"),
    weeklyHours: week,
    dateOverrides: few(
      fc.uniqueArray(
        fc.record({ date: days.map(dateOf), hours: fc.array(range, { maxLength: 2 }), reason: fc.constant("moved") }),
        { selector: ({ date }) => date, maxLength: 3 },
      ),
    ),
    breaks,
    vacations: few(
      fc.array(
        fc.tuple(days, fc.nat(2)).map(([day, more]) => ({
          startDate: dateOf(day),
          endDate: dateOf(day + more),
          reason: `vacation from ${day} on`,
        })),
        { maxLength: 2 },
      ),
    ),
    holidays: fc.constantFrom(null, { country: "DE", region: "", district: "" }),
  });
}

/** Mostly none. */
function few<T>(some: fc.Arbitrary<T[]>): fc.Arbitrary<T[]> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant<T[]>([]) }, some);
}

/** Whether a schedule could have been stored. */
export function isValid(schedule: Schedule): boolean {
  try {
    validateSchedule(schedule, "schedule", () => undefined);
    return true;
  } catch {
    return false; // The only error it throws.
  }
}
