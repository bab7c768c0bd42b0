-- A person's movements are read newest first, a page at a time, however many there are. A call is charged once, whoever asks.
CREATE INDEX journals_by_user ON journals (user_id, id);
CREATE UNIQUE INDEX journals_one_charge ON journals (hold_id) WHERE kind = 'charge';
DROP INDEX journals_of_charges;
