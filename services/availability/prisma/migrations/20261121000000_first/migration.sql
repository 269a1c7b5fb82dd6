CREATE TABLE calendars (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  kind smallint NOT NULL,
  time_zone text NOT NULL,
  manage_available_windows boolean NOT NULL,
  external_id text,
  version bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, external_id)
);
CREATE INDEX calendars_by_name ON calendars (organization_id, name, id);

CREATE TABLE profiles (
  organization_id uuid NOT NULL,
  calendar_id uuid NOT NULL,
  time_zone text NOT NULL,
  weekly_hours jsonb NOT NULL,
  date_overrides jsonb NOT NULL,
  version bigint NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, calendar_id),
  FOREIGN KEY (organization_id, calendar_id) REFERENCES calendars ON DELETE CASCADE
);

CREATE TABLE busy_sources (
  organization_id uuid NOT NULL,
  source text NOT NULL,
  source_id uuid NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (organization_id, source, source_id)
);

-- The key begins with the end, so that a question about the future does not read the past.
CREATE TABLE busy_times (
  organization_id uuid NOT NULL,
  calendar_id uuid NOT NULL,
  ends_at timestamptz NOT NULL,
  starts_at timestamptz NOT NULL,
  source text NOT NULL,
  source_id uuid NOT NULL,
  PRIMARY KEY (organization_id, calendar_id, ends_at, starts_at, source, source_id),
  CHECK (starts_at < ends_at)
);
CREATE INDEX busy_times_by_source ON busy_times (organization_id, source, source_id);

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
