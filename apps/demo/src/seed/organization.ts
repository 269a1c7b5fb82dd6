import { CalendarKind } from "@calends/contracts/calends/availability/v1/calendar_pb";

/** A range of local time, as in ["09:00", "12:00"]; an end that is not later than the start lies on the next day. */
export type Hours = readonly [start: string, end: string];

/** Somebody, or something, that can be booked. */
export interface Member {
  /** The calendar's external id, by which a second start finds it. */
  readonly key: string;
  readonly name: string;
  readonly email: string;
  readonly kind: CalendarKind;
  readonly timeZone: string;
  /** Hours by ISO weekday, Monday first; missing days are free of work. */
  readonly week: readonly (readonly Hours[])[];
  /** Whose public holidays are kept; none: no holidays. */
  readonly holidays?: { readonly country: string; readonly region: string };
}

/** With a break for lunch, and Fridays that end early. */
const ada: Member = {
  key: "ada",
  name: "Ada Lindqvist",
  email: "ada@demo.calends.example",
  kind: CalendarKind.PERSON,
  timeZone: "Europe/Berlin",
  week: [
    ...Array.from({ length: 4 }, (): Hours[] => [
      ["09:00", "12:00"],
      ["13:00", "17:00"],
    ]),
    [
      ["09:00", "12:00"],
      ["13:00", "15:00"],
    ],
  ],
  holidays: { country: "DE", region: "BE" },
};

/** Split shifts: mornings and early evenings, and short Fridays. */
const grace: Member = {
  key: "grace",
  name: "Grace Okafor",
  email: "grace@demo.calends.example",
  kind: CalendarKind.PERSON,
  timeZone: "America/New_York",
  week: [
    ...Array.from({ length: 4 }, (): Hours[] => [
      ["10:00", "14:00"],
      ["16:00", "19:00"],
    ]),
    [["09:00", "13:00"]],
  ],
  holidays: { country: "US", region: "NY" },
};

/** On Tuesdays and Thursdays also late, across midnight, for callers on the other side of the world. */
const ravi: Member = {
  key: "ravi",
  name: "Ravi Iyer",
  email: "ravi@demo.calends.example",
  kind: CalendarKind.PERSON,
  timeZone: "Asia/Kolkata",
  week: [1, 2, 3, 4, 5].map((weekday): Hours[] => [
    ["11:00", "14:00"],
    ...(weekday === 2 || weekday === 4 ? [["21:00", "01:00"] as const] : []),
  ]),
};

const room: Member = {
  key: "spree-room",
  name: "Spree Room",
  email: "spree-room@demo.calends.example",
  kind: CalendarKind.RESOURCE,
  timeZone: "Europe/Berlin",
  week: [...Array.from({ length: 5 }, (): Hours[] => [["08:00", "20:00"]]), [["10:00", "16:00"]]],
  holidays: { country: "DE", region: "BE" },
};

/** Everybody in the demo, and the room. */
export const members = { ada, grace, ravi, room } as const;
