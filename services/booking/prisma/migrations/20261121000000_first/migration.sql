CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE appointment_types (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  fields jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'inactive', 'archived')),
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, id)
);

CREATE TABLE booking_links (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  slug text NOT NULL UNIQUE,
  appointment_type_id uuid NOT NULL,
  active boolean NOT NULL,
  questions jsonb NOT NULL,
  message text NOT NULL,
  redirect_url text NOT NULL,
  single_use boolean NOT NULL,
  used boolean NOT NULL DEFAULT false,
  expires_at timestamptz,
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, appointment_type_id) REFERENCES appointment_types
);

CREATE TABLE bookings (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  appointment_type_id uuid NOT NULL,
  link_id uuid,
  title text NOT NULL,
  status text NOT NULL CHECK (status IN ('pending', 'confirmed', 'completed', 'cancelled', 'no_show')),
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  limit_day text NOT NULL,
  hosts jsonb NOT NULL,
  booker jsonb NOT NULL,
  attendees jsonb NOT NULL,
  answers jsonb NOT NULL,
  location text NOT NULL,
  meeting_url text NOT NULL,
  external_id text,
  cancellation_reason text NOT NULL,
  buffer_before_ms integer NOT NULL,
  buffer_after_ms integer NOT NULL,
  version bigint NOT NULL,
  sequence integer NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, external_id),
  CHECK (starts_at < ends_at)
);
CREATE INDEX bookings_by_start ON bookings (organization_id, starts_at, id);
CREATE INDEX bookings_by_type_and_day ON bookings (organization_id, appointment_type_id, limit_day);

-- No double booking, by constraint: two active allocations of a calendar never overlap, whatever races.
CREATE TABLE allocations (
  organization_id uuid NOT NULL,
  calendar_id uuid NOT NULL,
  booking_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  active boolean NOT NULL DEFAULT true,
  PRIMARY KEY (organization_id, booking_id, calendar_id),
  CHECK (starts_at < ends_at),
  CONSTRAINT allocations_no_overlap EXCLUDE USING gist (
    organization_id WITH =,
    calendar_id WITH =,
    tstzrange(starts_at, ends_at, '[)') WITH &&
  ) WHERE (active)
);

CREATE TABLE booking_history (
  organization_id uuid NOT NULL,
  booking_id uuid NOT NULL,
  version bigint NOT NULL,
  change text NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL,
  status text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (organization_id, booking_id, version)
);

CREATE TABLE daily_counts (
  organization_id uuid NOT NULL,
  appointment_type_id uuid NOT NULL,
  day text NOT NULL,
  taken integer NOT NULL CHECK (taken >= 0),
  PRIMARY KEY (organization_id, appointment_type_id, day)
);

-- The tables that messaging and idempotency work with; the same in every service.
CREATE TABLE outbox (
  organization_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL UNIQUE,
  subject text NOT NULL,
  headers jsonb NOT NULL,
  payload bytea NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  published_at timestamptz
);
CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL;
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;

CREATE TABLE inbox (
  consumer text NOT NULL,
  event_id uuid NOT NULL,
  taken_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer, event_id)
);

CREATE TABLE request_answers (
  organization_id uuid NOT NULL,
  method text NOT NULL,
  request_id uuid NOT NULL,
  request_hash bytea NOT NULL,
  answer bytea,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, method, request_id)
);
CREATE INDEX request_answers_expiry ON request_answers (expires_at);
