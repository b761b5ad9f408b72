"""Keys that the game makes for itself when it first starts."""

import secrets

from sample_game.store.connection import Room


class KeyRoom(Room):
    """Keeps the game's own keys, by name."""

    def token_key(self) -> bytes:
        """Return the key that signs round tokens, made when the game first starts."""
        with self._connections.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO game_keys VALUES ('round-tokens', ?)",
                [secrets.token_hex(32)],
            )
            row = connection.execute("SELECT value FROM game_keys WHERE name = 'round-tokens'")
            return bytes.fromhex(row.fetchone()["value"])
