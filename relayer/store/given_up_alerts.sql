-- The relayer's store: newer news about an alert take the place of those that were given up, too.
DROP INDEX alert_messages_waiting;

CREATE INDEX alert_messages_untold ON alert_messages (alert, target)
    WHERE status IN ('waiting', 'dead');
