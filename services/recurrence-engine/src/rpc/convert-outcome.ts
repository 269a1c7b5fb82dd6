import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  OccurrenceOutcome,
  PlannedOccurrenceSchema,
  type PlannedOccurrence,
} from "@calends/contracts/calends/recurrence/v1/series_pb";
import type { KeptOccurrence } from "../store/outcomes.ts";
import type { Outcome } from "../store/planned.ts";

const outcomes: Readonly<Record<Outcome, OccurrenceOutcome>> = {
  planned: OccurrenceOutcome.PLANNED,
  booked: OccurrenceOutcome.BOOKED,
  skipped: OccurrenceOutcome.SKIPPED,
  conflict: OccurrenceOutcome.CONFLICT,
  cancelled: OccurrenceOutcome.CANCELLED,
};

/** A date and what came of it as a message. */
export function toPlannedMessage(seriesId: string, kept: KeptOccurrence): PlannedOccurrence {
  return create(PlannedOccurrenceSchema, {
    seriesId,
    recurrenceId: timestampFromDate(kept.recurrenceId),
    startTime: timestampFromDate(kept.startsAt),
    endTime: timestampFromDate(kept.endsAt),
    outcome: outcomes[kept.outcome],
    reason: kept.reason,
    bookingId: kept.bookingId ?? "",
  });
}
