-- The relayer's store: the indexes that the dashboard's lists are read by. None of them holds a row
-- that was only just accepted, so accepting costs nothing more for them.
CREATE INDEX contributions_by_reason ON contributions (reason, sequence) WHERE reason IS NOT NULL;
CREATE INDEX transactions_failed ON transactions (id) WHERE status = 'failed';
CREATE INDEX transactions_taken ON transactions (signer, nonce)
    WHERE reason = 'nonce-taken-elsewhere';

-- What a receiver has not got, and everything that was told of one contribution.
CREATE INDEX webhook_messages_undelivered ON webhook_messages (webhook, status, sequence)
    WHERE status <> 'delivered';
CREATE INDEX webhook_messages_by_subject ON webhook_messages (subject, sequence);
