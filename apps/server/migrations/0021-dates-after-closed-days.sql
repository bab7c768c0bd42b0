-- A day that is closed stays as it is. A clock that was ahead when days were closed, and was set right since, dates nothing into them:
-- the books then wait at the end of the last closed day until the clock has come there.
CREATE FUNCTION books_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT GREATEST(now(), (SELECT (max(day) + 1)::timestamp AT TIME ZONE 'UTC' FROM ledger_digests))
$$;
ALTER TABLE journals ALTER created_at SET DEFAULT books_now();
ALTER TABLE transfers ALTER created_at SET DEFAULT books_now();
ALTER TABLE hold_resolutions ALTER resolved_at SET DEFAULT books_now();
