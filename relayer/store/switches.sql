-- The relayer's store: what stops the house, or keeps somebody out of it.

-- A row stands for a pause; web and worker look here before they begin anything.
CREATE TABLE switches (
    name       TEXT PRIMARY KEY CHECK (name IN ('intake', 'sending')),
    reason     TEXT NOT NULL,
    paused_at  REAL NOT NULL,
    resumes_at REAL                              -- NULL: when the operator says so
) STRICT, WITHOUT ROWID;

CREATE TABLE bans (
    subject    TEXT PRIMARY KEY,                 -- a player's address, or a network
    reason     TEXT NOT NULL,
    banned_at  REAL NOT NULL,
    expires_at REAL                              -- NULL: when the operator says so
) STRICT, WITHOUT ROWID;

-- The breaker of the intake: one row.
CREATE TABLE intake_breaker (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    state       TEXT NOT NULL CHECK (state IN ('closed', 'open', 'half-open')),
    since       REAL NOT NULL,                   -- ends before this are not looked at
    until_at    REAL NOT NULL,                   -- when it moves on by itself
    probes_left INTEGER NOT NULL CHECK (probes_left >= 0)
) STRICT;

INSERT INTO intake_breaker (id, state, since, until_at, probes_left) VALUES (1, 'closed', 0, 0, 0);

-- What the breaker judges by: contributions that came to something, good or bad, of late.
CREATE TABLE recent_ends (
    id     INTEGER PRIMARY KEY,
    player TEXT NOT NULL,
    is_bad INTEGER NOT NULL CHECK (is_bad IN (0, 1)),
    at     REAL NOT NULL
) STRICT;

CREATE INDEX recent_ends_by_time ON recent_ends (at);

CREATE TRIGGER contributions_ended AFTER UPDATE OF status ON contributions
WHEN OLD.status <> NEW.status AND NEW.status IN ('confirmed', 'settled', 'failed')
BEGIN
    INSERT INTO recent_ends (player, is_bad, at)
    VALUES (NEW.player, NEW.status = 'failed' OR NEW.outcome IS 'forfeited', NEW.updated_at);
END;
