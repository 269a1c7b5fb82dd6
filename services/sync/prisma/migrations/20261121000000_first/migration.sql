CREATE TABLE seen_bookings (
  organization_id uuid NOT NULL,
  booking_id uuid NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (organization_id, booking_id)
);

CREATE TABLE calendar_events (
  organization_id uuid NOT NULL,
  calendar_id uuid NOT NULL,
  booking_id uuid NOT NULL,
  title text NOT NULL,
  tentative boolean NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  location text NOT NULL,
  meeting_url text NOT NULL,
  sequence integer NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, calendar_id, booking_id)
);
CREATE INDEX calendar_events_by_booking ON calendar_events (organization_id, booking_id);
CREATE INDEX calendar_events_by_start ON calendar_events (organization_id, calendar_id, starts_at);

-- The token itself is nowhere in the database: its hash is looked up.
CREATE TABLE feeds (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  calendar_id uuid NOT NULL,
  name text NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz,
  PRIMARY KEY (organization_id, id)
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
