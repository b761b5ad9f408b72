-- The relayer's store, version 6: answers that are given again to who asks again with the same
-- Idempotency-Key, and the indexes that pages of validations and batches are read by.
CREATE TABLE kept_answers (
    scope       TEXT NOT NULL,                   -- hash of the caller's credentials and the path
    key         TEXT NOT NULL,                   -- as the caller chose it
    fingerprint TEXT NOT NULL,                   -- hash of the body that was answered
    status      INTEGER NOT NULL,
    location    TEXT,
    body        BLOB NOT NULL,                   -- zlib
    expires_at  REAL NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT;

CREATE INDEX kept_answers_by_end ON kept_answers (expires_at);

CREATE INDEX validations_by_validator ON validations (validator, sequence);
CREATE INDEX validations_by_status ON validations (status, sequence);
CREATE INDEX batches_by_trainer ON batches (trainer, id);
CREATE INDEX batches_by_status ON batches (status, id);
