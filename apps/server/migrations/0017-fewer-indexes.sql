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
