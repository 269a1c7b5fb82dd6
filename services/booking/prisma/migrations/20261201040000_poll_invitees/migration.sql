-- The addresses that are asked to vote, in lower case: each votes by a link of its own.
ALTER TABLE polls ADD COLUMN invitees jsonb NOT NULL DEFAULT '[]';
