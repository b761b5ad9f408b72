"""What happens around a call of the house: its errors in the game's words, and never too many."""

import threading
from types import TracebackType
from typing import Final

from relayer.client import ApiError, RelayerClientError
from sample_game.errors import HouseError

#: Most calls at the same time. A house that hangs must not take all threads of the game with it.
MOST_AT_ONCE: Final = 6
#: How long a call waits for its turn, in seconds.
TURN_WITHIN_S: Final = 1.0


class HouseCalls:
    """A context for calls; one inside another is the same call.

    Args:
        most_at_once: calls that may be under way.
        turn_within_s: how long a further one waits for its turn, in seconds.

    Raises:
        HouseError: the relayer refused, cannot be reached, or has too many calls to answer already.
    """

    def __init__(
        self, most_at_once: int = MOST_AT_ONCE, turn_within_s: float = TURN_WITHIN_S
    ) -> None:
        self._turn_within_s = turn_within_s
        self._turns = threading.BoundedSemaphore(most_at_once)
        self._local = threading.local()

    def __enter__(self) -> None:
        depth = getattr(self._local, "depth", 0)
        if depth == 0 and not self._turns.acquire(timeout=self._turn_within_s):
            raise not_now("house-unreachable", "The house is slow to answer just now.")
        self._local.depth = depth + 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._local.depth -= 1
        if self._local.depth == 0:
            self._turns.release()
        if isinstance(error, ApiError):
            raise HouseError(
                str(error.problem.get("detail", error)),
                house_code=error.code,
                status=error.status,
                retryable=error.retryable,
                reason=error.problem.get("reason"),
                until_at=error.problem.get("until_at"),
            ) from error
        if isinstance(error, RelayerClientError):
            raise not_now("house-unreachable", "The house does not answer just now.") from error


def not_now(code: str, detail: str) -> HouseError:
    """Return what says that the house cannot do it now, but may later."""
    return HouseError(detail, house_code=code, status=503, retryable=True)
