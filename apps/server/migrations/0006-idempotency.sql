-- One table for every request that bears an Idempotency-Key. A money request of one transaction claims the key and keeps its answer in it.
-- A paid call commits its claim first, under the call's id, and keeps its answer when the charge stands in the books.
-- Rows older than a day are removed, and with them the answers, which hold people's text; so they are when the account goes.

ALTER TABLE idempotency_keys ADD COLUMN call_id text;
-- Until when a claim without a hold may still become a call; null for a claim of one transaction.
ALTER TABLE idempotency_keys ADD COLUMN lease_until timestamptz;
ALTER TABLE idempotency_keys ADD COLUMN headers jsonb NOT NULL DEFAULT '{}';
-- JSON as it was sent. Text, since jsonb refuses NUL characters and forgets the order of fields. Null beside a status: too long to be kept.
ALTER TABLE idempotency_keys ADD COLUMN body text;
UPDATE idempotency_keys SET body = response::text WHERE response IS NOT NULL;
ALTER TABLE idempotency_keys DROP COLUMN response;
ALTER TABLE idempotency_keys ADD CHECK (status IS NOT NULL OR body IS NULL);
ALTER TABLE idempotency_keys ADD CHECK (length(key) BETWEEN 1 AND 255);
ALTER TABLE idempotency_keys ADD FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
