-- Finds the notices that still hold a signed link, which is asked for now when a mail is sent.
CREATE INDEX notices_with_path ON notices (organization_id) WHERE facts ->> 'managePath' <> '';
