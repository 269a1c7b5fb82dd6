-- How many seats of a session an address has is counted at each registration, under the session's lock.
CREATE INDEX "bookings_seats_by_address" ON "bookings" ("organization_id", "session_id", lower("booker" ->> 'email'))
  WHERE "session_id" IS NOT NULL AND "status" <> 'cancelled';
