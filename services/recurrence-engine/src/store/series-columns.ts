import type { Series, SeriesStatus } from "../domain/series-types.ts";
import type { Prisma, Series as SeriesRow } from "../gen/prisma/client.ts";

/** A series as the columns of its table. */
export function columnsOf({ pattern, ...rest }: Series) {
  return { ...rest, ...pattern, durationMs: BigInt(pattern.durationMs) };
}

/** A row as a series; the table's CHECKs hold what its texts may be. */
export function toSeries({ organizationId: _, completionWaits: __, ...row }: SeriesRow): Series {
  const { localStart, timeZone, durationMs, rule, extraLines, gap, allDay, status, ...rest } = row;
  const pattern = {
    localStart,
    timeZone,
    durationMs: Number(durationMs),
    rule,
    extraLines,
    gap: gap as "shift" | "omit",
    allDay,
  };
  return { ...rest, status: status as SeriesStatus, pattern };
}

/** A series as it is kept in its history; the version is the row's. */
export function snapshotOf({ version: _, ...series }: Series): Prisma.InputJsonObject {
  const isoOrNull = (date: Date | null) => date?.toISOString() ?? null;
  return {
    ...series,
    pattern: { ...series.pattern },
    cancelledAt: isoOrNull(series.cancelledAt),
    endsAt: isoOrNull(series.endsAt),
    createdAt: series.createdAt.toISOString(),
    updatedAt: series.updatedAt.toISOString(),
  };
}

/** What snapshots do not have that were taken before series had it. */
const later = { maxLengthMonths: 0, lengthFrom: null, icalUid: null };
const laterPattern = { allDay: false };

/** The JSON column holds exactly what {@link snapshotOf} put there. */
export function fromSnapshot(snapshot: Prisma.JsonValue, version: bigint): Series {
  const kept = snapshot as unknown as Omit<Series, "version" | Dates> & Record<Dates, string | null>;
  const dateOrNull = (text: string | null) => (text === null ? null : new Date(text));
  return {
    ...later,
    ...kept,
    pattern: { ...laterPattern, ...kept.pattern },
    version,
    cancelledAt: dateOrNull(kept.cancelledAt),
    endsAt: dateOrNull(kept.endsAt),
    createdAt: new Date(kept.createdAt ?? 0),
    updatedAt: new Date(kept.updatedAt ?? 0),
  };
}

type Dates = "cancelledAt" | "endsAt" | "createdAt" | "updatedAt";
