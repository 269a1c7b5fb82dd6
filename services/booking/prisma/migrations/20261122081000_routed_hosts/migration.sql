-- The hosts to which a routing form led the booker, and beyond which the booking does not move; none means all of its type.
ALTER TABLE bookings ADD COLUMN routed_calendar_ids uuid[] NOT NULL DEFAULT '{}';
