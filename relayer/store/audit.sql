-- The relayer's store: what operators did, in the order in which they did it.

-- Each entry holds the hash of the one before, so that no entry can be changed, taken out or moved
-- without all that follow it.
CREATE TABLE audit (
    sequence      INTEGER PRIMARY KEY,
    at            REAL NOT NULL,
    who           TEXT NOT NULL,
    via           TEXT NOT NULL CHECK (via IN ('page', 'api', 'cli')),
    action        TEXT NOT NULL,
    arguments     TEXT NOT NULL,                -- JSON
    reason        TEXT NOT NULL,
    outcome       TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash          TEXT NOT NULL UNIQUE
) STRICT;

CREATE INDEX audit_by_who ON audit (who, sequence);
CREATE INDEX audit_by_action ON audit (action, sequence);

CREATE TRIGGER audit_entries_stay_as_they_are BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'entries of the audit log are never changed');
END;

CREATE TRIGGER audit_entries_stay BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'entries of the audit log are never removed');
END;

-- The newest entry, kept apart from it: an end that is cut off is missed.
CREATE TABLE audit_head (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    sequence INTEGER NOT NULL,
    hash     TEXT NOT NULL
) STRICT;

INSERT INTO audit_head (id, sequence, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- What became of an action, by the key of the form or request that asked for it: who asks again
-- gets the same answer, and the action is not performed again.
CREATE TABLE ops_answers (
    who       TEXT NOT NULL,
    key       TEXT NOT NULL,
    action    TEXT NOT NULL,
    arguments TEXT NOT NULL,                    -- JSON
    reason    TEXT NOT NULL,
    sentence  TEXT NOT NULL,
    sequence  INTEGER NOT NULL REFERENCES audit (sequence),
    at        REAL NOT NULL,
    PRIMARY KEY (who, key)
) STRICT, WITHOUT ROWID;
