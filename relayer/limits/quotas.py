"""The arithmetic of quotas and trust: whole numbers only.

A quota is a token bucket: at most ``limit`` submissions at once, and one more for each
``window / limit`` that passes. All that is kept of a bucket is the time at which it will be full
again, in microseconds; the more was taken, the further ahead that lies.
"""

from __future__ import annotations

from dataclasses import dataclass

MICROSECONDS = 10**6


@dataclass(frozen=True, slots=True)
class Quota:
    """How many submissions somebody may send within a window."""

    limit: int
    window_us: int

    @property
    def step_us(self) -> int:
        """The time in which one submission is earned again, rounded up."""
        return -(-self.window_us // max(1, self.limit))

    @property
    def depth_us(self) -> int:
        """The time in which an empty bucket becomes full."""
        return self.limit * self.step_us

    def debt_us(self, busy_until_us: int, now_us: int) -> int:
        """Return how long it takes until the bucket is full.

        No bucket was ever emptier than empty: a time that lies further ahead than that was noted
        before the clock was set back. Up to as much again is waited for; beyond, one submission
        passes and sets the bucket right.
        """
        ahead = max(0, busy_until_us - now_us)
        return ahead if ahead <= 2 * self.depth_us else max(0, self.depth_us - self.step_us)

    def left(self, busy_until_us: int, now_us: int) -> int:
        """Return how many submissions may be sent now."""
        return max(0, self.depth_us - self.debt_us(busy_until_us, now_us)) // self.step_us

    def taken(self, busy_until_us: int, now_us: int) -> int:
        """Return the time at which the bucket is full again after one more submission."""
        return now_us + self.debt_us(busy_until_us, now_us) + self.step_us

    def wait_s(self, busy_until_us: int, now_us: int) -> int:
        """Return the seconds until one more may be sent, rounded up."""
        if self.limit == 0:
            return -(-self.window_us // MICROSECONDS)
        wait_us = self.debt_us(busy_until_us, now_us) - self.depth_us + self.step_us
        return max(0, -(-wait_us // MICROSECONDS))


@dataclass(frozen=True, slots=True)
class TrustRules:
    """How many open contributions a player may have."""

    start: int  #: of whom nothing is known
    per_refunded: int  #: more for each refunded one
    per_forfeited: int  #: fewer for each forfeited one
    most: int

    def open_limit(self, refunded: int, forfeited: int) -> int:
        """Return how many contributions may be open; at least one, so that trust can be earned."""
        earned = self.start + refunded * self.per_refunded - forfeited * self.per_forfeited
        return max(1, min(earned, self.most))
