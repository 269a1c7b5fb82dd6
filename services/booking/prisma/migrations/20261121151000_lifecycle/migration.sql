-- Holds, seats of group sessions, waitlists and occurrences of series are bookings too.
ALTER TABLE bookings DROP CONSTRAINT bookings_status_check;
ALTER TABLE bookings
  ADD CONSTRAINT bookings_status_check CHECK (status IN
    ('hold', 'waitlisted', 'offered', 'pending', 'confirmed', 'completed', 'cancelled', 'no_show')),
  ADD COLUMN expires_at timestamptz,
  ADD COLUMN session_id uuid,
  ADD COLUMN waitlist_position bigint NOT NULL DEFAULT 0,
  ADD COLUMN series_id uuid,
  ADD COLUMN recurrence_id timestamptz,
  ADD COLUMN reschedule_count integer NOT NULL DEFAULT 0,
  ADD COLUMN bundle_member_ids jsonb NOT NULL DEFAULT '[]',
  ADD CONSTRAINT bookings_expiry CHECK ((status IN ('hold', 'offered')) = (expires_at IS NOT NULL));

-- One row for an occurrence of a series, whatever comes twice.
CREATE UNIQUE INDEX bookings_by_occurrence ON bookings (organization_id, series_id, recurrence_id)
  WHERE series_id IS NOT NULL;
CREATE INDEX bookings_by_expiry ON bookings (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX bookings_by_session ON bookings (organization_id, session_id, waitlist_position) WHERE session_id IS NOT NULL;
-- What is to be completed by itself.
CREATE INDEX bookings_by_end ON bookings (ends_at) WHERE status = 'confirmed';
CREATE INDEX allocations_by_booking ON allocations (organization_id, booking_id);

-- How much of a type is taken in a local day, week or month: a counter row is what racing bookings queue for.
CREATE TABLE limit_counts (
  organization_id uuid NOT NULL,
  appointment_type_id uuid NOT NULL,
  -- The first local date of the span, with its kind before it, as in "day:2026-11-21", "week:2026-11-16", "month:2026-11-01".
  span text NOT NULL,
  bookings integer NOT NULL CHECK (bookings >= 0),
  minutes integer NOT NULL CHECK (minutes >= 0),
  PRIMARY KEY (organization_id, appointment_type_id, span)
);
