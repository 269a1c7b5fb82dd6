-- Whether a try ended without the mail server's answer, so that the recipient may have the mail: what follows must count on it.
ALTER TABLE deliveries ADD COLUMN maybe_sent boolean NOT NULL DEFAULT false;
