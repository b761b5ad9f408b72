-- A puzzle: some words with their clues, the same for everybody who plays it.
CREATE TABLE puzzles (
  id TEXT PRIMARY KEY,           -- 'daily-<days since 1970>' or 'duel-<code>'
  deck TEXT NOT NULL,            -- the labels of its words are this deck's
  day INTEGER,                   -- days since 1970 in UTC, of a daily puzzle
  closes_at INTEGER NOT NULL,    -- nobody begins from then on
  ends_at INTEGER NOT NULL,      -- nobody plays from then on
  created_at INTEGER NOT NULL,
  is_played INTEGER NOT NULL DEFAULT 0 CHECK (is_played IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX puzzles_by_day ON puzzles (day) WHERE day IS NOT NULL;
CREATE INDEX puzzles_unplayed ON puzzles (ends_at) WHERE is_played = 0;
CREATE TABLE puzzle_words (
  puzzle_id TEXT NOT NULL REFERENCES puzzles (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,     -- from 0
  label INTEGER NOT NULL,
  clue_set_id INTEGER REFERENCES clue_sets (id),  -- NULL: the house's own clues
  clues TEXT NOT NULL,           -- JSON list, hardest first
  PRIMARY KEY (puzzle_id, position)
) STRICT;
CREATE INDEX puzzle_words_by_clue_set ON puzzle_words (clue_set_id) WHERE clue_set_id IS NOT NULL;
-- A round keeps what was dealt, so that nothing can change while it is played.
ALTER TABLE rounds ADD COLUMN clues TEXT NOT NULL DEFAULT '[]';  -- JSON list, of a guess round
ALTER TABLE rounds ADD COLUMN puzzle_id TEXT REFERENCES puzzles (id);
ALTER TABLE rounds ADD COLUMN position INTEGER;                  -- of the word in its puzzle
UPDATE rounds SET is_over = 1 WHERE kind = 'guess';              -- an hour old at most: dealt anew
-- One try at each word of a puzzle.
CREATE UNIQUE INDEX rounds_by_puzzle ON rounds (puzzle_id, player, position)
  WHERE puzzle_id IS NOT NULL;
CREATE INDEX puzzle_rounds_by_player ON rounds (player, puzzle_id) WHERE puzzle_id IS NOT NULL;
CREATE INDEX clue_sets_by_label ON clue_sets (label, id);
