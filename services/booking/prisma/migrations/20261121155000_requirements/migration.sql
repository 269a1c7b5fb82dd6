-- The outside condition on which a pending booking waits, and until when.
ALTER TABLE bookings
  ADD COLUMN requirement text,
  ADD COLUMN requirement_until timestamptz,
  ADD CONSTRAINT bookings_requirement CHECK ((requirement IS NULL) = (requirement_until IS NULL));
CREATE INDEX bookings_by_requirement ON bookings (requirement_until) WHERE requirement_until IS NOT NULL;
