-- The relayer's store: running counts for monitoring, so that asking for them costs the same in
-- front of ten rows and in front of a million.
CREATE TABLE tallies (
    name  TEXT NOT NULL,
    label TEXT NOT NULL,                         -- a signer, a node, an error code, …
    kind  TEXT NOT NULL,                         -- '' where the label says it all
    value INTEGER NOT NULL,
    PRIMARY KEY (name, label, kind)
) STRICT, WITHOUT ROWID;

INSERT INTO tallies (name, label, kind, value)
SELECT 'transactions', signer, kind, count(*) FROM transactions GROUP BY signer, kind;
INSERT INTO tallies (name, label, kind, value)
SELECT 'attempts', t.signer, '', count(*)
  FROM attempts AS a JOIN transactions AS t ON t.id = a.transaction_id GROUP BY t.signer;
INSERT INTO tallies (name, label, kind, value)
SELECT 'bumps', t.signer, '', count(*) - count(DISTINCT t.id)
  FROM attempts AS a JOIN transactions AS t ON t.id = a.transaction_id GROUP BY t.signer;
INSERT INTO tallies (name, label, kind, value)
SELECT 'messages', status, '', count(*)
  FROM webhook_messages WHERE status <> 'waiting' GROUP BY status;
-- Wei beyond 63 bits: whole gwei and what is left of them are summed apart.
INSERT INTO tallies (name, label, kind, value)
SELECT 'fees', 'gwei', '', coalesce(sum(CAST(substr(fees_wei, 1, max(0, length(fees_wei) - 9))
                                             AS INTEGER)), 0)
  FROM settlements WHERE fees_wei IS NOT NULL;
INSERT INTO tallies (name, label, kind, value)
SELECT 'fees', 'wei', '', coalesce(sum(CAST(substr(fees_wei, -9) AS INTEGER)), 0)
  FROM settlements WHERE fees_wei IS NOT NULL;

CREATE TRIGGER transactions_tallied AFTER INSERT ON transactions
BEGIN
    INSERT INTO tallies (name, label, kind, value)
    VALUES ('transactions', NEW.signer, NEW.kind, 1)
        ON CONFLICT (name, label, kind) DO UPDATE SET value = value + 1;
END;

CREATE TRIGGER attempts_tallied AFTER INSERT ON attempts
BEGIN
    INSERT INTO tallies (name, label, kind, value)
    SELECT name, (SELECT signer FROM transactions WHERE id = NEW.transaction_id), '', 1
      FROM (SELECT 'attempts' AS name
             UNION ALL
            SELECT 'bumps' WHERE EXISTS (
                SELECT 1 FROM attempts
                 WHERE transaction_id = NEW.transaction_id AND id <> NEW.id))
     WHERE true
        ON CONFLICT (name, label, kind) DO UPDATE SET value = value + 1;
END;

CREATE TRIGGER messages_tallied AFTER UPDATE OF status ON webhook_messages
WHEN OLD.status <> NEW.status AND NEW.status <> 'waiting'
BEGIN
    INSERT INTO tallies (name, label, kind, value) VALUES ('messages', NEW.status, '', 1)
        ON CONFLICT (name, label, kind) DO UPDATE SET value = value + 1;
END;

CREATE TRIGGER settlements_tallied AFTER UPDATE OF fees_wei ON settlements
WHEN OLD.fees_wei IS NOT NEW.fees_wei
BEGIN
    UPDATE tallies
       SET value = value
           + CAST(substr(coalesce(NEW.fees_wei, '0'), 1,
                         max(0, length(coalesce(NEW.fees_wei, '0')) - 9)) AS INTEGER)
           - CAST(substr(coalesce(OLD.fees_wei, '0'), 1,
                         max(0, length(coalesce(OLD.fees_wei, '0')) - 9)) AS INTEGER)
     WHERE name = 'fees' AND label = 'gwei';
    UPDATE tallies
       SET value = value + CAST(substr(coalesce(NEW.fees_wei, '0'), -9) AS INTEGER)
                         - CAST(substr(coalesce(OLD.fees_wei, '0'), -9) AS INTEGER)
     WHERE name = 'fees' AND label = 'wei';
END;
