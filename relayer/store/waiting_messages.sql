-- The relayer's store: what is due for one receiver of webhooks is found without looking through what
-- waits for it and for others.
CREATE INDEX webhook_messages_waiting ON webhook_messages (webhook, due_at) WHERE status = 'waiting';
