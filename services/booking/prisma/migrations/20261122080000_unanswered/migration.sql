-- Requests that nobody has answered when they should begin.
CREATE INDEX bookings_unanswered ON bookings (starts_at) WHERE status = 'pending';
