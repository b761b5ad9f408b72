-- The relayer's store: which blocks were believed, and what is needed to take back what was written
-- down about blocks that the chain has dropped although they counted as final.
CREATE TABLE block_trail (
    number INTEGER PRIMARY KEY,
    hash   TEXT NOT NULL
) STRICT;

-- Events of final blocks that settled contributions, whoever caused them.
CREATE TABLE settled_events (
    id           INTEGER PRIMARY KEY,
    batch_id     INTEGER NOT NULL REFERENCES batches (id),
    block_number INTEGER NOT NULL,
    settled_map  TEXT NOT NULL                   -- hex: bit i = record i
) STRICT;

CREATE INDEX settled_events_by_block ON settled_events (block_number);

-- Who left a batch or a call that ended without effect: should its transaction come to life again,
-- they come back.
CREATE TABLE former_members (
    batch_id   INTEGER NOT NULL,
    item_index INTEGER NOT NULL,
    sequence   INTEGER NOT NULL,
    PRIMARY KEY (batch_id, item_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE former_items (
    settlement_id INTEGER NOT NULL,
    item_index    INTEGER NOT NULL,
    sequence      INTEGER NOT NULL,
    PRIMARY KEY (settlement_id, item_index)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER contributions_left AFTER UPDATE OF batch_id ON contributions
WHEN OLD.batch_id IS NOT NULL AND NEW.batch_id IS NOT OLD.batch_id
BEGIN
    INSERT OR REPLACE INTO former_members (batch_id, item_index, sequence)
    VALUES (OLD.batch_id, OLD.item_index, OLD.sequence);
END;

CREATE TRIGGER validations_left AFTER UPDATE OF settlement_id ON validations
WHEN OLD.settlement_id IS NOT NULL AND NEW.settlement_id IS NOT OLD.settlement_id
BEGIN
    INSERT OR REPLACE INTO former_items (settlement_id, item_index, sequence)
    VALUES (OLD.settlement_id, OLD.item_index, OLD.sequence);
END;

-- Reorganisations that dropped blocks which counted as final, for the operator to see.
CREATE TABLE reorganisations (
    id              INTEGER PRIMARY KEY,
    noticed_at      REAL NOT NULL,
    ancestor_number INTEGER NOT NULL,            -- the last block that is still of the chain
    final_number    INTEGER NOT NULL,            -- the last one that had counted as final
    reopened        INTEGER NOT NULL             -- transactions whose end was taken back
) STRICT;

-- 1 = its end was taken back at least once.
ALTER TABLE transactions ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0;

INSERT INTO status_transitions (subject, from_status, to_status) VALUES
    ('transaction', 'confirmed', 'sent'),        -- its block had counted as final and was dropped
    ('transaction', 'failed', 'sent'),
    ('batch', 'confirmed', 'sent'),
    ('batch', 'closed', 'sent'),
    ('batch', 'failed', 'sent'),
    ('batch', 'closed', 'confirmed'),            -- only its settlement was dropped
    ('contribution', 'confirmed', 'sent'),
    ('contribution', 'settled', 'sent'),
    ('contribution', 'failed', 'sent'),
    ('contribution', 'expired', 'sent'),
    ('contribution', 'settled', 'confirmed'),
    ('withdrawal', 'confirmed', 'sent'),
    ('withdrawal', 'failed', 'sent'),
    ('validation', 'confirmed', 'sent'),
    ('validation', 'failed', 'sent'),
    ('validation', 'expired', 'sent');
