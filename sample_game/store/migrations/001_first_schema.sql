CREATE TABLE game_keys (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE clue_sets (
  id INTEGER PRIMARY KEY,
  round_id TEXT NOT NULL UNIQUE,
  label INTEGER NOT NULL,
  player TEXT NOT NULL,
  clues TEXT NOT NULL,           -- JSON list in the order in which the player gave them
  contribution_id TEXT NOT NULL,
  accepted_at INTEGER NOT NULL
) STRICT;
CREATE INDEX clue_sets_by_player ON clue_sets (player, id);
CREATE TABLE rounds (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('clue', 'guess')),
  label INTEGER NOT NULL,
  player TEXT NOT NULL,
  clue_set_id INTEGER REFERENCES clue_sets (id),  -- NULL in a guess round: the house's own clues
  clues_seen INTEGER NOT NULL DEFAULT 0,
  signed_request TEXT,           -- hash of the request that this clue round is bound to
  is_over INTEGER NOT NULL DEFAULT 0 CHECK (is_over IN (0, 1)),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX rounds_by_player ON rounds (player, created_at);
CREATE INDEX rounds_unfinished ON rounds (expires_at) WHERE is_over = 0;
CREATE TABLE guesses (
  round_id TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
  clues_seen INTEGER NOT NULL,
  guess TEXT NOT NULL,           -- '' when the player asked for the next clue
  is_right INTEGER NOT NULL CHECK (is_right IN (0, 1)),
  guessed_at INTEGER NOT NULL,
  PRIMARY KEY (round_id, clues_seen)
) STRICT;
-- A right guess of another player confirms the clues it was made from.
CREATE TABLE validations (
  clue_set_id INTEGER NOT NULL REFERENCES clue_sets (id),
  player TEXT NOT NULL,
  validated_at INTEGER NOT NULL,
  PRIMARY KEY (clue_set_id, player)
) STRICT;
CREATE TABLE points (
  player TEXT NOT NULL,
  reason TEXT NOT NULL,
  round_id TEXT NOT NULL,
  points INTEGER NOT NULL,
  earned_at INTEGER NOT NULL,
  PRIMARY KEY (player, reason, round_id)   -- nothing is rewarded twice
) STRICT;
