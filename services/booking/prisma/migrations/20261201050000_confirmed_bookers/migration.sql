-- Bookings that were made before, and by the release before, are as they were: their attendees have been mailed.
ALTER TABLE bookings ADD COLUMN booker_unconfirmed boolean NOT NULL DEFAULT false;
ALTER TABLE booking_links ADD COLUMN trusts_bookers boolean NOT NULL DEFAULT false;
