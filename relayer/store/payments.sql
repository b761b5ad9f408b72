-- The relayer's store: withdrawals that a transaction of somebody else has paid out.
ALTER TABLE withdrawals ADD COLUMN paid_hash TEXT;
ALTER TABLE withdrawals ADD COLUMN paid_block INTEGER;

CREATE INDEX withdrawals_paid_elsewhere ON withdrawals (paid_block) WHERE paid_block IS NOT NULL;

INSERT INTO status_transitions (subject, from_status, to_status) VALUES
    ('withdrawal', 'queued', 'confirmed'),       -- a final block holds another transaction that paid
    ('withdrawal', 'confirmed', 'queued');       -- that block was dropped

CREATE TRIGGER withdrawals_cleared AFTER UPDATE OF status ON withdrawals
WHEN NEW.status NOT IN ('queued', 'sent', 'mined')
BEGIN
    DELETE FROM suspects WHERE id = NEW.id;
END;
