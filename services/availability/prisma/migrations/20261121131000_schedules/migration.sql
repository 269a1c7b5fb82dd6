-- What takes away from the hours of a profile, as domain/schedule.ts declares it; null holidays: none are kept.
ALTER TABLE profiles
  ADD COLUMN breaks jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN vacations jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN holidays jsonb;
