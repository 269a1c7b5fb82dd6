-- The request that a recurring booking is made by; null of the continuation of a series that was split. One that was refused
-- leaves its request id to the next try.
ALTER TABLE recurring_bookings ADD COLUMN request_id uuid;
UPDATE recurring_bookings SET request_id = id WHERE series_id IS DISTINCT FROM id;
CREATE UNIQUE INDEX recurring_bookings_by_request ON recurring_bookings (organization_id, request_id)
  WHERE state <> 'refused';
