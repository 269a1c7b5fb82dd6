import type { LengthPolicy } from "./length.ts";
import type { Pattern } from "./pattern.ts";

/** Where a series stands: active ⇄ paused; both → cancelled or completed; completed → active when extended. */
export type SeriesStatus = "active" | "paused" | "cancelled" | "completed";

/** What happened to a series. */
export type SeriesChange =
  | "created"
  | "updated"
  | "paused"
  | "resumed"
  | "extended"
  | "split"
  | "cancelled"
  | "completed"
  | "occurrence_cancelled"
  | "occurrence_changed"
  | "occurrence_restored";

/** A pattern as a record. */
export interface Series extends LengthPolicy {
  readonly id: string;
  readonly title: string;
  readonly calendarId: string | null;
  readonly pattern: Pattern;
  readonly maxAdvanceDays: number;
  readonly status: SeriesStatus;
  readonly cancellationReason: string;
  /** Occurrences that start from then on do not take place; null unless cancelled. */
  readonly cancelledAt: Date | null;
  readonly continuesSeriesId: string | null;
  readonly externalId: string | null;
  /** The UID that it was imported with; null is its id. */
  readonly icalUid: string | null;
  /** From then on no occurrence is in progress; null where there is no end. Cancelled ones count: they may be restored. */
  readonly endsAt: Date | null;
  readonly version: bigint;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An occurrence that is not as the pattern has it. Instants are epoch milliseconds. */
export interface Exception {
  /** Its original start. */
  readonly recurrenceId: number;
  readonly kind: "changed" | "cancelled";
  /** Its start now; of a cancelled one its original start. */
  readonly startMs: number;
  /** Null is the length of the series, also when that changes. */
  readonly durationMs: number | null;
  readonly title: string;
  readonly reason: string;
}

/** A series with its exceptions: one for each recurrence id, in their order, all of dates that the pattern has. */
export interface Held {
  readonly series: Series;
  readonly exceptions: readonly Exception[];
}

/** A series after a change, and what changed. */
export interface Changed extends Held {
  readonly change: SeriesChange;
  /** The occurrence that it was about; null when it was about the series. */
  readonly recurrenceId: number | null;
}

/** Where a series stands and since when; reason and instant are those of a cancelled one. */
export type Standing = Pick<Series, "status" | "cancelledAt" | "cancellationReason">;

/** What a new series is made of. */
export interface SeriesDraft extends LengthPolicy {
  readonly title: string;
  readonly calendarId: string | null;
  readonly pattern: Pattern;
  readonly maxAdvanceDays: number;
  readonly externalId: string | null;
  readonly icalUid: string | null;
}

/** New values of a series; what is absent stays as it is. */
export interface SeriesEdit {
  readonly title: string;
  readonly pattern: Pattern;
  readonly maxLengthMonths?: number | undefined;
}
