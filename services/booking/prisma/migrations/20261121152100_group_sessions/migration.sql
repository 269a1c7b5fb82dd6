-- A meeting of a group: its seats are what racing registrations queue for, and it alone takes the host's time, by
-- allocations that carry its id as booking_id.
CREATE TABLE group_sessions (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_type_id uuid NOT NULL,
  calendar_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  capacity integer NOT NULL,
  -- Seats of pending and confirmed registrations and of offers.
  taken integer NOT NULL,
  place text NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'cancelled')),
  version bigint NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, id),
  CHECK (starts_at < ends_at),
  CHECK (taken BETWEEN 0 AND capacity)
);
CREATE UNIQUE INDEX group_sessions_open
  ON group_sessions (organization_id, appointment_type_id, starts_at, ends_at, calendar_id) WHERE status = 'open';

-- The order of arrival on waitlists. Values are taken while the session's row is locked, and so in its order.
CREATE SEQUENCE waitlist_arrivals;
-- Who is still waiting when the session begins.
CREATE INDEX bookings_waiting ON bookings (starts_at) WHERE status = 'waitlisted';
