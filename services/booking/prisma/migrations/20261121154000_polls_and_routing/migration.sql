CREATE TABLE polls (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_type_id uuid NOT NULL,
  title text NOT NULL,
  description text NOT NULL,
  duration_ms integer NOT NULL,
  -- The proposed starts in the caller's order, each with the hold that keeps it.
  options jsonb NOT NULL,
  closes_at timestamptz NOT NULL,
  hold_times boolean NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'booked', 'cancelled')),
  booking_id uuid,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, appointment_type_id) REFERENCES appointment_types,
  CHECK ((status = 'booked') = (booking_id IS NOT NULL))
);

-- One vote an address; a second replaces the first.
CREATE TABLE poll_votes (
  organization_id uuid NOT NULL,
  poll_id uuid NOT NULL,
  email text NOT NULL,
  name text NOT NULL,
  choices jsonb NOT NULL,
  voted_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, poll_id, email),
  FOREIGN KEY (organization_id, poll_id) REFERENCES polls ON DELETE CASCADE
);

CREATE TABLE routing_forms (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  active boolean NOT NULL,
  questions jsonb NOT NULL,
  rules jsonb NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, id)
);
