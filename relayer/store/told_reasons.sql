-- The relayer's store: games are also told when the reason of a failure turns out to be another one, as
-- where a contribution that came too late here is on the chain by another relayer.
DROP TRIGGER contributions_told;

CREATE TRIGGER contributions_told AFTER UPDATE OF status, reason ON contributions
WHEN NEW.game IS NOT NULL AND (OLD.status <> NEW.status
     OR NEW.status = 'failed' AND OLD.reason IS NOT NEW.reason)
BEGIN
    INSERT INTO webhook_messages (id, webhook, event, subject, payload, created_at, due_at)
    SELECT 'msg_' || lower(hex(randomblob(16))), id, 'contribution.' || NEW.status, NEW.id,
           json_object(
               'type', 'contribution.' || NEW.status,
               'timestamp', strftime('%Y-%m-%dT%H:%M:%fZ', NEW.updated_at, 'unixepoch'),
               'data', json_object(
                   'id', NEW.id, 'status', NEW.status, 'reason', NEW.reason,
                   'trainer', NEW.trainer, 'player', NEW.player, 'nonce', NEW.nonce,
                   'label', NEW.label, 'batch_id', NEW.batch_id,
                   'transaction_hash', (SELECT transactions.mined_hash
                                          FROM batches
                                          JOIN transactions
                                            ON transactions.id = batches.transaction_id
                                         WHERE batches.id = NEW.batch_id),
                   'stake_wei', NEW.stake_wei,
                   'outcome', NEW.outcome, 'reward_wei', NEW.reward_wei, 'fee_wei', NEW.fee_wei,
                   'fee_from_rewards_wei', NEW.fee_from_rewards_wei)),
           NEW.updated_at, NEW.updated_at
      FROM webhooks
     WHERE game = NEW.game AND disabled_at IS NULL
       AND instr(' ' || events || ' ', ' contribution.' || NEW.status || ' ');
END;
