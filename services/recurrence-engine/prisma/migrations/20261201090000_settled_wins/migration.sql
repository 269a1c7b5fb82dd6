-- What came of a date is what booking says of it, and before it says anything what the series says.
DROP INDEX planned_occurrences_by_time;
ALTER TABLE planned_occurrences DROP COLUMN outcome;
ALTER TABLE planned_occurrences ADD COLUMN outcome text NOT NULL GENERATED ALWAYS AS (CASE
  WHEN settled IS NOT NULL THEN settled
  WHEN plan = 'dropped' THEN 'cancelled'
  ELSE plan END) STORED;
CREATE INDEX planned_occurrences_by_time ON planned_occurrences (organization_id, series_id, takes_from)
  INCLUDE (takes_to, outcome, calendar_ids);

-- Whether a date was ever planned: one that was skipped before that is none of the series' when the skip is taken back.
ALTER TABLE planned_occurrences ADD COLUMN was_planned boolean NOT NULL DEFAULT false;
UPDATE planned_occurrences SET was_planned = plan <> 'skipped' OR settled IS NOT NULL;
