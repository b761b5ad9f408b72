-- The relayer's store: games that submit with a key. A key's secret is shown once and kept as a
-- hash; while it is rotated two secrets are valid.
CREATE TABLE game_keys (
    id                TEXT PRIMARY KEY,
    name              TEXT NOT NULL,
    scopes            TEXT NOT NULL,             -- with spaces between
    created_at        REAL NOT NULL,
    expires_at        REAL,                      -- NULL: never
    revoked_at        REAL,
    quota             INTEGER CHECK (quota >= 0),              -- NULL: as the settings say
    daily_budget_gwei INTEGER CHECK (daily_budget_gwei >= 0)   -- NULL: as the settings say
) STRICT, WITHOUT ROWID;

CREATE TABLE game_key_secrets (
    secret_hash   TEXT PRIMARY KEY,              -- SHA-256, hex
    key_id        TEXT NOT NULL REFERENCES game_keys (id),
    ticket_secret BLOB NOT NULL CHECK (length(ticket_secret) = 32),
    created_at    REAL NOT NULL,
    expires_at    REAL                           -- NULL: with the key
) STRICT, WITHOUT ROWID;

CREATE INDEX game_key_secrets_by_key ON game_key_secrets (key_id);

-- The key that a contribution came with, itself or by a play ticket.
ALTER TABLE contributions ADD COLUMN game TEXT;
CREATE INDEX contributions_by_game ON contributions (game, sequence) WHERE game IS NOT NULL;
