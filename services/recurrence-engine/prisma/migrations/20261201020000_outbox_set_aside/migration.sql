-- Events that the broker refuses for what they are, as for their size, are set aside after some tries, with the reason.
ALTER TABLE outbox
  ADD COLUMN refusals integer NOT NULL DEFAULT 0,
  ADD COLUMN refusal text,
  ADD COLUMN set_aside_at timestamptz;
