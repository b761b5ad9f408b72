-- The relayer's store: what an operator asked the worker to do, because it has the keys.

-- An order is written before anything is done for it. What it sends belongs to it from the database
-- transaction on that takes the nonce, so that no order is lost and none is carried out twice.
CREATE TABLE orders (
    sequence  INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,              -- chosen by whoever asks: asking again is harmless
    kind      TEXT NOT NULL,
    arguments TEXT NOT NULL,                     -- JSON
    actor     TEXT NOT NULL,                     -- who asked
    reason    TEXT NOT NULL,                     -- why
    state     TEXT NOT NULL DEFAULT 'asked'
              CHECK (state IN ('asked', 'begun', 'done', 'refused')),
    progress  TEXT NOT NULL DEFAULT '{}',        -- JSON: what the next worker must know
    outcome   TEXT,                              -- what came of it, or what it waits for, in words
    asked_at  REAL NOT NULL,
    begun_at  REAL,
    ended_at  REAL
) STRICT;

CREATE INDEX orders_open ON orders (sequence) WHERE state IN ('asked', 'begun');

CREATE TABLE order_transactions (
    transaction_id INTEGER PRIMARY KEY REFERENCES transactions (id),
    order_id       TEXT NOT NULL REFERENCES orders (id)
) STRICT;

CREATE INDEX order_transactions_by_order ON order_transactions (order_id, transaction_id);

INSERT INTO status_transitions (subject, from_status, to_status) VALUES
    ('order', 'asked', 'begun'),
    ('order', 'asked', 'done'),                  -- there was nothing left to do
    ('order', 'asked', 'refused'),
    ('order', 'begun', 'done'),
    ('order', 'begun', 'refused');

CREATE TRIGGER orders_transition BEFORE UPDATE OF state ON orders
WHEN OLD.state <> NEW.state AND NOT EXISTS (
    SELECT 1 FROM status_transitions
     WHERE subject = 'order' AND from_status = OLD.state AND to_status = NEW.state)
BEGIN
    SELECT RAISE(ABORT, 'state transition not allowed for an order');
END;
