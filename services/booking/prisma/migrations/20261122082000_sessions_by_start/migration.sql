-- What hosts of round-robin types have in a week, beside bookings.
CREATE INDEX group_sessions_by_start ON group_sessions (organization_id, starts_at) WHERE status = 'open';
