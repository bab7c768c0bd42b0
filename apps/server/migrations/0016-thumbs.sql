-- The mark a person has given to an answer of theirs, to show it again. What it says of the model stands in model_votes.
ALTER TABLE chat_messages ADD COLUMN thumb text CHECK (thumb IN ('up', 'down'));
