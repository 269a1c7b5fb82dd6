-- How many people are registered for a group session, which is one event; 0 for other bookings.
ALTER TABLE calendar_events ADD COLUMN registered integer NOT NULL DEFAULT 0;
