-- Words that a clue round refuses, because the machine knew them too well when it was dealt.
ALTER TABLE rounds ADD COLUMN taboo TEXT NOT NULL DEFAULT '[]';  -- JSON list
