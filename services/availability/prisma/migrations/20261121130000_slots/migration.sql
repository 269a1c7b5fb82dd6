-- Grows with every change that may move a slot of the calendar: profile, blocked and available times, busy time, members.
ALTER TABLE calendars ADD COLUMN slots_version bigint NOT NULL DEFAULT 1;

-- The members of a bundle; a bundle is none itself.
CREATE TABLE bundle_members (
  organization_id uuid NOT NULL,
  bundle_id uuid NOT NULL,
  calendar_id uuid NOT NULL,
  is_primary boolean NOT NULL,
  PRIMARY KEY (organization_id, bundle_id, calendar_id),
  FOREIGN KEY (organization_id, bundle_id) REFERENCES calendars (organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, calendar_id) REFERENCES calendars (organization_id, id)
);
CREATE INDEX bundle_members_by_member ON bundle_members (organization_id, calendar_id);
CREATE UNIQUE INDEX bundle_members_one_primary ON bundle_members (organization_id, bundle_id) WHERE is_primary;

-- Where a meeting takes place, so that the way to it counts; empty where nobody has to travel.
ALTER TABLE busy_times ADD COLUMN place text NOT NULL DEFAULT '';

-- Places and travel times of an organization, as domain/travel.ts declares them.
CREATE TABLE travel_times (
  organization_id uuid PRIMARY KEY,
  data jsonb NOT NULL,
  updated_at timestamptz NOT NULL
);

-- How far the external events of a calendar can be relied on, by where they come from.
CREATE TABLE calendar_freshness (
  organization_id uuid NOT NULL,
  calendar_id uuid NOT NULL,
  source text NOT NULL,
  connection_id uuid NOT NULL,
  last_good_at timestamptz NOT NULL,
  healthy boolean NOT NULL,
  PRIMARY KEY (organization_id, calendar_id, source, connection_id)
);
