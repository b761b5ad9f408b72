"""Errors of the market package.

* MarketError (RelayerError)
  * UnusableTestSetError: a test set cannot be made, or its secret file cannot be used
  * StepRefusedError: the market refuses a step, mostly because somebody else took it first
  * StepTooLargeError: not even the least step fits what a transaction may use
  * UnderpaidReplayError: nobody would pay what replaying a market takes
  * NotYourTurnError: what is asked for belongs to another phase or another account
"""

from __future__ import annotations

from relayer.errors import RelayerError


class MarketError(RelayerError):
    """Base of all errors of this package."""


class UnusableTestSetError(MarketError):
    """A test set cannot be made of the file, or its secret file cannot be used."""


class StepRefusedError(MarketError):
    """The market refuses a step as it stands now; somebody else may have taken it."""


class StepTooLargeError(MarketError):
    """Not even the least step fits into the gas that one transaction may use."""


class UnderpaidReplayError(MarketError):
    """The fees of a market do not pay what its replay takes."""


class NotYourTurnError(MarketError):
    """What is asked for belongs to another phase of the market, or to another account."""
