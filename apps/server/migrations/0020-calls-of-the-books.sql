-- A line of the log can be made from the books when the process that would have written it has died: they do not say how it was answered.
ALTER TABLE calls ALTER streamed DROP NOT NULL;
