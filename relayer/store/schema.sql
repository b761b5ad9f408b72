-- The relayer's store, version 1. STRICT tables, times in unix seconds, gwei as INTEGER, wei as
-- TEXT (an amount in wei may exceed 63 bits), addresses and hashes as 0x-prefixed text: addresses
-- with their EIP-55 checksum, hashes in lower case.

-- ---------------------------------------------------------------------------------------------
-- What may become what. The triggers below refuse every other change of a status, so this table
-- is the one place where the life of a row is written down.
CREATE TABLE status_transitions (
    subject     TEXT NOT NULL,
    from_status TEXT NOT NULL,
    to_status   TEXT NOT NULL,
    PRIMARY KEY (subject, from_status, to_status)
) STRICT, WITHOUT ROWID;

INSERT INTO status_transitions (subject, from_status, to_status) VALUES
    ('contribution', 'queued', 'sent'),          -- became a member of a batch
    ('contribution', 'queued', 'cancelled'),     -- the player took it back
    ('contribution', 'queued', 'expired'),       -- its deadline passed before a batch took it
    ('contribution', 'queued', 'failed'),        -- the dry run told why the chain would skip it
    ('contribution', 'sent', 'mined'),           -- a block holds its transaction
    ('contribution', 'sent', 'queued'),          -- its transaction ended without any effect
    ('contribution', 'sent', 'expired'),
    ('contribution', 'sent', 'failed'),
    ('contribution', 'mined', 'sent'),           -- a reorganisation dropped the block
    ('contribution', 'mined', 'queued'),         -- confirmed, but the whole transaction reverted
    ('contribution', 'mined', 'confirmed'),      -- deep enough in the chain
    ('contribution', 'mined', 'expired'),        -- the chain skipped it: too late
    ('contribution', 'mined', 'failed'),         -- the chain skipped it for another reason
    ('contribution', 'confirmed', 'settled'),    -- refunded or forfeited in the reward stage
    ('withdrawal', 'queued', 'sent'),
    ('withdrawal', 'queued', 'expired'),
    ('withdrawal', 'queued', 'failed'),
    ('withdrawal', 'sent', 'mined'),
    ('withdrawal', 'sent', 'queued'),
    ('withdrawal', 'sent', 'expired'),
    ('withdrawal', 'sent', 'failed'),
    ('withdrawal', 'mined', 'sent'),
    ('withdrawal', 'mined', 'confirmed'),
    ('withdrawal', 'mined', 'failed'),
    ('batch', 'prepared', 'sent'),
    ('batch', 'prepared', 'failed'),
    ('batch', 'sent', 'mined'),
    ('batch', 'sent', 'failed'),
    ('batch', 'mined', 'sent'),
    ('batch', 'mined', 'confirmed'),
    ('batch', 'mined', 'failed'),                -- its transaction reverted
    ('batch', 'confirmed', 'closed'),            -- no contribution of it is open any more
    ('transaction', 'prepared', 'sent'),         -- signed, stored and handed to a node
    ('transaction', 'prepared', 'mined'),        -- seen in a block before the hand-over was noted
    ('transaction', 'prepared', 'failed'),
    ('transaction', 'sent', 'mined'),
    ('transaction', 'sent', 'failed'),
    ('transaction', 'mined', 'sent'),            -- a reorganisation dropped the block
    ('transaction', 'mined', 'confirmed'),
    ('transaction', 'mined', 'failed');

-- ---------------------------------------------------------------------------------------------
-- Accounts that sign transactions, and the next nonce of each. Taking a nonce and writing the row
-- that uses it are one transaction: a nonce is never abandoned and never used for something else.
CREATE TABLE signers (
    address    TEXT PRIMARY KEY,
    next_nonce INTEGER NOT NULL CHECK (next_nonce >= 0)
) STRICT;

-- One row per signer's nonce, for life.
CREATE TABLE transactions (
    id                      INTEGER PRIMARY KEY,
    kind                    TEXT NOT NULL
                            CHECK (kind IN ('add', 'settle', 'withdrawal', 'credit', 'fill', 'refill',
                                            'market', 'validate', 'oracle-commit',
                                            'oracle-reveal', 'oracle-settle', 'oracle-claim')),
    signer                  TEXT NOT NULL,
    nonce                   INTEGER NOT NULL CHECK (nonce >= 0),
    to_address              TEXT NOT NULL,
    data                    BLOB NOT NULL,
    gas_limit               INTEGER NOT NULL CHECK (gas_limit > 0),
    value_wei               TEXT NOT NULL DEFAULT '0',
    status                  TEXT NOT NULL DEFAULT 'prepared'
                            CHECK (status IN ('prepared', 'sent', 'mined', 'confirmed', 'failed')),
    reason                  TEXT,
    created_at              REAL NOT NULL,
    mined_at                REAL,
    confirmed_at            REAL,
    block_number            INTEGER,
    block_hash              TEXT,
    mined_hash              TEXT,
    gas_used                INTEGER,
    effective_gas_price_wei TEXT,
    succeeded               INTEGER CHECK (succeeded IN (0, 1)),
    UNIQUE (signer, nonce)
) STRICT;

CREATE INDEX transactions_unfinished ON transactions (signer, nonce)
    WHERE status IN ('prepared', 'sent', 'mined');

-- One row per signed version of a transaction: the first one and every fee bump. The row exists
-- before its bytes leave the machine.
CREATE TABLE attempts (
    id                           INTEGER PRIMARY KEY,
    transaction_id               INTEGER NOT NULL REFERENCES transactions (id),
    hash                         TEXT NOT NULL UNIQUE,
    raw                          BLOB NOT NULL,
    max_fee_per_gas_wei          TEXT NOT NULL,
    max_priority_fee_per_gas_wei TEXT NOT NULL,
    signed_at                    REAL NOT NULL,
    broadcast_at                 REAL,
    result                       TEXT
) STRICT;

CREATE INDEX attempts_by_transaction ON attempts (transaction_id);

-- ---------------------------------------------------------------------------------------------
CREATE TABLE batches (
    id             INTEGER PRIMARY KEY,
    transaction_id INTEGER NOT NULL REFERENCES transactions (id),
    trainer        TEXT NOT NULL,
    item_count     INTEGER NOT NULL CHECK (item_count BETWEEN 1 AND 255),
    status         TEXT NOT NULL DEFAULT 'prepared'
                   CHECK (status IN ('prepared', 'sent', 'mined', 'confirmed', 'closed', 'failed')),
    chain_batch_id INTEGER,
    header         TEXT,                         -- JSON, needed to settle
    terms          TEXT,                         -- JSON, needed to settle
    records        BLOB,                         -- what was learnt, needed to settle
    open_map       TEXT,                         -- hex: bit i = record i is not yet settled
    added_at       INTEGER,                      -- the block's time
    due_at         INTEGER,                      -- when to look at it next for settling; NULL
                                                 -- while its market has not ended
    closed_at      REAL
) STRICT;

CREATE INDEX batches_by_transaction ON batches (transaction_id);
CREATE INDEX batches_due ON batches (due_at) WHERE status = 'confirmed';

CREATE TABLE settlements (
    id               INTEGER PRIMARY KEY,
    batch_id         INTEGER NOT NULL REFERENCES batches (id),
    transaction_id   INTEGER NOT NULL REFERENCES transactions (id),
    mask             TEXT NOT NULL,              -- hex: the records that the call asks to settle
    refunded_map     TEXT,
    forfeited_map    TEXT,
    fees_wei         TEXT,
    from_rewards_wei TEXT
) STRICT;

CREATE INDEX settlements_by_batch ON settlements (batch_id);
CREATE INDEX settlements_by_transaction ON settlements (transaction_id);

-- Steps of prediction markets: which transaction was to take a market on from where.
CREATE TABLE market_steps (
    id             INTEGER PRIMARY KEY,
    transaction_id INTEGER NOT NULL REFERENCES transactions (id),
    market         TEXT NOT NULL,
    step           TEXT NOT NULL
                   CHECK (step IN ('draw', 'open', 'reveal', 'replay', 'passes', 'lapse')),
    position       TEXT NOT NULL                 -- where the market stood when it was sent
) STRICT;

CREATE INDEX market_steps_by_market ON market_steps (market, id);

-- ---------------------------------------------------------------------------------------------
CREATE TABLE contributions (
    sequence             INTEGER PRIMARY KEY,    -- order of acceptance
    id                   TEXT NOT NULL UNIQUE,   -- the EIP-712 digest
    trainer              TEXT NOT NULL,
    player               TEXT NOT NULL,
    nonce                INTEGER NOT NULL CHECK (nonce BETWEEN 0 AND 4294967295),
    deadline_at          INTEGER NOT NULL,
    max_fee_gwei         INTEGER NOT NULL CHECK (max_fee_gwei >= 0),
    label                INTEGER NOT NULL CHECK (label BETWEEN 0 AND 65535),
    sample               BLOB NOT NULL,
    signature            BLOB NOT NULL CHECK (length(signature) = 64),
    status               TEXT NOT NULL DEFAULT 'queued'
                         CHECK (status IN ('queued', 'sent', 'mined', 'confirmed', 'settled',
                                           'failed', 'expired', 'cancelled')),
    reason               TEXT,
    detail               TEXT,
    reserved_gwei        INTEGER NOT NULL CHECK (reserved_gwei >= 0),
    accepted_at          REAL NOT NULL,
    updated_at           REAL NOT NULL,
    batch_id             INTEGER REFERENCES batches (id),
    item_index           INTEGER,
    record_index         INTEGER,
    stake_wei            TEXT,
    outcome              TEXT CHECK (outcome IN ('refunded', 'forfeited')),
    reward_wei           TEXT,
    fee_wei              TEXT,
    fee_from_rewards_wei TEXT,
    settlement_id        INTEGER REFERENCES settlements (id),
    settled_at           REAL,
    CHECK (status <> 'failed' OR reason IS NOT NULL)
) STRICT;

-- A player's nonce has at most one living owner among the contributions; a nonce whose owner never
-- reached the chain is free again.
CREATE UNIQUE INDEX contributions_living_nonce ON contributions (player, nonce)
    WHERE status NOT IN ('failed', 'expired', 'cancelled');
CREATE INDEX contributions_queue ON contributions (trainer, sequence) WHERE status = 'queued';
CREATE INDEX contributions_by_deadline ON contributions (deadline_at) WHERE status = 'queued';
CREATE INDEX contributions_by_batch ON contributions (batch_id, item_index)
    WHERE batch_id IS NOT NULL;
CREATE INDEX contributions_by_player ON contributions (player, sequence);
CREATE INDEX contributions_by_status ON contributions (status, sequence);

CREATE TABLE withdrawals (
    id             TEXT PRIMARY KEY,             -- the EIP-712 digest
    player         TEXT NOT NULL,
    to_address     TEXT NOT NULL,
    amount_wei     TEXT NOT NULL,
    nonce          INTEGER NOT NULL CHECK (nonce BETWEEN 0 AND 4294967295),
    deadline_at    INTEGER NOT NULL,
    max_fee_gwei   INTEGER NOT NULL CHECK (max_fee_gwei >= 0),
    signature      BLOB NOT NULL CHECK (length(signature) = 64),
    status         TEXT NOT NULL DEFAULT 'queued'
                   CHECK (status IN ('queued', 'sent', 'mined', 'confirmed', 'failed', 'expired')),
    reason         TEXT,
    transaction_id INTEGER REFERENCES transactions (id),
    accepted_at    REAL NOT NULL,
    updated_at     REAL NOT NULL,
    CHECK (status <> 'failed' OR reason IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX withdrawals_living_nonce ON withdrawals (player, nonce)
    WHERE status NOT IN ('failed', 'expired');
CREATE INDEX withdrawals_by_player ON withdrawals (player, status);
CREATE INDEX withdrawals_by_status ON withdrawals (status, accepted_at);

-- ---------------------------------------------------------------------------------------------
-- Requests of an oracle that its responder has a seat for. Only `relayer oracle respond` writes
-- here, in a database of its own.
CREATE TABLE oracle_requests (
    id           TEXT PRIMARY KEY,               -- the request's id on chain
    oracle       TEXT NOT NULL,
    sample       BLOB NOT NULL,
    fee_wei      TEXT NOT NULL,
    version      INTEGER NOT NULL,               -- of the model that was asked
    seat         INTEGER NOT NULL CHECK (seat BETWEEN 0 AND 15),
    commit_until INTEGER NOT NULL,
    deadline_at  INTEGER NOT NULL,
    status       TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'earned', 'ended')),
    reason       TEXT,
    label        INTEGER CHECK (label BETWEEN 0 AND 65535),  -- written before it is committed to
    failures     INTEGER NOT NULL DEFAULT 0, -- times that the service had no answer
    commit_id    INTEGER REFERENCES transactions (id),
    reveal_id    INTEGER REFERENCES transactions (id),
    settle_id    INTEGER REFERENCES transactions (id),
    share_wei    TEXT NOT NULL DEFAULT '0'
) STRICT;

CREATE INDEX oracle_requests_unfinished ON oracle_requests (oracle, status)
    WHERE status <> 'ended';

-- ---------------------------------------------------------------------------------------------
-- What the worker last saw on the chain. The web processes read it and never need a node.
CREATE TABLE players (
    address       TEXT PRIMARY KEY,
    highest_nonce INTEGER NOT NULL CHECK (highest_nonce BETWEEN 0 AND 4294967295),
    seen          TEXT NOT NULL,                 -- hex, 128 bits: bit i = nonce (highest - i) used
    balance_wei   TEXT NOT NULL,                 -- in the Forwarder
    unclaimed_wei TEXT NOT NULL DEFAULT '0',     -- in the incentive mechanisms, all trainers
    points        TEXT NOT NULL DEFAULT '{}',    -- JSON: trainer -> points
    refreshed_at  REAL NOT NULL
) STRICT;

CREATE TABLE chain_state (
    key        TEXT PRIMARY KEY,
    value      TEXT NOT NULL,                    -- JSON
    updated_at REAL NOT NULL
) STRICT;

-- ---------------------------------------------------------------------------------------------
-- Running sums over contributions, kept by the triggers below, so that accepting one costs the
-- same in front of ten rows and in front of a million.
CREATE TABLE totals (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL CHECK (value >= 0)
) STRICT, WITHOUT ROWID;

INSERT INTO totals (name, value) VALUES
    ('reserved_gwei', 0),                        -- of everything queued or sent
    ('queued', 0);                               -- how many wait for a batch

CREATE TRIGGER contributions_inserted AFTER INSERT ON contributions
WHEN NEW.status IN ('queued', 'sent')
BEGIN
    UPDATE totals SET value = value + NEW.reserved_gwei WHERE name = 'reserved_gwei';
    UPDATE totals SET value = value + 1 WHERE name = 'queued' AND NEW.status = 'queued';
END;

CREATE TRIGGER contributions_moved AFTER UPDATE OF status, reserved_gwei ON contributions
WHEN OLD.status <> NEW.status OR OLD.reserved_gwei <> NEW.reserved_gwei
BEGIN
    UPDATE totals
       SET value = value + iif(NEW.status IN ('queued', 'sent'), NEW.reserved_gwei, 0)
                         - iif(OLD.status IN ('queued', 'sent'), OLD.reserved_gwei, 0)
     WHERE name = 'reserved_gwei';
    UPDATE totals SET value = value + (NEW.status = 'queued') - (OLD.status = 'queued')
     WHERE name = 'queued' AND (NEW.status = 'queued') <> (OLD.status = 'queued');
END;

CREATE TRIGGER contributions_transition BEFORE UPDATE OF status ON contributions
WHEN OLD.status <> NEW.status AND NOT EXISTS (
    SELECT 1 FROM status_transitions
     WHERE subject = 'contribution' AND from_status = OLD.status AND to_status = NEW.status)
BEGIN
    SELECT RAISE(ABORT, 'status transition not allowed for a contribution');
END;

CREATE TRIGGER withdrawals_transition BEFORE UPDATE OF status ON withdrawals
WHEN OLD.status <> NEW.status AND NOT EXISTS (
    SELECT 1 FROM status_transitions
     WHERE subject = 'withdrawal' AND from_status = OLD.status AND to_status = NEW.status)
BEGIN
    SELECT RAISE(ABORT, 'status transition not allowed for a withdrawal');
END;

CREATE TRIGGER batches_transition BEFORE UPDATE OF status ON batches
WHEN OLD.status <> NEW.status AND NOT EXISTS (
    SELECT 1 FROM status_transitions
     WHERE subject = 'batch' AND from_status = OLD.status AND to_status = NEW.status)
BEGIN
    SELECT RAISE(ABORT, 'status transition not allowed for a batch');
END;

CREATE TRIGGER transactions_transition BEFORE UPDATE OF status ON transactions
WHEN OLD.status <> NEW.status AND NOT EXISTS (
    SELECT 1 FROM status_transitions
     WHERE subject = 'transaction' AND from_status = OLD.status AND to_status = NEW.status)
BEGIN
    SELECT RAISE(ABORT, 'status transition not allowed for a transaction');
END;
