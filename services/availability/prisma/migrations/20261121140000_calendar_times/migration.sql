-- Blocked and available times, which recur alike: single ones, masters with a rule, and the dates of a master that are not
-- as its rule has them (recurrence_id is the original start). Of a master starts_at and ends_at are its first date's, and
-- from occurs_until on no date as the rule has it is in progress; null where there is no end.
CREATE TABLE calendar_times (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  calendar_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('blocked', 'available')),
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  time_zone text NOT NULL,
  -- The wall clock of a master's first date, and how much later the wall clock of each date's end is.
  local_start text,
  duration_ms bigint CHECK (duration_ms > 0),
  rule text CHECK (rule <> ''),
  extra_lines text NOT NULL,
  occurs_until timestamptz,
  reason text NOT NULL CHECK (char_length(reason) <= 255),
  external_id text CHECK (external_id <> '' AND char_length(external_id) <= 255),
  bundle_calendar_id uuid,
  bundle_primary_id uuid,
  master_id uuid,
  recurrence_id timestamptz,
  cancelled boolean NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, calendar_id, kind, external_id),
  UNIQUE (organization_id, master_id, recurrence_id),
  FOREIGN KEY (organization_id, calendar_id) REFERENCES calendars (organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, master_id) REFERENCES calendar_times (organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, bundle_primary_id) REFERENCES calendar_times (organization_id, id) ON DELETE CASCADE,
  CHECK (starts_at < ends_at),
  CHECK ((rule IS NULL) = (local_start IS NULL) AND (rule IS NULL) = (duration_ms IS NULL)),
  CHECK (rule IS NOT NULL OR (occurs_until IS NULL AND extra_lines = '')),
  CHECK ((master_id IS NULL) = (recurrence_id IS NULL)),
  CHECK (master_id IS NULL OR (rule IS NULL AND external_id IS NULL)),
  CHECK (master_id IS NOT NULL OR NOT cancelled)
);
-- What a window holds. The end comes first, so that a question about the future does not read the past.
CREATE INDEX calendar_times_by_end ON calendar_times (organization_id, calendar_id, kind, ends_at, starts_at)
  WHERE rule IS NULL AND NOT cancelled;
CREATE INDEX calendar_times_masters
  ON calendar_times (organization_id, calendar_id, kind, coalesce(occurs_until, 'infinity'), starts_at)
  WHERE rule IS NOT NULL;
-- The order of lists.
CREATE INDEX calendar_times_by_start ON calendar_times (organization_id, kind, starts_at, id) WHERE NOT cancelled;
CREATE INDEX calendar_times_by_bundle ON calendar_times (organization_id, bundle_primary_id)
  WHERE bundle_primary_id IS NOT NULL;
