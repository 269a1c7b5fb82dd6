/**
 * Clock changes as the IANA database's source files tell them, written down by hand: a time that the clock skips and
 * one that it shows twice, on their dates, with the minutes that the zone is ahead of UTC before and after.
 */
export interface ClockChange {
  readonly zone: string;
  readonly gapDay: string;
  /** When the clock goes forward. */
  readonly begins: string;
  /** A time that is skipped. */
  readonly skipped: string;
  /** Minutes ahead of UTC before and after the gap. */
  readonly spring: readonly [before: number, after: number];
  readonly overlapDay: string;
  /** A time that is shown twice. */
  readonly repeated: string;
  readonly autumn: readonly [before: number, after: number];
}

type Row = readonly [
  zone: string,
  gapDay: string,
  begins: string,
  skipped: string,
  before: number,
  after: number,
  overlapDay: string,
  repeated: string,
];

/** The overlap goes back by as much as the gap went forward. */
const rows: readonly Row[] = [
  ["America/New_York", "2026-03-08", "02:00", "02:30", -300, -240, "2026-11-01", "01:30"],
  ["America/St_Johns", "2026-03-08", "02:00", "02:15", -210, -150, "2026-11-01", "01:45"],
  ["America/Havana", "2026-03-08", "00:00", "00:30", -300, -240, "2026-11-01", "00:30"],
  ["America/Santiago", "2026-09-06", "00:00", "00:30", -240, -180, "2026-04-04", "23:30"],
  ["America/Sao_Paulo", "2018-11-04", "00:00", "00:30", -180, -120, "2018-02-17", "23:30"],
  ["Europe/London", "2026-03-29", "01:00", "01:30", 0, 60, "2026-10-25", "01:30"],
  ["Europe/Berlin", "2026-03-29", "02:00", "02:00", 60, 120, "2026-10-25", "02:59"],
  ["Atlantic/Azores", "2025-03-30", "00:00", "00:30", -60, 0, "2025-10-26", "00:30"],
  ["Asia/Beirut", "2026-03-29", "00:00", "00:15", 120, 180, "2026-10-24", "23:15"],
  ["Africa/Casablanca", "2026-03-22", "02:00", "02:30", 0, 60, "2026-02-15", "02:30"],
  ["Antarctica/Troll", "2026-03-29", "01:00", "02:30", 0, 120, "2026-10-25", "01:30"],
  ["Australia/Sydney", "2026-10-04", "02:00", "02:30", 600, 660, "2026-04-05", "02:30"],
  ["Australia/Lord_Howe", "2026-10-04", "02:00", "02:15", 630, 660, "2026-04-05", "01:45"],
  ["Pacific/Chatham", "2026-09-27", "02:45", "03:15", 765, 825, "2026-04-05", "03:15"],
  ["Pacific/Auckland", "2026-09-27", "02:00", "02:59", 720, 780, "2026-04-05", "02:00"],
];

export const clockChanges: readonly ClockChange[] = rows.map(
  ([zone, gapDay, begins, skipped, before, after, overlapDay, repeated]) => ({
    zone,
    gapDay,
    begins,
    skipped,
    spring: [before, after],
    overlapDay,
    repeated,
    autumn: [after, before],
  }),
);
