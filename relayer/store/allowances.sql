-- The relayer's store: quotas, daily budgets, and what players have open.

-- Token buckets, each as the time at which it would be full again.
CREATE TABLE quotas (
    subject       TEXT PRIMARY KEY,              -- player:<address>, network:<…>, key:<id>
    busy_until_us INTEGER NOT NULL               -- unix microseconds
) STRICT, WITHOUT ROWID;

-- One row for the house, for each key and for each player. What was charged is of one day (UTC),
-- the newest that was seen; the other columns are of all time.
CREATE TABLE ledgers (
    subject      TEXT PRIMARY KEY,               -- house, key:<id>, player:<address>
    day          INTEGER NOT NULL,               -- since 1970-01-01
    charged_gwei INTEGER NOT NULL CHECK (charged_gwei >= 0),
    open_count   INTEGER NOT NULL DEFAULT 0 CHECK (open_count >= 0),
    refunded     INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    forfeited    INTEGER NOT NULL DEFAULT 0 CHECK (forfeited >= 0)
) STRICT, WITHOUT ROWID;

-- What a contribution costs; NULL while that is not known, and what was reserved counts.
ALTER TABLE contributions ADD COLUMN charged_gwei INTEGER CHECK (charged_gwei >= 0);

INSERT INTO ledgers (subject, day, charged_gwei, open_count, refunded, forfeited)
SELECT 'player:' || player, 0, 0,
       sum(status IN ('queued', 'sent', 'mined', 'confirmed')),
       sum(status = 'settled' AND outcome IS 'refunded'),
       sum(status = 'settled' AND outcome IS 'forfeited')
  FROM contributions GROUP BY player;
INSERT INTO ledgers (subject, day, charged_gwei, open_count, refunded, forfeited)
SELECT 'key:' || game, 0, 0,
       sum(status IN ('queued', 'sent', 'mined', 'confirmed')),
       sum(status = 'settled' AND outcome IS 'refunded'),
       sum(status = 'settled' AND outcome IS 'forfeited')
  FROM contributions WHERE game IS NOT NULL GROUP BY game;
INSERT INTO ledgers (subject, day, charged_gwei, open_count, refunded, forfeited)
SELECT 'house', 0, 0, coalesce(sum(open_count), 0), coalesce(sum(refunded), 0),
       coalesce(sum(forfeited), 0)
  FROM ledgers WHERE subject LIKE 'player:%';

CREATE TRIGGER contributions_booked AFTER INSERT ON contributions
BEGIN
    INSERT INTO ledgers (subject, day, charged_gwei, open_count)
    SELECT subject, CAST(NEW.accepted_at / 86400 AS INTEGER), NEW.reserved_gwei, 1
      FROM (SELECT 'house' AS subject
             UNION ALL SELECT 'player:' || NEW.player
             UNION ALL SELECT 'key:' || NEW.game WHERE NEW.game IS NOT NULL)
     WHERE true
        ON CONFLICT (subject) DO UPDATE
       SET charged_gwei = iif(excluded.day > day, 0, charged_gwei) + excluded.charged_gwei,
           day = max(day, excluded.day),
           open_count = open_count + 1;
END;

-- Nothing that reached no block costs anything. What a block held costs its share of the gas by
-- the receipt, and its stake while that is not back. Once settled it costs what the tank paid:
-- the fee that rewards did not cover, and a stake that was forfeited. Parts of a gwei count whole.
CREATE TRIGGER contributions_charged AFTER UPDATE OF status ON contributions
WHEN OLD.status <> NEW.status
BEGIN
    UPDATE contributions
       SET charged_gwei = CASE
           WHEN NEW.status IN ('queued', 'sent', 'mined') THEN NULL
           WHEN NEW.status = 'settled' THEN max(0,
               CAST(substr(coalesce(NEW.fee_wei, '0'), 1,
                           max(0, length(coalesce(NEW.fee_wei, '0')) - 9)) AS INTEGER)
               + (CAST(substr(coalesce(NEW.fee_wei, '0'), -9) AS INTEGER) > 0)
               - CAST(substr(coalesce(NEW.fee_from_rewards_wei, '0'), 1,
                             max(0, length(coalesce(NEW.fee_from_rewards_wei, '0')) - 9))
                      AS INTEGER))
           ELSE coalesce((
               SELECT (t.gas_used * CAST(substr(t.effective_gas_price_wei, 1,
                                                max(0, length(t.effective_gas_price_wei) - 9))
                                         AS INTEGER)
                       + t.gas_used * CAST(substr(t.effective_gas_price_wei, -9) AS INTEGER)
                         / 1000000000) / b.item_count + 1
                 FROM batches AS b JOIN transactions AS t ON t.id = b.transaction_id
                WHERE b.id = NEW.batch_id AND t.gas_used IS NOT NULL), 0)
           END
           + iif(NEW.status = 'confirmed' OR (NEW.status = 'settled' AND NEW.outcome IS 'forfeited'),
                 CAST(substr(coalesce(NEW.stake_wei, '0'), 1,
                             max(0, length(coalesce(NEW.stake_wei, '0')) - 9)) AS INTEGER)
                 + (CAST(substr(coalesce(NEW.stake_wei, '0'), -9) AS INTEGER) > 0), 0)
     WHERE sequence = NEW.sequence
       AND (charged_gwei IS NOT NULL OR NEW.status NOT IN ('queued', 'sent', 'mined'));
END;

CREATE TRIGGER contributions_rebooked AFTER UPDATE OF charged_gwei ON contributions
WHEN coalesce(OLD.charged_gwei, OLD.reserved_gwei) <> coalesce(NEW.charged_gwei, NEW.reserved_gwei)
BEGIN
    UPDATE ledgers
       SET charged_gwei = charged_gwei + coalesce(NEW.charged_gwei, NEW.reserved_gwei)
                                       - coalesce(OLD.charged_gwei, OLD.reserved_gwei)
     WHERE subject IN ('house', 'player:' || NEW.player, 'key:' || NEW.game)
       AND day = CAST(NEW.accepted_at / 86400 AS INTEGER);
END;

CREATE TRIGGER contributions_closed AFTER UPDATE OF status ON contributions
WHEN (OLD.status IN ('queued', 'sent', 'mined', 'confirmed'))
  <> (NEW.status IN ('queued', 'sent', 'mined', 'confirmed'))
BEGIN
    UPDATE ledgers
       SET open_count = open_count
                      + (NEW.status IN ('queued', 'sent', 'mined', 'confirmed'))
                      - (OLD.status IN ('queued', 'sent', 'mined', 'confirmed')),
           refunded = refunded + (NEW.status = 'settled' AND NEW.outcome IS 'refunded')
                               - (OLD.status = 'settled' AND OLD.outcome IS 'refunded'),
           forfeited = forfeited + (NEW.status = 'settled' AND NEW.outcome IS 'forfeited')
                                 - (OLD.status = 'settled' AND OLD.outcome IS 'forfeited')
     WHERE subject IN ('house', 'player:' || NEW.player, 'key:' || NEW.game);
END;
