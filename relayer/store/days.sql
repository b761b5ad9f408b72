-- The relayer's store: what a machine with a wrong clock charged to a day that lies ahead does not stay
-- in the books until that day has come. A clock that went back over midnight still empties none.
DROP TRIGGER contributions_booked;

CREATE TRIGGER contributions_booked AFTER INSERT ON contributions
BEGIN
    INSERT INTO ledgers (subject, day, charged_gwei, open_count)
    SELECT subject, CAST(NEW.accepted_at / 86400 AS INTEGER), NEW.reserved_gwei, 1
      FROM (SELECT 'house' AS subject
             UNION ALL SELECT 'player:' || NEW.player
             UNION ALL SELECT 'key:' || NEW.game WHERE NEW.game IS NOT NULL)
     WHERE true
        ON CONFLICT (subject) DO UPDATE
       SET charged_gwei = iif(day BETWEEN excluded.day AND excluded.day + 1, charged_gwei, 0)
                        + excluded.charged_gwei,
           day = iif(day BETWEEN excluded.day AND excluded.day + 1, day, excluded.day),
           open_count = open_count + 1;
END;

DROP TRIGGER contributions_rebooked;

-- What was charged to a day may be forgotten before it is given back.
CREATE TRIGGER contributions_rebooked AFTER UPDATE OF charged_gwei ON contributions
WHEN coalesce(OLD.charged_gwei, OLD.reserved_gwei) <> coalesce(NEW.charged_gwei, NEW.reserved_gwei)
BEGIN
    UPDATE ledgers
       SET charged_gwei = max(0, charged_gwei + coalesce(NEW.charged_gwei, NEW.reserved_gwei)
                                              - coalesce(OLD.charged_gwei, OLD.reserved_gwei))
     WHERE subject IN ('house', 'player:' || NEW.player, 'key:' || NEW.game)
       AND day = CAST(NEW.accepted_at / 86400 AS INTEGER);
END;
