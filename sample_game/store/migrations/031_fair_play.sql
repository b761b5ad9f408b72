-- What is noted of how people play, so that what no person does is seen. Old rows are deleted.
CREATE TABLE round_starts (
  round_id TEXT PRIMARY KEY,
  dealt_at REAL NOT NULL
) STRICT;
CREATE INDEX round_starts_by_time ON round_starts (dealt_at);
CREATE TABLE paces (
  player TEXT NOT NULL,
  day INTEGER NOT NULL,          -- days since 1970, UTC
  dealt INTEGER NOT NULL DEFAULT 0,
  answered INTEGER NOT NULL DEFAULT 0,
  fast INTEGER NOT NULL DEFAULT 0,        -- answered faster than a person can read
  held_back INTEGER NOT NULL DEFAULT 0,   -- minutes in which the limits held the player back
  PRIMARY KEY (player, day)
) STRICT;
CREATE TABLE player_networks (
  player TEXT NOT NULL,
  network TEXT NOT NULL,         -- a keyed hash, never an address
  seen_at REAL NOT NULL,         -- when somebody went by this player's name there
  signed_at REAL,                -- when the player itself gave clues there; NULL: never
  PRIMARY KEY (player, network)
) STRICT;
-- What players bring each other: the points of a right guess, and those of the clues' author.
CREATE TABLE exchanges (
  round_id TEXT PRIMARY KEY,
  author TEXT NOT NULL,
  guesser TEXT NOT NULL,
  network TEXT,                  -- one that both were seen on, if there is one
  day INTEGER NOT NULL,
  points INTEGER NOT NULL,       -- of both together; 0 when the cap was reached
  is_capped INTEGER NOT NULL CHECK (is_capped IN (0, 1))
) STRICT;
CREATE INDEX exchanges_by_author ON exchanges (author, day);
CREATE INDEX exchanges_by_network ON exchanges (network, day) WHERE network IS NOT NULL;
