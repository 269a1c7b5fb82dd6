-- The calendars that a date is with, as booking says; none before it says so, and then it is with the calendar of its series.
ALTER TABLE planned_occurrences ADD COLUMN calendar_ids uuid[] NOT NULL DEFAULT '{}';
DROP INDEX planned_occurrences_by_time;
CREATE INDEX planned_occurrences_by_time ON planned_occurrences (organization_id, series_id, takes_from)
  INCLUDE (takes_to, outcome, calendar_ids);

-- The series that have had dates with a calendar, to be read newest first.
CREATE TABLE series_calendars (
  organization_id uuid NOT NULL,
  calendar_id uuid NOT NULL,
  series_id uuid NOT NULL,
  PRIMARY KEY (organization_id, calendar_id, series_id),
  FOREIGN KEY (organization_id, series_id) REFERENCES series ON DELETE CASCADE
);
