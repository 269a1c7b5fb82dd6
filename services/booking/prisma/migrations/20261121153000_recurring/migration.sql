-- What the bookings of a series are made by. It is written before the series is: the series' external id names it, so that
-- an event of the series that comes first finds it.
CREATE TABLE recurring_bookings (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  series_id uuid,
  appointment_type_id uuid NOT NULL,
  booker jsonb NOT NULL,
  attendees jsonb NOT NULL,
  answers jsonb NOT NULL,
  policy text NOT NULL CHECK (policy IN ('fail', 'placeholder', 'nearest', 'other_host')),
  nearest_within_ms integer NOT NULL,
  time_zone text NOT NULL,
  host_calendar_id uuid,
  made_by text NOT NULL,
  request_hash bytea NOT NULL,
  -- Nothing of a new one that is to fail as a whole stands until all of it does.
  state text NOT NULL CHECK (state IN ('new', 'standing', 'refused')),
  series_version bigint NOT NULL DEFAULT 0,
  plan_version bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, appointment_type_id) REFERENCES appointment_types
);
CREATE UNIQUE INDEX recurring_bookings_by_series ON recurring_bookings (organization_id, series_id)
  WHERE series_id IS NOT NULL;

-- Dates of series: what the series wants of each, and what came of it. settle_at is when there is something to do.
CREATE TABLE series_occurrences (
  organization_id uuid NOT NULL,
  series_id uuid NOT NULL,
  recurrence_id timestamptz NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  changed boolean NOT NULL,
  wanted text NOT NULL CHECK (wanted IN ('date', 'skipped', 'cancelled', 'dropped')),
  reason text NOT NULL,
  forced boolean NOT NULL,
  plan_version bigint NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('planned', 'booked', 'conflict', 'skipped', 'cancelled', 'dropped', 'withdrawn')),
  obstacle text NOT NULL DEFAULT '',
  booking_id uuid,
  settled_from timestamptz,
  settled_to timestamptz,
  settled_changed boolean NOT NULL DEFAULT false,
  settle_at timestamptz,
  tries integer NOT NULL DEFAULT 0,
  PRIMARY KEY (organization_id, series_id, recurrence_id),
  CHECK (starts_at < ends_at)
);
CREATE INDEX series_occurrences_due ON series_occurrences (settle_at) WHERE settle_at IS NOT NULL;
-- Placeholders that wait for what is in their way to vanish.
CREATE INDEX series_occurrences_blocked ON series_occurrences (organization_id, starts_at) WHERE outcome = 'conflict';
