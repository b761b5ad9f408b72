-- The relayer's store: the indexes that pages of withdrawals are read by. Each ends with the rowid.
CREATE INDEX withdrawals_by_player_listed ON withdrawals (player);
CREATE INDEX withdrawals_by_status_listed ON withdrawals (status);
