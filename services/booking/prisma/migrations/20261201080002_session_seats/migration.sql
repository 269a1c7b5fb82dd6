-- Grows with each change of one of a session's registrations: who shows the session once keeps the newest of what is told.
ALTER TABLE group_sessions ADD COLUMN seats_version integer NOT NULL DEFAULT 0;
