CREATE TABLE notified_bookings (
  organization_id uuid NOT NULL,
  booking_id uuid NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (organization_id, booking_id)
);

CREATE TABLE notices (
  organization_id uuid NOT NULL,
  booking_id uuid NOT NULL,
  booking_version bigint NOT NULL,
  facts jsonb NOT NULL,
  PRIMARY KEY (organization_id, booking_id, booking_version)
);

-- While a lease is set, due_at is when it ends: whoever holds it is sending.
CREATE TABLE deliveries (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  booking_id uuid NOT NULL,
  booking_version bigint NOT NULL,
  kind text NOT NULL,
  recipient text NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'sent', 'failed', 'superseded')),
  attempts integer NOT NULL DEFAULT 0,
  max_attempts integer NOT NULL,
  last_error text NOT NULL DEFAULT '',
  due_at timestamptz NOT NULL,
  lease uuid,
  created_at timestamptz NOT NULL,
  sent_at timestamptz,
  PRIMARY KEY (organization_id, id),
  -- Once per recipient and cause: what makes a repeated event harmless.
  UNIQUE (organization_id, booking_id, booking_version, kind, recipient),
  FOREIGN KEY (organization_id, booking_id, booking_version) REFERENCES notices ON DELETE CASCADE
);
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE status = 'queued';
CREATE INDEX deliveries_by_status ON deliveries (organization_id, status, id);

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
