-- The relayer's store: players with points by the age of what is known of them, so that after a
-- forfeited stake all who share in it are read again, the oldest reading first.
CREATE INDEX players_with_points ON players (refreshed_at) WHERE points GLOB '*: [1-9]*';
