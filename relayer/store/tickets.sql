-- The relayer's store: how often play tickets were used. A row is dropped when its ticket is over.
CREATE TABLE ticket_uses (
    ticket     TEXT PRIMARY KEY,                 -- hash of key, round and player
    used       INTEGER NOT NULL CHECK (used >= 0),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
