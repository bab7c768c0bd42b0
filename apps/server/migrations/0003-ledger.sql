-- Money. The source of truth is `transfers`: each moves an amount from one account to another and is never changed.
-- `wallets` is a fold of transfers and open holds, kept in the same transaction, and the only money row that is ever updated.
-- All amounts are nano-dollars (1e-9 $) in bigint.

CREATE TABLE accounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('asset', 'liability', 'revenue', 'expense')),
  asset text NOT NULL DEFAULT 'USD' CHECK (asset IN ('USD', 'FREE_TOKEN')),
  created_at timestamptz NOT NULL DEFAULT now()
);

-- What a person can spend: one wallet for paid money, one for each promotional grant.
CREATE TABLE wallets (
  account_id bigint PRIMARY KEY REFERENCES accounts (id),
  user_id text NOT NULL,
  bucket text NOT NULL CHECK (bucket IN ('paid', 'promo')),
  expires_at timestamptz,
  posted bigint NOT NULL DEFAULT 0,
  held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
  floor bigint NOT NULL DEFAULT 0 CHECK (floor <= 0),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'frozen')),
  CONSTRAINT wallets_never_overdrawn CHECK (posted - held >= floor),
  CHECK ((bucket = 'paid') = (expires_at IS NULL))
);
CREATE INDEX wallets_by_user ON wallets (user_id);
CREATE UNIQUE INDEX wallets_one_paid ON wallets (user_id) WHERE bucket = 'paid';

-- Money set aside for one call before it goes upstream. The id is the id of the call.
CREATE TABLE holds (
  id text PRIMARY KEY,
  user_id text NOT NULL,
  api_key_id text,
  -- The day (UTC) whose spend the key's daily limit counts this call to; null when the key has no limit.
  limit_day date,
  model_id text NOT NULL,
  provider text NOT NULL,
  price_version_id bigint NOT NULL REFERENCES price_versions (id),
  payee text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (limit_day IS NULL OR api_key_id IS NOT NULL)
);
CREATE INDEX holds_by_user ON holds (user_id, created_at);

-- The wallets a hold draws on, in the order in which they are charged; later lines are extensions while streaming.
CREATE TABLE hold_lines (
  hold_id text NOT NULL REFERENCES holds (id),
  seq int NOT NULL,
  account_id bigint NOT NULL REFERENCES wallets (account_id),
  amount bigint NOT NULL CHECK (amount > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (hold_id, seq)
);

-- The end of a hold. Its primary key is what makes every call be charged at most once.
CREATE TABLE hold_resolutions (
  hold_id text PRIMARY KEY REFERENCES holds (id),
  kind text NOT NULL CHECK (kind IN ('settle', 'void')),
  -- What the wallets were charged.
  amount bigint NOT NULL CHECK (amount >= 0),
  -- What the metered usage came to above the hold: the platform's loss, never the buyer's.
  overrun bigint NOT NULL DEFAULT 0 CHECK (overrun >= 0),
  usage jsonb,
  usage_source text CHECK (usage_source IN ('provider', 'counted', 'checkpoint')),
  reason text NOT NULL,
  resolved_at timestamptz NOT NULL DEFAULT now(),
  CHECK (kind = 'settle' OR (amount = 0 AND overrun = 0)),
  CHECK (kind = 'void' OR (usage IS NOT NULL AND usage_source IS NOT NULL))
);

-- Open holds only: the lease that their process renews, and what had been delivered at the last checkpoint.
CREATE TABLE hold_progress (
  hold_id text PRIMARY KEY REFERENCES holds (id),
  lease_until timestamptz NOT NULL,
  usage jsonb
);
CREATE INDEX hold_progress_by_lease ON hold_progress (lease_until);

-- Which providers were tried for a call, and how each try ended.
CREATE TABLE attempts (
  hold_id text NOT NULL REFERENCES holds (id),
  n int NOT NULL,
  provider text NOT NULL,
  outcome text NOT NULL,
  upstream_request_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (hold_id, n)
);

-- One business event. Its key names the business object, so that the same event cannot be booked twice.
CREATE TABLE journals (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  idem_key text NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('top_up', 'charge', 'adjustment', 'refund', 'grant', 'expiry')),
  user_id text,
  hold_id text REFERENCES holds (id),
  details jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX journals_by_user ON journals (user_id, id);
CREATE INDEX journals_by_hold ON journals (hold_id);

CREATE TABLE transfers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  journal_id bigint NOT NULL REFERENCES journals (id),
  debit_account bigint NOT NULL REFERENCES accounts (id),
  credit_account bigint NOT NULL REFERENCES accounts (id),
  amount bigint NOT NULL CHECK (amount > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (debit_account <> credit_account)
);
CREATE INDEX transfers_by_journal ON transfers (journal_id);
CREATE INDEX transfers_by_debit ON transfers (debit_account, id);
CREATE INDEX transfers_by_credit ON transfers (credit_account, id);

-- Spend of API keys that have a daily limit; `held` is what their open holds set aside.
CREATE TABLE api_key_days (
  api_key_id text NOT NULL,
  day date NOT NULL,
  held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
  spent bigint NOT NULL DEFAULT 0 CHECK (spent >= 0),
  PRIMARY KEY (api_key_id, day)
);

CREATE TABLE top_ups (
  id text PRIMARY KEY,
  user_id text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  mode text NOT NULL CHECK (mode IN ('test', 'live')),
  status text NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX top_ups_by_user ON top_ups (user_id, created_at);

-- Answers to requests that move money, by the caller's own key, so that a repeated request changes nothing.
CREATE TABLE idempotency_keys (
  user_id text NOT NULL,
  key text NOT NULL,
  fingerprint bytea NOT NULL,
  status int,
  response jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, key)
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['accounts', 'holds', 'hold_lines', 'hold_resolutions', 'attempts', 'journals', 'transfers'] LOOP
    EXECUTE format('CREATE TRIGGER %I_append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t, t);
    EXECUTE format('CREATE TRIGGER %I_no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t, t);
  END LOOP;
END $$;
