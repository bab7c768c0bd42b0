-- Keys of people at providers, encrypted: each under a data key of its own, and that under a key derived from the master key.

CREATE TABLE provider_keys (
  user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  provider text NOT NULL,
  -- Where the person has this provider; null: where the operator has it.
  base_url text,
  last4 text NOT NULL,
  -- Which key-encrypting key wraps the data key: rows of another master key are told apart from rows that were altered.
  kek_id text NOT NULL,
  -- Both are nonce, ciphertext and tag of AES-256-GCM, and authentic for this user, provider and address only.
  wrapped_data_key bytea NOT NULL,
  sealed_key bytea NOT NULL,
  created_at timestamptz NOT NULL,
  tested_at timestamptz,
  test_ok boolean,
  test_message text,
  PRIMARY KEY (user_id, provider),
  CHECK (num_nulls(tested_at, test_ok, test_message) IN (0, 3))
);
CREATE INDEX provider_keys_by_kek ON provider_keys (kek_id);
