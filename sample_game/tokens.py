"""Round tokens: proof that the game issued a round, and until when it may be played.

A token is `<round id>.<expires at>.<mac>`; the secret word is not in it. The mac is HMAC-SHA256
under the game's own key.
"""

import hashlib
import hmac
from dataclasses import dataclass

from sample_game.errors import RoundNotFound


@dataclass(frozen=True)
class RoundTokens:
    """Issues and reads round tokens under one key."""

    key: bytes

    def issue(self, round_id: str, expires_at: int) -> str:
        """Return the token of a round."""
        body = f"{round_id}.{expires_at}"
        return f"{body}.{self._mac(body)}"

    def read(self, token: str) -> tuple[str, int]:
        """Return the round id and the unix second at which the round expires.

        Raises:
            RoundNotFound: the game did not issue this token.
        """
        body, _, mac = token.rpartition(".")
        round_id, _, expires_at = body.rpartition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(body).encode()):
            raise RoundNotFound("The game did not issue this round. Start a new one.")
        return round_id, int(expires_at)

    def _mac(self, body: str) -> str:
        return hmac.new(self.key, body.encode(), hashlib.sha256).hexdigest()
