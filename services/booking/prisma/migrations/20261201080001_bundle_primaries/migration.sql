-- Of the hosts that are bundles, the primary members, on whose calendars a booking is shown as well.
ALTER TABLE bookings ADD COLUMN bundle_primary_ids uuid[] NOT NULL DEFAULT '{}';
-- The members of a bundle were written with the primary first. Which of several bundles a member is of, nobody wrote down:
-- bookings of several hosts are shown there when they are next moved.
UPDATE bookings SET bundle_primary_ids = ARRAY[(bundle_member_ids ->> 0)::uuid]
WHERE jsonb_array_length(hosts) = 1 AND jsonb_array_length(bundle_member_ids) > 0;
CREATE INDEX bookings_by_bundle_primary ON bookings USING gin (bundle_primary_ids);
