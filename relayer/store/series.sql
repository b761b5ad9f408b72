-- The relayer's store: series for the operator's plots. They are summed up when things end, so that
-- a plot of a month costs the same in front of ten rows and in front of a million.

-- What happened in each step of time. Amounts are whole gwei and what is left of them in wei.
CREATE TABLE series (
    name     TEXT NOT NULL,
    step_s   INTEGER NOT NULL CHECK (step_s IN (60, 600, 3600)),
    at       INTEGER NOT NULL,                   -- where the step begins, unix seconds
    label    TEXT NOT NULL,                      -- a kind, a reason, a bucket of durations, …
    value    INTEGER NOT NULL,
    rest_wei INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (name, step_s, at, label)
) STRICT, WITHOUT ROWID;

-- How things stood in each step: what the worker saw last, least and most.
CREATE TABLE levels (
    name   TEXT NOT NULL,
    step_s INTEGER NOT NULL CHECK (step_s IN (60, 600, 3600)),
    at     INTEGER NOT NULL,
    label  TEXT NOT NULL,
    last   INTEGER NOT NULL,
    low    INTEGER NOT NULL,
    high   INTEGER NOT NULL,
    PRIMARY KEY (name, step_s, at, label)
) STRICT, WITHOUT ROWID;

-- What an operator wants to see beside the curves: pauses, new versions, starts of the worker.
CREATE TABLE marks (
    id   INTEGER PRIMARY KEY,
    at   REAL NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;

CREATE INDEX marks_by_time ON marks (at);

-- What has changed since it was counted last. A row that is counted again has its former part taken
-- back first, so that a block which the chain drops is never counted twice.
CREATE TABLE series_changed (
    subject TEXT NOT NULL CHECK (subject IN ('transaction', 'settled', 'batch')),
    id      INTEGER NOT NULL,
    PRIMARY KEY (subject, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE series_counted (
    subject TEXT NOT NULL,
    id      INTEGER NOT NULL,
    counted TEXT NOT NULL,                       -- JSON: name, label, time, value of each part
    PRIMARY KEY (subject, id)
) STRICT, WITHOUT ROWID;

-- What is still to come back: the open contributions of each batch that final blocks hold.
CREATE TABLE open_claims (
    batch_id    INTEGER PRIMARY KEY,
    trainer     TEXT NOT NULL,
    count       INTEGER NOT NULL,
    stake_wei   TEXT NOT NULL,
    reserve_wei TEXT NOT NULL                    -- set aside in the tank for their fees
) STRICT;

-- What the worker has looked at outside of this file, and when: blocks, books, clocks, itself.
CREATE TABLE checks (
    name       TEXT PRIMARY KEY,
    value      TEXT NOT NULL,                    -- JSON
    checked_at REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX withdrawals_by_transaction ON withdrawals (transaction_id)
    WHERE transaction_id IS NOT NULL;

-- The worker counts what was there before in slices.
INSERT INTO series_changed (subject, id)
SELECT 'transaction', id FROM transactions WHERE status IN ('confirmed', 'failed');
INSERT INTO series_changed (subject, id) SELECT 'settled', id FROM settled_events;
INSERT INTO series_changed (subject, id)
SELECT 'batch', id FROM batches WHERE status = 'confirmed';

INSERT INTO series (name, step_s, at, label, value)
SELECT 'ended', step_s, CAST(updated_at / step_s AS INTEGER) * step_s,
       iif(status = 'failed', reason, status), count(*)
  FROM contributions, (SELECT 60 AS step_s UNION ALL SELECT 600 UNION ALL SELECT 3600)
 WHERE status IN ('failed', 'expired', 'cancelled')
 GROUP BY 2, 3, 4;

CREATE TRIGGER transactions_to_be_counted AFTER UPDATE OF status ON transactions
WHEN OLD.status <> NEW.status
 AND (OLD.status IN ('confirmed', 'failed') OR NEW.status IN ('confirmed', 'failed'))
BEGIN
    INSERT OR IGNORE INTO series_changed (subject, id) VALUES ('transaction', NEW.id);
END;

CREATE TRIGGER settled_to_be_counted AFTER INSERT ON settled_events
BEGIN
    INSERT OR IGNORE INTO series_changed (subject, id) VALUES ('settled', NEW.id);
END;

CREATE TRIGGER settled_to_be_taken_back AFTER DELETE ON settled_events
BEGIN
    INSERT OR IGNORE INTO series_changed (subject, id) VALUES ('settled', OLD.id);
END;

CREATE TRIGGER batches_to_be_counted AFTER UPDATE OF status, open_map ON batches
WHEN (OLD.status IN ('confirmed', 'closed') OR NEW.status IN ('confirmed', 'closed'))
 AND (OLD.status <> NEW.status OR OLD.open_map IS NOT NEW.open_map)
BEGIN
    INSERT OR IGNORE INTO series_changed (subject, id) VALUES ('batch', NEW.id);
END;

-- Bad ends by their reasons. Accepting costs nothing more for it.
CREATE TRIGGER contributions_ends_counted AFTER UPDATE OF status ON contributions
WHEN OLD.status <> NEW.status AND (NEW.status IN ('failed', 'expired', 'cancelled')
                                   OR OLD.status IN ('failed', 'expired', 'cancelled'))
BEGIN
    INSERT INTO series (name, step_s, at, label, value)
    SELECT 'ended', step_s, CAST(moment / step_s AS INTEGER) * step_s, label, change
      FROM (SELECT 60 AS step_s UNION ALL SELECT 600 UNION ALL SELECT 3600),
           (SELECT NEW.status AS status, NEW.updated_at AS moment, 1 AS change,
                   iif(NEW.status = 'failed', NEW.reason, NEW.status) AS label
             UNION ALL
            SELECT OLD.status, OLD.updated_at, -1,
                   iif(OLD.status = 'failed', OLD.reason, OLD.status))
     WHERE status IN ('failed', 'expired', 'cancelled')
        ON CONFLICT (name, step_s, at, label) DO UPDATE SET value = value + excluded.value;
END;
