-- The policy of a series: it lasts at most so many months (0 for any number), counted from the local date length_from, or
-- from its own start. Whole days, and the UID that a series was imported with.
ALTER TABLE series
  ADD COLUMN max_length_months integer NOT NULL DEFAULT 0 CHECK (max_length_months >= 0),
  ADD COLUMN length_from text,
  ADD COLUMN all_day boolean NOT NULL DEFAULT false,
  ADD COLUMN ical_uid text;
