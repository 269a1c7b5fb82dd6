-- Fails a transaction that did not get all the time it asked for: its statements go out together, and nobody looks in between.
CREATE FUNCTION refuse_unless_all(taken bigint, wanted integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF taken <> wanted THEN
    RAISE EXCEPTION 'the slot is taken' USING ERRCODE = 'TK001';
  END IF;
END $$;
