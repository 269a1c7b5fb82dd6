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
