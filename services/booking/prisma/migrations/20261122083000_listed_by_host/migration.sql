-- Which bookings overlap a range: those that start in it, or before it by no more than this. It bounds the search by start.
ALTER TABLE bookings ADD CONSTRAINT bookings_length CHECK (ends_at - starts_at <= interval '31 days');
-- Which bookings are on a calendar.
CREATE INDEX bookings_by_host ON bookings USING gin (hosts jsonb_path_ops);
