-- Series: a pattern with a start, a zone and a length. ends_at is the instant after which none of its occurrences takes
-- place; null for a series without an end.
CREATE TABLE series (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  title text NOT NULL,
  calendar_id uuid,
  local_start text NOT NULL,
  time_zone text NOT NULL,
  duration_ms bigint NOT NULL CHECK (duration_ms > 0),
  rule text NOT NULL,
  extra_lines text NOT NULL,
  gap text NOT NULL CHECK (gap IN ('shift', 'omit')),
  max_advance_days integer NOT NULL CHECK (max_advance_days > 0),
  status text NOT NULL CHECK (status IN ('active', 'paused', 'cancelled', 'completed')),
  cancellation_reason text NOT NULL,
  cancelled_at timestamptz,
  continues_series_id uuid,
  external_id text,
  ends_at timestamptz,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, external_id),
  CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
);
CREATE INDEX series_by_calendar ON series (organization_id, calendar_id, id);
-- What the job looks for that completes series.
CREATE INDEX series_to_complete ON series (ends_at) WHERE status = 'active';

-- Occurrences that are not as the pattern has them: one row for each recurrence id (the original start).
CREATE TABLE series_exceptions (
  organization_id uuid NOT NULL,
  series_id uuid NOT NULL,
  recurrence_id timestamptz NOT NULL,
  kind text NOT NULL CHECK (kind IN ('changed', 'cancelled')),
  starts_at timestamptz NOT NULL,
  duration_ms bigint CHECK (duration_ms > 0),
  title text NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (organization_id, series_id, recurrence_id),
  FOREIGN KEY (organization_id, series_id) REFERENCES series ON DELETE CASCADE
);

-- Every change of a series, for ever.
CREATE TABLE series_versions (
  organization_id uuid NOT NULL,
  series_id uuid NOT NULL,
  version bigint NOT NULL,
  change text NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL,
  recurrence_id timestamptz,
  snapshot jsonb NOT NULL,
  PRIMARY KEY (organization_id, series_id, version),
  FOREIGN KEY (organization_id, series_id) REFERENCES series ON DELETE CASCADE
);
