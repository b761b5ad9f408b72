-- The responder's store: from which block the end of a request was read, so that it can be taken
-- back when the chain drops that block.
ALTER TABLE oracle_requests ADD COLUMN decided_block INTEGER;
