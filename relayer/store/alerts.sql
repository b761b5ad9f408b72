-- The relayer's store: alerts, what became of them, and the messages that tell of it.

-- One row for each alert, whatever it stands for is judged elsewhere.
CREATE TABLE alerts (
    name            TEXT PRIMARY KEY,
    level           TEXT NOT NULL CHECK (level IN ('green', 'amber', 'red')),  -- of the last look
    sentence        TEXT NOT NULL,               -- of the last look
    looked_at       REAL NOT NULL,
    raised_level    TEXT CHECK (raised_level IN ('amber', 'red')),  -- NULL: it is not raised
    raised_at       REAL,
    turning_since   REAL,                        -- since when the looks say otherwise
    turning_looks   INTEGER NOT NULL DEFAULT 0,  -- how many of them in a row
    told_at         REAL,                        -- NULL: nobody was told since it was raised
    acknowledged_by TEXT,
    silenced_until  REAL,
    silenced_by     TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_events (
    sequence INTEGER PRIMARY KEY,
    at       REAL NOT NULL,
    alert    TEXT NOT NULL,
    event    TEXT NOT NULL,
    level    TEXT NOT NULL,
    sentence TEXT NOT NULL,
    who      TEXT                                -- NULL: nobody, it happened by itself
) STRICT;

CREATE INDEX alert_events_by_alert ON alert_events (alert, sequence);

-- Written by the transaction that writes the event, so that none is untold.
CREATE TABLE alert_messages (
    sequence   INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    channel    TEXT NOT NULL CHECK (channel IN ('webhook', 'email')),
    target     TEXT NOT NULL,                    -- a URL, or addresses with commas between
    subject    TEXT NOT NULL,
    body       TEXT NOT NULL,
    created_at REAL NOT NULL,
    status     TEXT NOT NULL DEFAULT 'waiting'
               CHECK (status IN ('waiting', 'delivered', 'dead')),
    due_at     REAL NOT NULL,
    tries      INTEGER NOT NULL DEFAULT 0,
    answer     TEXT,                             -- what came of the last try
    ended_at   REAL
) STRICT;

CREATE INDEX alert_messages_due ON alert_messages (due_at) WHERE status = 'waiting';
CREATE INDEX alert_messages_dead ON alert_messages (sequence) WHERE status = 'dead';
CREATE INDEX alert_messages_ended ON alert_messages (ended_at) WHERE ended_at IS NOT NULL;

-- Whose turn it is to look: worker and web processes all try, one of them looks.
CREATE TABLE alert_turn (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    due_at REAL NOT NULL
) STRICT;

INSERT INTO alert_turn (id, due_at) VALUES (1, 0);
