-- When a type was given more seats: its sessions are looked at until shortly after that. NULL where none are to be.
ALTER TABLE appointment_types ADD COLUMN seats_raised_at timestamptz;
CREATE INDEX appointment_types_raised ON appointment_types (seats_raised_at) WHERE seats_raised_at IS NOT NULL;
-- The seats that an address has of a session.
CREATE INDEX bookings_by_session_and_address ON bookings (organization_id, session_id, lower(booker ->> 'email'))
  WHERE session_id IS NOT NULL;
