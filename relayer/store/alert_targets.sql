-- The relayer's store: which alert a message is about, so that newer news take the place of older.
ALTER TABLE alert_messages ADD COLUMN alert TEXT;   -- NULL: written by an earlier version

CREATE INDEX alert_messages_waiting ON alert_messages (alert, target) WHERE status = 'waiting';
