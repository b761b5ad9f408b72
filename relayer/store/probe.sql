-- The relayer's store: one row that readiness writes to, to find out whether writing works.
CREATE TABLE probe (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    at     REAL NOT NULL,
    filler BLOB NOT NULL
) STRICT;
