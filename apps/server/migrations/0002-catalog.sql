-- Models, who serves them, and every price each of them ever had.

CREATE TABLE providers (
  id text PRIMARY KEY,
  name text NOT NULL,
  docs_url text,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE models (
  -- `provider/model`, as clients write it.
  id text PRIMARY KEY CHECK (id LIKE provider || '/_%'),
  provider text NOT NULL REFERENCES providers (id),
  -- The model's name at the provider.
  upstream_model text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  version text,
  category text NOT NULL,
  endpoints text[] NOT NULL,
  capabilities text[] NOT NULL,
  input_modalities text[] NOT NULL,
  output_modalities text[] NOT NULL,
  -- Tokens sold at the price in force; a provider's window that steps up in price is kept beside it.
  context_window int CHECK (context_window > 0),
  provider_context_window int CHECK (provider_context_window > 0),
  max_output int CHECK (max_output > 0),
  status text NOT NULL CHECK (status IN ('active', 'deprecated', 'retired')),
  successor text,
  released_at date,
  retires_at date,
  free_tier boolean NOT NULL,
  -- Who keeps the row: seed and sync only write rows of the catalog, never those a person has edited.
  managed_by text NOT NULL DEFAULT 'catalog' CHECK (managed_by IN ('catalog', 'admin', 'publisher')),
  sources jsonb NOT NULL,
  checked_at date NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX models_by_provider ON models (provider);

-- Pico-dollars (1e-12 $) per token, or per image. A charge names the version it was computed with, so a row never changes;
-- the price in force is the newest version whose time has come.
CREATE TABLE price_versions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model_id text NOT NULL REFERENCES models (id),
  mode text NOT NULL CHECK (mode IN ('resale', 'publisher', 'byok', 'free')),
  commission_bps int NOT NULL CHECK (commission_bps BETWEEN 0 AND 9999),
  unit text NOT NULL CHECK (unit IN ('token', 'image')),
  cost_input bigint NOT NULL CHECK (cost_input >= 0),
  cost_cached_input bigint NOT NULL CHECK (cost_cached_input >= 0),
  cost_cache_write bigint NOT NULL CHECK (cost_cache_write >= 0),
  cost_output bigint NOT NULL CHECK (cost_output >= 0),
  cost_image bigint NOT NULL CHECK (cost_image >= 0),
  list_input bigint NOT NULL CHECK (list_input >= 0),
  list_cached_input bigint NOT NULL CHECK (list_cached_input >= 0),
  list_cache_write bigint NOT NULL CHECK (list_cache_write >= 0),
  list_output bigint NOT NULL CHECK (list_output >= 0),
  list_image bigint NOT NULL CHECK (list_image >= 0),
  valid_from timestamptz NOT NULL,
  source text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (model_id, valid_from),
  -- What is resold never sells below what it costs.
  CHECK (
    mode <> 'resale'
    OR (
      list_input >= cost_input
      AND list_cached_input >= cost_cached_input
      AND list_cache_write >= cost_cache_write
      AND list_output >= cost_output
      AND list_image >= cost_image
    )
  )
);

CREATE TRIGGER price_versions_append_only BEFORE UPDATE OR DELETE ON price_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER price_versions_no_truncate BEFORE TRUNCATE ON price_versions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
