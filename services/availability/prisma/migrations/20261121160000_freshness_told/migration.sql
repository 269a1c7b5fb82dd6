-- When a word about a calendar's freshness was true: the newest counts. What is known of a connection that is gone is kept,
-- so that older words change nothing, and counts no more.
ALTER TABLE calendar_freshness
  ADD COLUMN told_at timestamptz NOT NULL DEFAULT 'epoch',
  ADD COLUMN gone boolean NOT NULL DEFAULT false;
