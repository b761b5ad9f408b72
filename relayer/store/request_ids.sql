-- The relayer's store: the request that a contribution came with, from X-Request-Id to the receipt.
-- Without an index: only an operator searches by it, and accepting must stay fast.
ALTER TABLE contributions ADD COLUMN request_id TEXT;
