-- The relayer's store: how many contributions came to a bad end, for monitoring. What is open and
-- what is settled is counted by the house's ledger. Accepting costs nothing more for it.
INSERT INTO tallies (name, label, kind, value)
SELECT 'ended', status, '', count(*) FROM contributions
 WHERE status IN ('failed', 'expired', 'cancelled') GROUP BY status;

CREATE TRIGGER contributions_ends_tallied AFTER UPDATE OF status ON contributions
WHEN OLD.status <> NEW.status AND (NEW.status IN ('failed', 'expired', 'cancelled')
                                   OR OLD.status IN ('failed', 'expired', 'cancelled'))
BEGIN
    INSERT INTO tallies (name, label, kind, value)
    SELECT 'ended', status, '', step
      FROM (SELECT NEW.status AS status, 1 AS step UNION ALL SELECT OLD.status, -1)
     WHERE status IN ('failed', 'expired', 'cancelled')
        ON CONFLICT (name, label, kind) DO UPDATE SET value = value + excluded.value;
END;
