-- What sending needs beside the transactions themselves.

-- A signer is refilled by one transaction at a time: the next one is decided only when the balance
-- that it is decided from includes the last one.
CREATE UNIQUE INDEX transactions_one_refill ON transactions (to_address)
    WHERE kind = 'refill' AND status IN ('prepared', 'sent', 'mined');
