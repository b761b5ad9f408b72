-- A wallet let a session key play for it, within limits that it signed.
CREATE TABLE delegations (
  id TEXT PRIMARY KEY,                   -- EIP-712 digest of what both signed
  wallet TEXT NOT NULL,
  session_key TEXT NOT NULL,
  contribution_limit INTEGER NOT NULL,
  contributions INTEGER NOT NULL DEFAULT 0,
  accepted_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,                    -- NULL: nobody has taken it back
  ends_at INTEGER NOT NULL               -- last second that counts for the wallet
) STRICT;
CREATE INDEX delegations_by_key ON delegations (session_key, accepted_at);
CREATE INDEX delegations_by_wallet ON delegations (wallet);
-- Whatever accepts clues, the limit counts them: with the last one that it allows a delegation ends.
CREATE TRIGGER clues_use_delegations_up AFTER INSERT ON clue_sets
BEGIN
  UPDATE delegations
    SET contributions = contributions + 1,
        ends_at = IIF(contributions + 1 >= contribution_limit, NEW.accepted_at, ends_at)
    WHERE session_key = NEW.player AND ends_at > NEW.accepted_at;
END;
-- Whom points count for: the wallet of the first delegation of their key that ended later, else the key.
CREATE VIEW points_by_owner AS
SELECT p.*, COALESCE(
  (SELECT d.wallet FROM delegations d
    WHERE d.session_key = p.player AND p.earned_at <= d.ends_at
    ORDER BY d.accepted_at, d.id LIMIT 1),
  p.player) AS owner
FROM points p;
