"""What can be told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final

from relayer.store.statuses import ContributionStatus

#: What a webhook may ask for: one event for each status that a contribution can change to.
EVENTS: Final = tuple(f"contribution.{status}" for status in ContributionStatus)
#: What a webhook gets that asks for nothing in particular: the news that end something.
DEFAULT_EVENTS: Final = tuple(
    f"contribution.{status}" for status in ("confirmed", "settled", "failed", "expired")
)
#: Sent on demand, to try a receiver.
PING: Final = "ping"


def ping_payload(now: float) -> str:
    """Return the body of a message that only tries a receiver."""
    stamp = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")
    timestamp = stamp.replace("+00:00", "Z")
    return json.dumps({"type": PING, "timestamp": timestamp, "data": {}}, separators=(",", ":"))
