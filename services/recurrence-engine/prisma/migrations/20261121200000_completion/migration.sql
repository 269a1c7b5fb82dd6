-- A series that could not be completed does not stand in the way of the others: it is looked at again later.
ALTER TABLE series ADD COLUMN completion_waits_until timestamptz;
-- A paused series whose last date is past is completed too.
DROP INDEX series_to_complete;
CREATE INDEX series_to_complete ON series (ends_at) WHERE status IN ('active', 'paused');
