-- What was made on a bundle, which follows its members.
CREATE INDEX calendar_times_of_bundle ON calendar_times (organization_id, bundle_calendar_id)
  WHERE bundle_calendar_id IS NOT NULL;
