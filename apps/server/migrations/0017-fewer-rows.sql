-- What a paid call writes into indexes. Whatever belongs to a person is found by the person's journals, and transfers by their journal:
-- a transfer touches no wallet but of its journal's own person (I2). Nothing asks for the transfers of one account.
ALTER TABLE transfers DROP CONSTRAINT transfers_pkey, ADD PRIMARY KEY (journal_id, id);
DROP INDEX transfers_by_journal, transfers_by_debit, transfers_by_credit;

-- The journal of a charge is one for its call; every other journal is one for its key. A charge's key is made of its call.
CREATE UNIQUE INDEX journals_of_charges ON journals (user_id, hold_id) WHERE kind = 'charge';
CREATE UNIQUE INDEX journals_by_key ON journals (idem_key) WHERE kind <> 'charge';
CREATE INDEX journals_besides_charges ON journals (user_id, hold_id) WHERE kind <> 'charge';
ALTER TABLE journals DROP CONSTRAINT journals_idem_key_key;
DROP INDEX journals_by_user, journals_of_refunds, journals_of_corrections;

-- What a hold draws on is one wallet as a rule: its first line stands in the hold's own row. The others, and all lines of holds that are
-- older than this, stand where lines stood.
ALTER TABLE holds ADD COLUMN line_account_id bigint, ADD COLUMN line_amount bigint CHECK (line_amount > 0),
  ADD CHECK ((line_account_id IS NULL) = (line_amount IS NULL));
ALTER TABLE hold_lines RENAME TO further_hold_lines;
CREATE VIEW hold_lines AS
  SELECT id AS hold_id, 1 AS seq, line_account_id AS account_id, line_amount AS amount, created_at FROM holds WHERE line_account_id IS NOT NULL
  UNION ALL SELECT hold_id, seq, account_id, amount, created_at FROM further_hold_lines;

-- As in 0010, and what was drawn never changes either.
CREATE OR REPLACE FUNCTION refuse_change_of_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE'
    AND (NEW.id, NEW.user_id, NEW.api_key_id, NEW.limit_day, NEW.created_at, NEW.line_account_id, NEW.line_amount)
      IS NOT DISTINCT FROM (OLD.id, OLD.user_id, OLD.api_key_id, OLD.limit_day, OLD.created_at, OLD.line_account_id, OLD.line_amount)
    AND EXISTS (SELECT 1 FROM hold_progress WHERE hold_id = OLD.id)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'holds is append-only, but for whom an open hold goes to';
END $$;

-- Written once and read whole: PostgreSQL needs not take them apart.
ALTER TABLE hold_resolutions ALTER attempts DROP DEFAULT, ALTER usage TYPE json, ALTER attempts TYPE json, ALTER attempts SET DEFAULT '[]';
