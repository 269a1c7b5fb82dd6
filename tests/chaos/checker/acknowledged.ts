import type { Entry, Told } from "../history.ts";
import type { BookingRow, ChangeRow } from "./data.ts";
import { at, mustBeNone, type Evidence, type Finding } from "./finding.ts";

/** What was answered is there, and what is there was asked for once. */
export function checkAcknowledged({ history, data }: Evidence): Finding[] {
  const { entries } = history;
  const bookings = new Map(data.bookings.map((row) => [row.id, row]));
  const changes = new Map(data.changes.map((row) => [`${row.booking} ${row.version}`, row]));
  const told = entries.flatMap((entry) => entry.told.map((one) => ({ entry, one })));
  return [
    mustBeNone(
      "acknowledged bookings lost",
      told.flatMap(({ entry, one }) =>
        bookings.has(one.id) ? [] : [`${entry.operation} ${one.id} at ${at(one.startMs)}`],
      ),
    ),
    mustBeNone(
      "acknowledged changes lost",
      told.flatMap(({ entry, one }) => isKept(changes.get(`${one.id} ${one.version}`), one, entry)),
    ),
    mustBeNone(
      "bookings that are not their last change",
      data.bookings.flatMap((row) => notLast(row, changes)),
    ),
    mustBeNone("requests done twice", [...twice(entries), ...madeTwice(entries, data.bookings)]),
    mustBeNone("requests refused and yet done", refusedAndDone(entries, data.bookings)),
    mustBeNone("bookings that nobody asked for", unasked(entries, data.bookings)),
    mustBeNone(
      "holds that outlived their time",
      data.bookings.filter(({ status }) => status === "hold").map(({ id }) => id),
    ),
    { name: "requests whose answer is not known", count: count(entries, "unknown"), most: null, examples: [] },
  ];
}

function isKept(row: ChangeRow | undefined, told: Told, { operation }: Entry): string[] {
  const kept = row !== undefined && row.start === told.startMs && row.end === told.endMs && row.status === told.status;
  return kept ? [] : [`${operation} ${told.id} version ${told.version} ${told.status} ${at(told.startMs)}`];
}

/** The row of a booking says what its newest change says. */
function notLast(row: BookingRow, changes: ReadonlyMap<string, ChangeRow>): string[] {
  const last = changes.get(`${row.id} ${row.version}`);
  const later = changes.get(`${row.id} ${row.version + 1}`);
  const same = last !== undefined && last.status === row.status && last.start === row.start && last.end === row.end;
  return same && later === undefined ? [] : [`${row.id} version ${row.version} ${row.status}`];
}

/** One request id has one answer, however often and wherever it is sent. */
function twice(entries: readonly Entry[]): string[] {
  return entries
    .filter(({ told }) => new Set(told.map(({ id, version, startMs }) => `${id} ${version} ${startMs}`)).size > 1)
    .filter(({ operation }) => operation !== "recur")
    .map(
      ({ operation, requestId, told }) =>
        `${operation} ${requestId}: ${told.map(({ id, version }) => `${id} v${version}`).join(", ")}`,
    )
    .concat(
      entries
        .filter(({ reason }) => reason.startsWith("again:"))
        .map(({ operation, requestId, reason }) => `${operation} ${requestId} ${reason}`),
    );
}

function madeTwice(entries: readonly Entry[], bookings: readonly BookingRow[]): string[] {
  const single = new Set(entries.filter(({ operation }) => operation !== "recur").map(({ guest }) => guest));
  const byGuest = Map.groupBy(
    bookings.filter(({ guest }) => single.has(guest)),
    ({ guest }) => guest,
  );
  const dates = Map.groupBy(
    bookings.filter(({ series }) => series !== null),
    ({ series, recurrence }) => `${series} ${recurrence}`,
  );
  return [...byGuest, ...dates]
    .filter(([key, rows]) => key !== "" && rows.length > 1)
    .map(([key, rows]) => `${key}: ${rows.map(({ id }) => id).join(", ")}`);
}

/** A refusal is final where its request was sent once; while another try is under way, that one may still be done. */
function refusedAndDone(entries: readonly Entry[], bookings: readonly BookingRow[]): string[] {
  const guests = new Set(bookings.map(({ guest }) => guest));
  return entries
    .filter(({ outcome, tries, guest }) => outcome === "refused" && tries === 1 && guest !== "" && guests.has(guest))
    .map(({ operation, guest, reason }) => `${operation} ${guest} ${reason}`);
}

function unasked(entries: readonly Entry[], bookings: readonly BookingRow[]): string[] {
  const asked = new Set(entries.map(({ guest }) => guest));
  return bookings.filter(({ guest }) => guest !== "" && !asked.has(guest)).map(({ id, guest }) => `${id} of ${guest}`);
}

function count(entries: readonly Entry[], outcome: Entry["outcome"]): number {
  return entries.filter((entry) => entry.outcome === outcome).length;
}
