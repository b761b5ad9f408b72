-- What the machine of a deck came to in its exam, after so many contributions.
CREATE TABLE marks (
  deck TEXT NOT NULL,
  contributions INTEGER NOT NULL,
  top1 REAL NOT NULL,            -- share of the questions with the word first
  top5 REAL NOT NULL,            -- and among the first five
  marked_at INTEGER NOT NULL,
  PRIMARY KEY (deck, contributions)
) STRICT;
