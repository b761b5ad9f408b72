-- How the contributions of the game's players stand, as the house told last.
CREATE TABLE contributions (
  id TEXT PRIMARY KEY,
  player TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  outcome TEXT,
  number INTEGER,                -- what another player signs to confirm it
  is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
  accepted_at REAL NOT NULL,     -- by the house's clock
  told_at REAL NOT NULL
) STRICT;
CREATE INDEX contributions_open ON contributions (accepted_at) WHERE is_open = 1;
CREATE INDEX contributions_by_player ON contributions (player, accepted_at);
