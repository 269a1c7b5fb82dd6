import type { Read } from "../history.ts";
import type { Listed } from "../listing.ts";
import type { ChaosType, World } from "../world.ts";
import type { BookingRow, ChangeRow, SpanRow } from "./data.ts";
import { at, mustBeNone, type Evidence, type Finding } from "./finding.ts";
import { differences } from "./overlaps.ts";

/** What was read is what was written: during the run by the history, at rest by the databases. */
export function checkAnswers({ world, history, data }: Evidence, listed: Listed): Finding[] {
  const changes = new Map(data.changes.map((row) => [`${row.booking} ${row.version}`, row]));
  return [
    mustBeNone(
      "answers to reads that never were true",
      history.reads.flatMap((read) => isOfHistory(read, changes)),
    ),
    mustBeNone("answers to reads older than what was known", outdated(history.reads, knownBefore(history.entries))),
    mustBeNone("listed slots refused, and not for a race", refusedSlots(history.entries)),
    mustBeNone(
      "lists of bookings that differ from the database",
      listed.bookings.flatMap((told) => differentRows(told, data.bookings)),
    ),
    mustBeNone("lists of allocations that differ from the database", differences(data.allocations, listed.allocations)),
    mustBeNone("slots listed and taken, or free and not listed", differentSlots(world, data.allocations, listed.slots)),
    { name: "reads", count: history.reads.length, most: null, examples: [] },
    { name: "slots listed at rest", count: [...listed.slots.values()].flat().length, most: null, examples: [] },
  ];
}

function isOfHistory({ bookingId, outcome, told }: Read, changes: ReadonlyMap<string, ChangeRow>): string[] {
  const row = changes.get(`${told?.id} ${told?.version}`);
  const same = row !== undefined && row.start === told?.startMs && row.end === told.endMs && row.status === told.status;
  return same ? [] : [`${bookingId}: ${outcome} version ${told?.version} ${told?.status} ${at(told?.startMs ?? 0)}`];
}

/** Versions of bookings, each with the moment from which an answer had told it. */
function knownBefore(entries: Evidence["history"]["entries"]) {
  const known = entries.flatMap(({ answeredMs, told }) => told.map(({ id, version }) => ({ id, version, answeredMs })));
  return Map.groupBy(known, ({ id }) => id);
}

/** Whoever asks after an answer was given reads nothing older than it, whichever replica is asked. */
function outdated(reads: readonly Read[], known: ReturnType<typeof knownBefore>): string[] {
  return reads.flatMap(({ bookingId, askedMs, told }) => {
    const newer = known
      .get(bookingId)
      ?.find(({ version, answeredMs }) => told !== undefined && answeredMs < askedMs && version > told.version);
    return newer === undefined
      ? []
      : [`${bookingId}: version ${told?.version}, and ${newer.version} was answered before`];
  });
}

/** Refusals for what others did between the list and the request. */
const races = ["SLOT_TAKEN", "DAILY_LIMIT", "SESSION_FULL", "BUFFER"];

function refusedSlots(entries: Evidence["history"]["entries"]): string[] {
  return entries
    .filter(({ operation, outcome }) => operation === "bookListed" && outcome === "refused")
    .filter(({ reason }) => !races.some((race) => reason.endsWith(`/${race}`)))
    .map(({ requestId, reason }) => `${requestId}: ${reason}`);
}

function differentRows(told: Listed["bookings"][number], rows: readonly BookingRow[]): string[] {
  const wanted = new Set(
    rows.map(({ id, version, status, start, end }) => `${id} v${version} ${status} ${start} ${end}`),
  );
  const found = new Set(
    told.map(({ id, version, status, startMs, endMs }) => `${id} v${version} ${status} ${startMs} ${endMs}`),
  );
  return [
    ...(told.length > found.size ? [`${told.length - found.size} bookings listed more than once`] : []),
    ...[...wanted].filter((key) => !found.has(key)).map((key) => `not listed: ${key}`),
    ...[...found].filter((key) => !wanted.has(key)).map((key) => `only listed: ${key}`),
  ];
}

const stepMs = 15 * 60_000;
const dayMs = 86_400_000;

function differentSlots(world: World, taken: readonly SpanRow[], slots: Listed["slots"]): string[] {
  return world.types.flatMap((type) => {
    const listed = slots.get(type.id);
    if (listed === undefined) {
      return [];
    }
    const free = new Set(freeStarts(world, type, taken));
    const found = new Set(listed);
    return [
      ...[...found]
        .filter((start) => !free.has(start))
        .map((start) => `${type.name}: listed and taken at ${at(start)}`),
      ...[...free]
        .filter((start) => !found.has(start))
        .map((start) => `${type.name}: free and not listed at ${at(start)}`),
    ];
  });
}

/** The starts of the days of the run at which the host of a type has nothing, buffers included. */
function freeStarts({ firstDayMs, days }: World, type: ChaosType, taken: readonly SpanRow[]): number[] {
  const ofHost = taken.filter(({ calendar }) => calendar === type.hosts[0]);
  const starts = Array.from({ length: (days * dayMs) / stepMs }, (_, index) => firstDayMs + index * stepMs);
  return starts.filter((start) => {
    const from = start - type.before * 60_000;
    const to = start + (type.minutes + type.after) * 60_000;
    return !ofHost.some((span) => span.start < to && span.end > from);
  });
}
