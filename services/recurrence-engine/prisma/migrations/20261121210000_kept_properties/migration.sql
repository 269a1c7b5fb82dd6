-- Content lines of the VEVENT that a series was imported from which mean nothing to it; an export writes them again.
CREATE TABLE kept_properties (
  organization_id uuid NOT NULL,
  series_id uuid NOT NULL,
  lines text NOT NULL,
  PRIMARY KEY (organization_id, series_id),
  FOREIGN KEY (organization_id, series_id) REFERENCES series ON DELETE CASCADE
);
