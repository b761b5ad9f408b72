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

    def webhook_secret(self, url: str) -> str | None:
        """Return the secret with which the house signs what it sends to a URL, or None."""
        row = self._connection.execute(
            "SELECT value FROM game_keys WHERE name = ?", [f"webhook {url}"]
        ).fetchone()
        return str(row["value"]) if row else None

    def keep_webhook_secret(self, url: str, secret: str) -> None:
        """Keep such a secret in place of the one before."""
        self._connection.execute(
            "INSERT OR REPLACE INTO game_keys VALUES (?, ?)", [f"webhook {url}", secret]
        )
