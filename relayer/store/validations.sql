-- The relayer's store, version 2: validations, which confirm contributions of others and thereby
-- settle them. A call that brings validations is a row of `settlements` like any other.
INSERT INTO status_transitions (subject, from_status, to_status) VALUES
    ('validation', 'queued', 'sent'),            -- became an item of a call
    ('validation', 'queued', 'cancelled'),       -- the validator took it back
    ('validation', 'queued', 'expired'),         -- its deadline passed before a call took it
    ('validation', 'queued', 'failed'),          -- the rehearsal told why the chain would skip it
    ('validation', 'sent', 'mined'),             -- a block holds its transaction
    ('validation', 'sent', 'queued'),            -- its transaction ended without any effect
    ('validation', 'sent', 'failed'),
    ('validation', 'mined', 'sent'),             -- a reorganisation dropped the block
    ('validation', 'mined', 'queued'),           -- the whole transaction reverted
    ('validation', 'mined', 'confirmed'),        -- deep enough in the chain
    ('validation', 'mined', 'expired'),          -- the chain skipped it: too late
    ('validation', 'mined', 'failed');           -- the chain skipped it for another reason

CREATE TABLE validations (
    sequence            INTEGER PRIMARY KEY,     -- order of acceptance
    id                  TEXT NOT NULL UNIQUE,    -- the EIP-712 digest
    trainer             TEXT NOT NULL,
    validator           TEXT NOT NULL,
    contribution_number INTEGER NOT NULL CHECK (contribution_number >= 0),
    contribution_id     TEXT NOT NULL REFERENCES contributions (id),
    batch_id            INTEGER NOT NULL REFERENCES batches (id),   -- of the contribution
    record_index        INTEGER NOT NULL CHECK (record_index BETWEEN 0 AND 254),
    nonce               INTEGER NOT NULL CHECK (nonce BETWEEN 0 AND 4294967295),
    deadline_at         INTEGER NOT NULL,
    max_fee_gwei        INTEGER NOT NULL CHECK (max_fee_gwei >= 0),
    signature           BLOB NOT NULL CHECK (length(signature) = 64),
    status              TEXT NOT NULL DEFAULT 'queued'
                        CHECK (status IN ('queued', 'sent', 'mined', 'confirmed', 'failed',
                                          'expired', 'cancelled')),
    reason              TEXT,
    detail              TEXT,
    accepted_at         REAL NOT NULL,
    updated_at          REAL NOT NULL,
    settlement_id       INTEGER REFERENCES settlements (id),
    item_index          INTEGER,
    CHECK (status <> 'failed' OR reason IS NOT NULL)
) STRICT;

-- A nonce has at most one living owner, and a player says yes to a contribution once.
CREATE UNIQUE INDEX validations_living_nonce ON validations (validator, nonce)
    WHERE status NOT IN ('failed', 'expired', 'cancelled');
CREATE UNIQUE INDEX validations_living_statement ON validations (validator, contribution_id)
    WHERE status NOT IN ('failed', 'expired', 'cancelled');
CREATE INDEX validations_queue ON validations (batch_id, sequence) WHERE status = 'queued';
CREATE INDEX validations_by_deadline ON validations (deadline_at) WHERE status = 'queued';
CREATE INDEX validations_by_settlement ON validations (settlement_id, item_index)
    WHERE settlement_id IS NOT NULL;
CREATE INDEX validations_under_way ON validations (status) WHERE status IN ('sent', 'mined');

CREATE TRIGGER validations_transition BEFORE UPDATE OF status ON validations
WHEN OLD.status <> NEW.status AND NOT EXISTS (
    SELECT 1 FROM status_transitions
     WHERE subject = 'validation' AND from_status = OLD.status AND to_status = NEW.status)
BEGIN
    SELECT RAISE(ABORT, 'status transition not allowed for a validation');
END;

-- What a contribution is found by when a validator names its number.
CREATE INDEX batches_by_number ON batches (trainer, chain_batch_id)
    WHERE chain_batch_id IS NOT NULL;

-- JSON: gamified trainer -> badges, streak and number of contributions
ALTER TABLE players ADD COLUMN standings TEXT NOT NULL DEFAULT '{}';
