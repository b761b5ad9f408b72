-- What sending needs beside the transactions themselves.

-- A signer is refilled by one transaction at a time: the next one is decided only when the balance
-- that it is decided from includes the last one.
CREATE INDEX transactions_refills ON transactions (to_address)
    WHERE kind = 'refill' AND status IN ('prepared', 'sent', 'mined');

CREATE TRIGGER transactions_one_refill BEFORE INSERT ON transactions
WHEN NEW.kind = 'refill' AND EXISTS (
    SELECT 1 FROM transactions WHERE kind = 'refill' AND to_address = NEW.to_address
       AND status IN ('prepared', 'sent', 'mined'))
BEGIN
    SELECT RAISE(ABORT, 'a refill of this account is under way');
END;

-- For a look at the latest ones of a kind.
CREATE INDEX transactions_by_kind ON transactions (kind);

-- Whether an attempt is a self-send that uses the nonce up without effect.
ALTER TABLE attempts ADD COLUMN is_empty INTEGER NOT NULL DEFAULT 0 CHECK (is_empty IN (0, 1));

-- Intents to use a nonce up without effect: stored first, so that the next worker knows them too.
CREATE TABLE cancellations (
    transaction_id INTEGER PRIMARY KEY REFERENCES transactions (id),
    reason         TEXT NOT NULL
                   CHECK (reason IN ('pointless', 'cancelled-by-operator', 'rejected-by-node')),
    detail         TEXT,
    asked_at       REAL NOT NULL
) STRICT;

-- A withdrawal whose transaction was cancelled is sent again.
INSERT INTO status_transitions (subject, from_status, to_status) VALUES
    ('withdrawal', 'mined', 'queued');

-- Requests that were carried by a transaction which came to nothing, though no item of it could be
-- blamed. They go on in smaller and smaller company until the culprit is alone.
CREATE TABLE suspects (
    id         TEXT PRIMARY KEY,                 -- of a contribution or a validation
    failures   INTEGER NOT NULL DEFAULT 0,       -- transactions that carried it and came to nothing
    most_items INTEGER NOT NULL CHECK (most_items >= 1),
    held_until REAL NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TRIGGER contributions_cleared AFTER UPDATE OF status ON contributions
WHEN NEW.status NOT IN ('queued', 'sent', 'mined')
BEGIN
    DELETE FROM suspects WHERE id = NEW.id;
END;

CREATE TRIGGER validations_cleared AFTER UPDATE OF status ON validations
WHEN NEW.status NOT IN ('queued', 'sent', 'mined')
BEGIN
    DELETE FROM suspects WHERE id = NEW.id;
END;
