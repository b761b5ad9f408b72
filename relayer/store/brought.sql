-- The relayer's store: requests of ours that a transaction brought to the chain which is not ours,
-- or is ours and was forgotten with an older copy of the file.
CREATE TABLE brought (
    id               TEXT PRIMARY KEY,           -- of a contribution or a validation
    transaction_hash TEXT NOT NULL,
    block_number     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX brought_by_block ON brought (block_number);

CREATE INDEX contributions_nonce_used ON contributions (id)
    WHERE status = 'failed' AND reason = 'nonce-used';
CREATE INDEX validations_came_late ON validations (id)
    WHERE status = 'failed' AND reason IN ('nonce-used', 'not-open');

INSERT INTO status_transitions (subject, from_status, to_status) VALUES
    ('validation', 'failed', 'confirmed'),       -- a final block holds what brought it
    ('validation', 'confirmed', 'queued');       -- that block was dropped
