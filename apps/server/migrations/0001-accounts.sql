-- People, their sessions, their API keys, and the log of who did what.

CREATE TABLE users (
  id text PRIMARY KEY,
  email text NOT NULL,
  -- Compared and kept unique in lower case; `email` keeps the spelling the person chose.
  email_key text NOT NULL UNIQUE,
  email_verified boolean NOT NULL DEFAULT false,
  password_hash text NOT NULL,
  name text,
  username text,
  username_key text UNIQUE,
  organization text,
  role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'publisher', 'analyst', 'admin')),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX users_by_age ON users (created_at DESC, id);

CREATE TABLE preferences (
  user_id text PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  preferred_models jsonb NOT NULL DEFAULT '[]',
  selected_model text,
  notifications jsonb NOT NULL DEFAULT '{}',
  privacy jsonb NOT NULL DEFAULT '{}',
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- One row per signed-in device. A family of refresh tokens lives and dies with it.
CREATE TABLE sessions (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  -- Moves with every refresh, and never past `ends_at`.
  expires_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoked_reason text,
  ip text,
  -- The address as limits count it: an IPv6 customer by their /64.
  address_key text,
  user_agent text
);
CREATE INDEX sessions_by_user ON sessions (user_id, created_at DESC);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE refresh_tokens (
  token_hash bytea PRIMARY KEY,
  session_id text NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- Single-use tokens that are mailed or printed: e-mail verification, password reset, administrator set-up.
CREATE TABLE one_time_tokens (
  token_hash bytea PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('verify_email', 'reset_password', 'admin_setup')),
  user_id text REFERENCES users (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  CHECK ((purpose = 'admin_setup') = (user_id IS NULL))
);
CREATE INDEX one_time_tokens_by_user ON one_time_tokens (user_id, purpose);
CREATE INDEX one_time_tokens_by_end ON one_time_tokens (expires_at);

CREATE TABLE api_keys (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name text NOT NULL,
  key_hash bytea NOT NULL UNIQUE,
  prefix text NOT NULL,
  last4 text NOT NULL,
  permissions text[] NOT NULL CHECK (permissions <@ ARRAY['inference', 'read', 'manage'] AND cardinality(permissions) > 0),
  daily_limit_nano bigint CHECK (daily_limit_nano >= 0),
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX api_keys_by_user ON api_keys (user_id, created_at DESC);

-- A rotated key keeps working under its old hash until the grace is over.
CREATE TABLE api_key_old_hashes (
  key_hash bytea PRIMARY KEY,
  api_key_id text NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
  valid_until timestamptz NOT NULL
);
CREATE INDEX api_key_old_hashes_by_key ON api_key_old_hashes (api_key_id);

CREATE TABLE audit_log (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor_id text,
  action text NOT NULL,
  object text,
  details jsonb NOT NULL DEFAULT '{}',
  ip text,
  request_id text
);
CREATE INDEX audit_log_by_actor ON audit_log (actor_id, seq);
CREATE INDEX audit_log_by_action ON audit_log (action, seq);

-- Tables that are only ever appended to use this trigger.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: write a correcting row instead', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
