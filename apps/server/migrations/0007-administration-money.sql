-- Money that administrators move: commission rates by house, publisher and model, and indexes for expiries, corrections and reports.

-- Only ever appended to: the rate in force is the newest row of its scope and subject. Without bps the next wider scope decides again.
CREATE TABLE commission_rates (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  scope text NOT NULL CHECK (scope IN ('house', 'publisher', 'model')),
  -- The publisher's or the model's id; the house has none.
  subject text,
  bps int CHECK (bps BETWEEN 0 AND 9999),
  valid_from timestamptz NOT NULL,
  actor text NOT NULL,
  reason text NOT NULL CHECK (reason <> ''),
  CHECK ((scope = 'house') = (subject IS NULL))
);
CREATE INDEX commission_rates_by_subject ON commission_rates (scope, subject, id);
CREATE TRIGGER commission_rates_append_only BEFORE UPDATE OR DELETE ON commission_rates FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER commission_rates_no_truncate BEFORE TRUNCATE ON commission_rates FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Neither index holds a column that a call changes.
CREATE INDEX wallets_by_expiry ON wallets (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX journals_of_corrections ON journals (user_id) WHERE kind IN ('adjustment', 'expiry');
-- Transfers are written in the order of time: a summary of each block range is enough to find those of a month.
CREATE INDEX transfers_by_time ON transfers USING brin (created_at);
