import { at, mustBeNone, type Evidence, type Finding } from "./finding.ts";

/** What visitors were told at the gateway is there, once. */
export function checkVisits({ history, data }: Evidence): Finding[] {
  const guests = new Map(data.bookings.map((row) => [row.id, row.guest]));
  const made = new Map(data.changes.filter(({ version }) => version === 1).map((change) => [change.booking, change]));
  const byGuest = Map.groupBy(history.visits, ({ guest }) => guest);
  const visits = history.entries.filter(({ operation }) => operation === "visit");
  const asked = new Set(visits.map(({ guest }) => guest));
  const rows = Map.groupBy(
    data.bookings.filter(({ guest }) => asked.has(guest)),
    ({ guest }) => guest,
  );
  return [
    mustBeNone(
      "bookings of visitors lost",
      history.visits.flatMap(({ guest, bookingId, startMs }) =>
        guests.get(bookingId) === guest && made.get(bookingId)?.start === startMs
          ? []
          : [`${bookingId} of ${guest} at ${at(startMs)}`],
      ),
    ),
    mustBeNone("visitors booked twice, or refused what they have", [
      ...[...rows].flatMap(([guest, all]) => (all.length > 1 ? [`${guest} has ${all.length}`] : [])),
      ...[...byGuest].flatMap(([guest, all]) =>
        new Set(all.map(({ bookingId }) => bookingId)).size > 1 ? [`${guest} was told of several`] : [],
      ),
      ...visits.flatMap(({ guest, reason }) => (reason.startsWith("again:") ? [`${guest} ${reason}`] : [])),
    ]),
    { name: "answers to visitors", count: history.visits.length, most: null, examples: [] },
  ];
}
