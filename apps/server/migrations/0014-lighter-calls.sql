-- What a paid call writes. The price of a hold is looked for by the check of the books (I12), as the other references of 0008 are.
ALTER TABLE holds DROP CONSTRAINT holds_price_version_id_fkey;
-- Nobody asks for a person's holds, and open holds are few enough to be read through when leases are looked at.
DROP INDEX holds_by_user;
DROP INDEX hold_progress_by_lease;
-- The journal of a charge is found by its key; only refunds are looked for by their call.
DROP INDEX journals_by_hold;
CREATE INDEX journals_of_refunds ON journals (hold_id) WHERE kind = 'refund';
-- Room for the next versions of rows that are changed in every call, so that no index has to learn of them.
ALTER TABLE wallets SET (fillfactor = 40);
ALTER TABLE hold_progress SET (fillfactor = 60);
