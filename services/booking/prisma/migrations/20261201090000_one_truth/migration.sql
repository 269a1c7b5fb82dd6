-- A date keeps why its outcome is what it is, by whom the series was changed, whether it was ever planned, and the version of
-- what was told of it last: an outcome may change without its booking.
ALTER TABLE series_occurrences
  ADD COLUMN outcome_reason text NOT NULL DEFAULT '',
  ADD COLUMN actor text NOT NULL DEFAULT '',
  ADD COLUMN was_planned boolean NOT NULL DEFAULT false,
  ADD COLUMN told_version bigint NOT NULL DEFAULT 0;
UPDATE series_occurrences SET
  was_planned = booking_id IS NOT NULL OR wanted <> 'skipped' OR outcome <> 'skipped',
  outcome_reason = CASE WHEN outcome IN ('planned', 'booked') THEN '' ELSE reason END;
UPDATE series_occurrences o SET
  told_version = b.version,
  outcome_reason = CASE WHEN o.outcome IN ('planned', 'booked') THEN '' ELSE b.cancellation_reason END
FROM bookings b
WHERE b.organization_id = o.organization_id AND b.id = o.booking_id;

-- Why a series was cancelled: for dates that are heard of after that. NULL while it is not.
ALTER TABLE recurring_bookings ADD COLUMN cancellation_reason text;
-- The dates that are due, by series: each series has a queue of its own.
CREATE INDEX series_occurrences_due_by_series ON series_occurrences (organization_id, series_id, settle_at)
  WHERE settle_at IS NOT NULL;
