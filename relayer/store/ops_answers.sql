-- The relayer's store: the index by which answers to actions are forgotten when they are old.
CREATE INDEX ops_answers_by_time ON ops_answers (at);
