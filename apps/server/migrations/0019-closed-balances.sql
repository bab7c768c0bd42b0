-- What every account has come to by the end of the last closed day. The closing of a day adds that day's transfers and signs the sum with its
-- digest, so that the books can be checked from there on instead of from their beginning.
CREATE TABLE closed_balances (
  account_id bigint PRIMARY KEY,
  debits numeric NOT NULL CHECK (debits >= 0),
  credits numeric NOT NULL CHECK (credits >= 0)
);
-- SHA-256 over the closed balances; null for days that were closed before there were any.
ALTER TABLE ledger_digests ADD COLUMN balances_hash bytea CHECK (length(balances_hash) = 32);

-- What was written since a moment is found without reading what was written before. Such an index is a few pages, and costs a call next to nothing.
CREATE INDEX journals_by_time ON journals USING brin (created_at) WITH (autosummarize = on);
CREATE INDEX hold_resolutions_by_time ON hold_resolutions USING brin (resolved_at) WITH (autosummarize = on);
ALTER INDEX transfers_by_time SET (autosummarize = on);
