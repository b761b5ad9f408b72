-- The relayer's store: where an operator decides otherwise than the settings do.

-- How many submissions somebody may send in a window.
CREATE TABLE quota_overrides (
    subject    TEXT PRIMARY KEY,                 -- player:<address>, network:<…>, key:<id>
    quota      INTEGER NOT NULL CHECK (quota >= 0),
    reason     TEXT NOT NULL,
    set_at     REAL NOT NULL,
    expires_at REAL                              -- NULL: when the operator says so
) STRICT, WITHOUT ROWID;

-- Accounts that begin nothing new; what they have under way goes on.
CREATE TABLE resting_signers (
    address TEXT PRIMARY KEY,
    reason  TEXT NOT NULL,
    since   REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- A contribution that failed without ever taking effect may be tried again.
INSERT INTO status_transitions (subject, from_status, to_status) VALUES
    ('contribution', 'failed', 'queued');
