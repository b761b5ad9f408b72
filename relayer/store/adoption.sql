-- The relayer's store: batches that the chain holds and the file does not know, because it is an
-- older copy. What such a copy let a player cancel may have been on its way already.
INSERT INTO status_transitions (subject, from_status, to_status) VALUES
    ('contribution', 'cancelled', 'sent');
