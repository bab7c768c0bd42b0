-- The request log (no prompt, no answer) and saved conversations.

CREATE TABLE calls (
  id text PRIMARY KEY,
  user_id text NOT NULL,
  api_key_id text,
  model_id text NOT NULL,
  provider text NOT NULL,
  streamed boolean NOT NULL,
  outcome text NOT NULL,
  error_code text,
  input_tokens bigint NOT NULL DEFAULT 0,
  cached_input_tokens bigint NOT NULL DEFAULT 0,
  output_tokens bigint NOT NULL DEFAULT 0,
  reasoning_tokens bigint NOT NULL DEFAULT 0,
  cost_nano bigint NOT NULL DEFAULT 0,
  usage_source text,
  ttft_ms int,
  duration_ms int NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX calls_by_user ON calls (user_id, created_at DESC);
CREATE INDEX calls_by_model ON calls (model_id, created_at DESC);

CREATE TABLE chat_sessions (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  title text NOT NULL,
  model_id text,
  parameters jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX chat_sessions_by_user ON chat_sessions (user_id, updated_at DESC);

CREATE TABLE chat_messages (
  -- The order of a conversation: ids are random, clocks can tie.
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  session_id text NOT NULL REFERENCES chat_sessions (id) ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('user', 'assistant')),
  content text NOT NULL,
  model_id text,
  call_id text,
  input_tokens bigint,
  output_tokens bigint,
  cost_nano bigint,
  finish_reason text,
  receipt jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX chat_messages_by_session ON chat_messages (session_id, seq);
