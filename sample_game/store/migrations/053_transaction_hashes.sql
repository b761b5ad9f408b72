-- The transaction that put a contribution on the chain, as the house told last; null while none has.
ALTER TABLE contributions ADD COLUMN transaction_hash TEXT;
