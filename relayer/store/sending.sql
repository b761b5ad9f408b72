-- What sending needs beside the transactions themselves.

-- A signer is refilled by one transaction at a time: the next one is decided only when the balance
-- that it is decided from includes the last one.
CREATE UNIQUE INDEX transactions_one_refill ON transactions (to_address)
    WHERE kind = 'refill' AND status IN ('prepared', 'sent', 'mined');

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
