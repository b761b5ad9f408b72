-- Whether a player found the machine's guess good; one answer for each round, gone with the round.
CREATE TABLE ratings (
  round_id TEXT PRIMARY KEY REFERENCES rounds (id) ON DELETE CASCADE,
  deck TEXT NOT NULL,
  is_good INTEGER NOT NULL,
  rated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Adds up the answers of a deck without reading them.
CREATE INDEX ratings_by_deck ON ratings (deck, is_good);
