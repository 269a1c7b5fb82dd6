-- Yearly rules that name days of the month and no month, week or day of the year meant the days of every month; now such a
-- rule is of the start's month (RFC 8984 section 4.3.3.1). Rules that are kept go on as they were: they are written as what
-- they meant, and a notice says how many.
CREATE FUNCTION pg_temp.of_every_month(rule text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN rule !~ '(^|;)FREQ=YEARLY(;|$)' OR rule !~ '(^|;)BYMONTHDAY=' OR rule ~ '(^|;)BY(MONTH|WEEKNO|YEARDAY)=' THEN rule
    -- Every month of every year is every month.
    WHEN rule !~ '(^|;)(INTERVAL|BYSETPOS)=' AND rule !~ '(^|;)BYDAY=[^;]*[0-9]' THEN
      replace(rule, 'FREQ=YEARLY', 'FREQ=MONTHLY')
    -- An ordinal of BYDAY counts in the year unless a month is named, so all days of the year are; the years of some
    -- calendars have more than the 366 that can be numbered from one end.
    WHEN rule ~ '(^|;)BYDAY=[^;]*[0-9]' THEN
      regexp_replace(rule, '(BYMONTHDAY=[^;]*)', '\1;BYYEARDAY=' || (
        SELECT string_agg(n::text, ',' ORDER BY n) FROM generate_series(
          CASE WHEN rule ~ '(^|;)RSCALE=(CHINESE|DANGI|HEBREW);' THEN -366 ELSE 1 END, 366) n WHERE n <> 0))
    ELSE regexp_replace(rule, '(BYMONTHDAY=[^;]*)', '\1;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12' || CASE
      WHEN rule ~ '(^|;)RSCALE=(COPTIC|ETHIOPIC|ETHIOAA);' THEN ',13'
      WHEN rule ~ '(^|;)RSCALE=HEBREW;' THEN ',5L'
      WHEN rule ~ '(^|;)RSCALE=(CHINESE|DANGI);' THEN ',1L,2L,3L,4L,5L,6L,7L,8L,9L,10L,11L' ||
        -- SKIP=FORWARD would put the first month of the next year in the place of a leap month at the end of this one, which
        -- a few years of a thousand have.
        CASE WHEN rule ~ '(^|;)SKIP=FORWARD' THEN '' ELSE ',12L' END
      ELSE '' END)
  END
$$;

DO $$
DECLARE
  rewritten bigint;
BEGIN
  UPDATE series SET rule = pg_temp.of_every_month(rule) WHERE pg_temp.of_every_month(rule) <> rule;
  GET DIAGNOSTICS rewritten = ROW_COUNT;
  RAISE NOTICE '% series with days of every month in a yearly rule written as what they mean', rewritten;
  UPDATE series_versions
  SET snapshot = jsonb_set(snapshot, '{pattern,rule}', to_jsonb(pg_temp.of_every_month(snapshot #>> '{pattern,rule}')))
  WHERE pg_temp.of_every_month(snapshot #>> '{pattern,rule}') <> snapshot #>> '{pattern,rule}';
  GET DIAGNOSTICS rewritten = ROW_COUNT;
  RAISE NOTICE '% versions of such series written as what they mean', rewritten;
END
$$;
