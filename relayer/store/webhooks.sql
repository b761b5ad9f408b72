-- The relayer's store: where games are told of what became of their contributions. A message is
-- written by the very statement that changes the status, so that no change is ever untold.
CREATE TABLE webhooks (
    id              TEXT PRIMARY KEY,
    game            TEXT NOT NULL REFERENCES game_keys (id),
    url             TEXT NOT NULL,
    events          TEXT NOT NULL,               -- with spaces between
    secret          BLOB NOT NULL CHECK (length(secret) BETWEEN 24 AND 64),
    previous_secret BLOB,                        -- signs as well, until the time below
    previous_until  REAL,
    created_at      REAL NOT NULL,
    disabled_at     REAL,
    disabled_reason TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX webhooks_by_game ON webhooks (game);

CREATE TABLE webhook_messages (
    sequence     INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    webhook      TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event        TEXT NOT NULL,
    subject      TEXT NOT NULL,                  -- the contribution's id
    payload      TEXT NOT NULL,                  -- the JSON that is signed and sent
    created_at   REAL NOT NULL,
    status       TEXT NOT NULL DEFAULT 'waiting'
                 CHECK (status IN ('waiting', 'delivered', 'dead')),
    due_at       REAL NOT NULL,
    tries        INTEGER NOT NULL DEFAULT 0,
    answer       TEXT,                           -- what came of the last try
    ended_at     REAL
) STRICT;

CREATE INDEX webhook_messages_due ON webhook_messages (due_at) WHERE status = 'waiting';
CREATE INDEX webhook_messages_by_webhook ON webhook_messages (webhook, sequence);
CREATE INDEX webhook_messages_ended ON webhook_messages (ended_at) WHERE ended_at IS NOT NULL;

CREATE TRIGGER contributions_told AFTER UPDATE OF status ON contributions
WHEN OLD.status <> NEW.status AND NEW.game IS NOT NULL
BEGIN
    INSERT INTO webhook_messages (id, webhook, event, subject, payload, created_at, due_at)
    SELECT 'msg_' || lower(hex(randomblob(16))), id, 'contribution.' || NEW.status, NEW.id,
           json_object(
               'type', 'contribution.' || NEW.status,
               'timestamp', strftime('%Y-%m-%dT%H:%M:%fZ', NEW.updated_at, 'unixepoch'),
               'data', json_object(
                   'id', NEW.id, 'status', NEW.status, 'reason', NEW.reason,
                   'trainer', NEW.trainer, 'player', NEW.player, 'nonce', NEW.nonce,
                   'label', NEW.label, 'batch_id', NEW.batch_id, 'stake_wei', NEW.stake_wei,
                   'outcome', NEW.outcome, 'reward_wei', NEW.reward_wei, 'fee_wei', NEW.fee_wei,
                   'fee_from_rewards_wei', NEW.fee_from_rewards_wei)),
           NEW.updated_at, NEW.updated_at
      FROM webhooks
     WHERE game = NEW.game AND disabled_at IS NULL
       AND instr(' ' || events || ' ', ' contribution.' || NEW.status || ' ');
END;
