-- Dates that have been planned or skipped, and what came of them, for ever. plan is what the series says, settled what
-- booking says; version and times are those of the booking.
CREATE TABLE planned_occurrences (
  organization_id uuid NOT NULL,
  series_id uuid NOT NULL,
  recurrence_id timestamptz NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  plan text NOT NULL CHECK (plan IN ('planned', 'skipped', 'cancelled', 'dropped')),
  plan_reason text NOT NULL,
  settled text CHECK (settled IN ('booked', 'skipped', 'conflict', 'cancelled')),
  settled_reason text NOT NULL DEFAULT '',
  settled_version bigint NOT NULL DEFAULT 0,
  booking_id uuid,
  booked_from timestamptz,
  booked_to timestamptz,
  -- A booking that stands counts, whatever is to become of it.
  outcome text NOT NULL GENERATED ALWAYS AS (CASE
    WHEN plan IN ('skipped', 'cancelled') AND settled IS DISTINCT FROM 'booked' THEN plan
    WHEN settled IS NOT NULL THEN settled
    WHEN plan = 'dropped' THEN 'cancelled'
    ELSE plan END) STORED,
  takes_from timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(booked_from, starts_at)) STORED,
  takes_to timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(booked_to, ends_at)) STORED,
  PRIMARY KEY (organization_id, series_id, recurrence_id),
  FOREIGN KEY (organization_id, series_id) REFERENCES series ON DELETE CASCADE
);
-- What a series takes in a range, without a look at the table.
CREATE INDEX planned_occurrences_by_time ON planned_occurrences (organization_id, series_id, takes_from)
  INCLUDE (takes_to, outcome);

-- How far active series that go on have been planned, and when that is looked at again.
CREATE TABLE series_rolls (
  organization_id uuid NOT NULL,
  series_id uuid NOT NULL,
  planned_until timestamptz NOT NULL,
  next_roll_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, series_id),
  FOREIGN KEY (organization_id, series_id) REFERENCES series ON DELETE CASCADE
);
CREATE INDEX series_rolls_due ON series_rolls (next_roll_at);
INSERT INTO series_rolls (organization_id, series_id, planned_until, next_roll_at)
  SELECT organization_id, id, now(), now() FROM series WHERE status = 'active';

-- Series of a calendar, the newest first, whose dates are looked at.
CREATE INDEX series_active_by_calendar ON series (organization_id, calendar_id, id) WHERE status = 'active';
CREATE INDEX series_active ON series (organization_id, id) WHERE status = 'active';
