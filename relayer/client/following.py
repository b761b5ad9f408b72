"""Following a contribution on its way, by long polls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Protocol

from relayer.client.errors import WaitTimeoutError
from relayer.clock import Clock

#: How long the relayer is asked to hold a waiting request.
LONG_POLL_S: Final = 20.0
#: Pause after an answer that came without a change.
POLL_PAUSE_S: Final = 0.25

#: The way of a contribution, and its ends.
WAY: Final = ("queued", "sent", "mined", "confirmed", "settled")
ENDS: Final = frozenset({"settled", "failed", "expired", "cancelled"})


class Look(Protocol):
    """Shows a contribution."""

    def __call__(
        self, contribution_id: str, *, wait_s: float = 0, seen: str | None = None
    ) -> dict[str, Any]:
        """Return it now, or within ``wait_s`` when its status is another than ``seen``."""
        ...


def follow(
    look: Look, contribution_id: str, *, until: str, timeout_s: float | None, clock: Clock
) -> Iterator[dict[str, Any]]:
    """Yield a contribution as it stands, and again whenever its status has changed.

    Args:
        look: shows it.
        contribution_id: which one.
        until: the status to follow it to; an end before ends it, too.
        timeout_s: how long to follow it; None: for as long as it takes.
        clock: measures that, and lets time pass.

    Raises:
        WaitTimeoutError: it did not get there in time.
    """
    goal, begun_at = WAY.index(until), clock.monotonic()
    contribution = look(contribution_id)
    yield contribution
    while not is_there(contribution, goal):
        left_s = LONG_POLL_S
        if timeout_s is not None:
            left_s = begun_at + timeout_s - clock.monotonic()
        before = contribution["status"]
        if left_s <= 0:
            raise WaitTimeoutError(
                f"The contribution {contribution_id} is {before}, not {until}, and the time to "
                "wait for it is over. It goes on; look again later."
            )
        contribution = look(contribution_id, wait_s=min(left_s, LONG_POLL_S), seen=before)
        if contribution["status"] == before:
            clock.sleep(POLL_PAUSE_S)
        else:
            yield contribution


def is_there(contribution: dict[str, Any], goal: int) -> bool:
    """Whether a contribution has come as far as ``WAY[goal]``, or to an end."""
    status = contribution["status"]
    return status in ENDS or WAY.index(status) >= goal
