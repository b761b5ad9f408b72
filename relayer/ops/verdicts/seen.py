"""What operators have looked into, and up to when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from relayer.ops.verdicts.names import VerdictName
from relayer.store import Store
from relayer.store.checks import Check

#: Verdicts about what is over: nothing can be mended but what comes next.
SEEN_BY_NAME: Final[Mapping[VerdictName, str]] = {
    VerdictName.REORGANISATION: "Reorganisations",
    VerdictName.FORFEITS: "Forfeits",
    VerdictName.FAILURES: "Failures",
}


def note_seen(store: Store, name: VerdictName, now: float) -> None:
    """Note that somebody has looked into everything up to now."""
    store.checks.write(_check(name), {}, now)


def seen_until(checks: Mapping[str, Check], name: VerdictName) -> float:
    """Return up to when something was looked into, in unix seconds; 0: never."""
    check = checks.get(_check(name))
    return 0.0 if check is None else check.checked_at


def _check(name: VerdictName) -> str:
    return f"seen:{name}"
