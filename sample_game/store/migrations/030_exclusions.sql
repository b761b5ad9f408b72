-- Whose points do not count in any ranking: whom the house keeps out, and whom the game suspended.
CREATE TABLE exclusions (
  player TEXT NOT NULL,
  decided_by TEXT NOT NULL CHECK (decided_by IN ('house', 'game')),
  reason TEXT NOT NULL,
  since_at REAL NOT NULL,
  until_at REAL,                 -- NULL: until somebody says otherwise; expired rows are deleted
  PRIMARY KEY (player, decided_by)
) STRICT;
-- Every list that compares players reads points here, with the owner that they count for.
CREATE VIEW counts_for_ranking AS
  SELECT * FROM points_by_owner
   WHERE player NOT IN (SELECT player FROM exclusions)
     AND owner NOT IN (SELECT player FROM exclusions);
