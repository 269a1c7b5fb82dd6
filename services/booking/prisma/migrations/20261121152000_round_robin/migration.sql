-- One row a type: what choices of one type queue for, so that each sees the numbers that the one before has left.
CREATE TABLE round_robins (
  organization_id uuid NOT NULL,
  appointment_type_id uuid NOT NULL,
  round bigint NOT NULL CHECK (round >= 0),
  PRIMARY KEY (organization_id, appointment_type_id)
);

-- What each host of a type has been given, of bookings that still stand.
CREATE TABLE host_counts (
  organization_id uuid NOT NULL,
  appointment_type_id uuid NOT NULL,
  calendar_id uuid NOT NULL,
  assigned integer NOT NULL CHECK (assigned >= 0),
  -- How far the host lags behind its share.
  balance double precision NOT NULL,
  last_round bigint NOT NULL,
  PRIMARY KEY (organization_id, appointment_type_id, calendar_id)
);

-- Who was chosen for a booking, and on which numbers.
CREATE TABLE assignments (
  organization_id uuid NOT NULL,
  booking_id uuid NOT NULL,
  -- The version of the booking that it made.
  version bigint NOT NULL,
  appointment_type_id uuid NOT NULL,
  round bigint NOT NULL,
  strategy text NOT NULL CHECK (strategy IN ('least_recent', 'weighted', 'priority', 'load')),
  candidates jsonb NOT NULL,
  chosen uuid NOT NULL,
  assigned_at timestamptz NOT NULL,
  -- Whether the booking has ended or gone to another host.
  returned boolean NOT NULL DEFAULT false,
  -- Whether it is in host_counts. Who ends a booking only sets returned: the next choice of the type takes it out, so that
  -- nobody waits for a type while holding a booking.
  counted boolean NOT NULL DEFAULT true,
  PRIMARY KEY (organization_id, booking_id, version)
);
CREATE INDEX assignments_to_take_out ON assignments (organization_id, appointment_type_id) WHERE returned AND counted;
CREATE INDEX assignments_by_host ON assignments (organization_id, appointment_type_id, chosen, round) WHERE NOT returned;
