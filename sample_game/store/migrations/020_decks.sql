-- A label means a word of one deck. What is older than decks belongs to the first one that shipped.
ALTER TABLE rounds ADD COLUMN deck TEXT NOT NULL DEFAULT 'starter';
ALTER TABLE clue_sets ADD COLUMN deck TEXT NOT NULL DEFAULT 'starter';
CREATE INDEX clue_sets_by_deck ON clue_sets (deck, id);
CREATE INDEX clue_sets_by_word ON clue_sets (deck, label, id);
