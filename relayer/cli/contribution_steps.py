"""The way of a contribution as lines for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relayer.client.following import WAY


def steps(contribution: Mapping[str, Any], seen: str | None, confirmations: int) -> list[str]:
    """Return a line for each step that a contribution made since it was seen last.

    Args:
        contribution: as the relayer shows it.
        seen: the status that was shown last; None: none was.
        confirmations: how many blocks make a block final.
    """
    status = contribution["status"]
    if status not in WAY:
        return [_ending(contribution)]
    here = WAY.index(status)
    # After a reorganisation it comes from further ahead, and made but this one step.
    before = WAY.index(seen) if seen in WAY else -1
    first = before + 1 if before < here else here
    return [_step(passed, contribution, confirmations) for passed in WAY[first : here + 1]]


def _step(status: str, contribution: Mapping[str, Any], confirmations: int) -> str:
    if status == "sent" and contribution["transactions"]:
        attempts = contribution["transactions"]
        attempt = next((each for each in attempts if each["mined"]), attempts[-1])
        return f"sent {attempt['hash']} nonce {attempt['nonce']}"
    if status == "mined":
        return f"mined #{contribution['block_number']} (final with {confirmations} confirmations)"
    if status == "settled":
        return f"settled {contribution['settlement']['outcome']}"
    return status


def _ending(contribution: Mapping[str, Any]) -> str:
    reason, detail = contribution["reason"], contribution["detail"]
    words = [contribution["status"], *([str(reason)] if reason else [])]
    return " ".join(words) + (f": {detail}" if detail else "")
