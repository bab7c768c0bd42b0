-- Receipts, daily digests, calls on own keys and on free tokens. The tries at providers become part of a hold's end.

ALTER TABLE hold_resolutions ADD COLUMN attempts jsonb NOT NULL DEFAULT '[]';
-- What the platform paid instead of the buyer: the whole price of a call on free tokens.
ALTER TABLE hold_resolutions ADD COLUMN subsidy bigint NOT NULL DEFAULT 0 CHECK (subsidy >= 0);
ALTER TABLE hold_resolutions ADD CONSTRAINT hold_resolutions_void_costs_nothing CHECK (kind = 'settle' OR subsidy = 0);

ALTER TABLE hold_resolutions DISABLE TRIGGER hold_resolutions_append_only;
UPDATE hold_resolutions r SET attempts = a.list FROM (
  SELECT hold_id, jsonb_agg(jsonb_build_object('provider', provider, 'outcome', outcome, 'upstreamRequestId', upstream_request_id) ORDER BY n) AS list
  FROM attempts GROUP BY 1
) a WHERE a.hold_id = r.hold_id;
ALTER TABLE hold_resolutions ENABLE TRIGGER hold_resolutions_append_only;
DROP TABLE attempts;

-- On whose terms the call runs: the price version's, or the caller's own key at `fee_bps` of the list price.
ALTER TABLE holds ADD COLUMN mode text CHECK (mode IN ('resale', 'publisher', 'byok', 'free'));
ALTER TABLE holds ADD COLUMN fee_bps int CHECK (fee_bps BETWEEN 0 AND 10000);
ALTER TABLE holds DISABLE TRIGGER holds_append_only;
UPDATE holds h SET mode = p.mode FROM price_versions p WHERE p.id = h.price_version_id;
ALTER TABLE holds ENABLE TRIGGER holds_append_only;
ALTER TABLE holds ALTER COLUMN mode SET NOT NULL;
ALTER TABLE holds ADD CHECK ((mode = 'byok') = (fee_bps IS NOT NULL));

-- A wallet of free tokens counts tokens, not money.
ALTER TABLE wallets DROP CONSTRAINT wallets_bucket_check;
ALTER TABLE wallets ADD CONSTRAINT wallets_bucket_check CHECK (bucket IN ('paid', 'promo', 'free_tokens'));

-- One receipt for each charged call, chained: hash = SHA-256(prev_hash || body). Every server process has a chain of its own.
CREATE TABLE receipts (
  hold_id text PRIMARY KEY REFERENCES hold_resolutions (hold_id),
  chain_id text NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  -- Canonical JSON; its exact bytes are what the hash covers.
  body text NOT NULL,
  prev_hash bytea NOT NULL CHECK (length(prev_hash) = 32),
  hash bytea NOT NULL CHECK (length(hash) = 32),
  UNIQUE (chain_id, seq)
);

-- One digest for each day (UTC) that has ended: what the books said, chained and signed.
CREATE TABLE ledger_digests (
  day date PRIMARY KEY,
  transfers bigint NOT NULL,
  transfers_hash bytea NOT NULL CHECK (length(transfers_hash) = 32),
  -- The last receipt of each chain, as canonical JSON.
  chain_heads text NOT NULL,
  prev_hash bytea NOT NULL CHECK (length(prev_hash) = 32),
  hash bytea NOT NULL CHECK (length(hash) = 32),
  signature bytea NOT NULL CHECK (length(signature) = 64),
  key_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['receipts', 'ledger_digests'] LOOP
    EXECUTE format('CREATE TRIGGER %I_append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t, t);
    EXECUTE format('CREATE TRIGGER %I_no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t, t);
  END LOOP;
END $$;
