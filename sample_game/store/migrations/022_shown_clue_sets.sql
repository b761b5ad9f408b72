-- Clues that a player has read beside their word; they are not dealt to this player any more.
CREATE TABLE shown_clue_sets (
  player TEXT NOT NULL,
  clue_set_id INTEGER NOT NULL REFERENCES clue_sets (id),
  shown_at INTEGER NOT NULL,
  PRIMARY KEY (player, clue_set_id)
) STRICT;
