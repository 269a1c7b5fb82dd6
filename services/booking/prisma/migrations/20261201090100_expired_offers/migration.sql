-- An offer that ran out is told apart from what somebody cancelled by a fact, not by the words of its reason.
ALTER TABLE bookings ADD COLUMN offer_expired boolean NOT NULL DEFAULT false;
UPDATE bookings b SET offer_expired = true
FROM booking_history h, booking_history o
WHERE b.status = 'cancelled' AND b.session_id IS NOT NULL
  AND h.organization_id = b.organization_id AND h.booking_id = b.id AND h.version = b.version AND h.change = 'expired'
  AND o.organization_id = b.organization_id AND o.booking_id = b.id AND o.version = b.version - 1 AND o.status = 'offered';

-- Whoever waits no more has no place on a waitlist.
UPDATE bookings SET waitlist_position = 0 WHERE waitlist_position <> 0 AND status NOT IN ('waitlisted', 'offered');
