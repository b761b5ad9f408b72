-- The relayer's store: who may open the ops dashboard, and what they have asked for.
CREATE TABLE ops_users (
    name            TEXT PRIMARY KEY,
    role            TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    password_hash   TEXT NOT NULL,
    created_at      REAL NOT NULL,
    password_set_at REAL NOT NULL,
    logged_in_at    REAL                        -- NULL: never
) STRICT, WITHOUT ROWID;

-- A browser that somebody has logged in with. Its token is in the cookie, its hash is here.
CREATE TABLE ops_sessions (
    id           TEXT PRIMARY KEY,
    token_hash   TEXT NOT NULL UNIQUE,          -- SHA-256, hex
    user_name    TEXT NOT NULL REFERENCES ops_users (name) ON DELETE CASCADE,
    created_at   REAL NOT NULL,
    seen_at      REAL NOT NULL,
    confirmed_at REAL NOT NULL,                 -- when the password was given last
    client       TEXT NOT NULL,                 -- the address it logged in from
    agent        TEXT NOT NULL                  -- how the browser called itself
) STRICT, WITHOUT ROWID;

CREATE INDEX ops_sessions_by_user ON ops_sessions (user_name);

-- A key with which a program acts for a user.
CREATE TABLE ops_tokens (
    id          TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,           -- SHA-256, hex
    user_name   TEXT NOT NULL REFERENCES ops_users (name) ON DELETE CASCADE,
    purpose     TEXT NOT NULL,
    moves_money INTEGER NOT NULL CHECK (moves_money IN (0, 1)),
    created_at  REAL NOT NULL,
    expires_at  REAL                            -- NULL: never
) STRICT, WITHOUT ROWID;

CREATE INDEX ops_tokens_by_user ON ops_tokens (user_name);

-- Passwords that were tried and were not right, by user and by address, for a while.
CREATE TABLE ops_login_tries (
    id      INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    at      REAL NOT NULL
) STRICT;

CREATE INDEX ops_login_tries_by_subject ON ops_login_tries (subject, at);
CREATE INDEX ops_login_tries_by_time ON ops_login_tries (at);
