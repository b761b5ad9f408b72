"""What one more look makes of an alert: raised late, cleared late, told again now and then.

A verdict that flickers shall wake nobody: it has to stay bad for a while, over at least two looks,
before the alert is raised, and well again for a while before it is cleared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from relayer.store.alerts import AlertEvent, AlertStanding

#: How bad levels are.
RANKS: Final = {"green": 0, "amber": 1, "red": 2}
#: Looks in a row that must say the same, however far they are apart.
LEAST_LOOKS: Final = 2


@dataclass(frozen=True, slots=True)
class AlertRules:
    """When alerts are raised, cleared and repeated."""

    least_level: str  #: ``amber`` or ``red``: what is bad enough
    raise_after_s: float
    clear_after_s: float
    repeat_s: float

    def is_bad(self, level: str) -> bool:
        """Whether a level is bad enough."""
        return RANKS[level] >= RANKS[self.least_level]


@dataclass(frozen=True, slots=True)
class Look:
    """What a verdict said at a moment."""

    name: str
    level: str
    sentence: str
    at: float


def after(
    look: Look, before: AlertStanding | None, rules: AlertRules
) -> tuple[AlertStanding, AlertEvent | None]:
    """Return how an alert stands after a look, and what happened to it; None: nothing.

    Args:
        look: the newest one.
        before: how it stood; None: it was never looked at.
        rules: when what happens.
    """
    standing = before or AlertStanding(look.name, look.level, look.sentence, look.at)
    standing = replace(standing, level=look.level, sentence=look.sentence, looked_at=look.at)
    if rules.is_bad(look.level) is not standing.is_raised:
        return _turning(standing, look, rules)
    standing = replace(standing, turning_since=None, turning_looks=0)
    return _standing_on(standing, look, rules) if standing.is_raised else (standing, None)


def _turning(
    standing: AlertStanding, look: Look, rules: AlertRules
) -> tuple[AlertStanding, AlertEvent | None]:
    """The look contradicts how the alert stands: one more of a row."""
    since = standing.turning_since
    if since is None or since > look.at:  # later than now: the clock was set back
        since = look.at
    standing = replace(standing, turning_since=since, turning_looks=standing.turning_looks + 1)
    wait_s = rules.clear_after_s if standing.is_raised else rules.raise_after_s
    if standing.turning_looks < LEAST_LOOKS or look.at - since < wait_s:
        return standing, None
    standing = replace(standing, turning_since=None, turning_looks=0)
    if standing.is_raised:
        return _cleared(standing), AlertEvent.CLEARED
    return replace(standing, raised_level=look.level, raised_at=look.at), AlertEvent.RAISED


def _cleared(standing: AlertStanding) -> AlertStanding:
    return replace(standing, raised_level=None, raised_at=None, told_at=None, acknowledged_by=None)


def _standing_on(
    standing: AlertStanding, look: Look, rules: AlertRules
) -> tuple[AlertStanding, AlertEvent | None]:
    """It is raised and rightly so: worse than before, or to be told again."""
    if RANKS[look.level] > RANKS[standing.raised_level or "green"]:
        worse = replace(standing, raised_level=look.level, acknowledged_by=None)
        return worse, AlertEvent.WORSE
    told_at = standing.told_at
    is_due = told_at is None or not 0 <= look.at - told_at < rules.repeat_s
    if standing.acknowledged_by is None and not standing.is_silent(look.at) and is_due:
        return standing, AlertEvent.REPEATED
    return standing, None
