-- Work before and after a meeting, and where it is: what a booking keeps when it moves, whatever became of its type.
ALTER TABLE bookings
  ADD COLUMN set_up_ms integer NOT NULL DEFAULT 0,
  ADD COLUMN clean_up_ms integer NOT NULL DEFAULT 0,
  ADD COLUMN place text NOT NULL DEFAULT '';
