-- What is kept of rounds that are put away: the days whose puzzle a player has finished, for its streak.
CREATE TABLE finished_days (
  player TEXT NOT NULL,
  day INTEGER NOT NULL,          -- days since 1970, UTC
  PRIMARY KEY (player, day)
) STRICT, WITHOUT ROWID;
-- Finds what is old enough.
CREATE INDEX rounds_by_time ON rounds (created_at);
CREATE INDEX shown_clue_sets_by_time ON shown_clue_sets (shown_at);
CREATE INDEX validations_by_time ON validations (validated_at);
