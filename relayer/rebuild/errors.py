"""Errors of the rebuild package.

* RebuildError (RelayerError)
  * NotATrainerError: nothing at the address can be rebuilt
  * HistoryUnavailableError: the node does not hand out the events
  * StateUnavailableError: the node no longer has the state of the block
  * ReorganisedError: the chain was replaced under every attempt
  * JournalError: the file of downloaded events cannot be used
  * DatasetFileError: the dataset file cannot be read or written
  * Discrepancy: the chain's data contradict each other; carries the finding
"""

from __future__ import annotations

from relayer.errors import RelayerError
from relayer.rebuild.finding import Finding


class RebuildError(RelayerError):
    """Base of all errors of this package."""


class NotATrainerError(RebuildError):
    """Nothing at the address can be rebuilt. Check address, chain and block."""


class HistoryUnavailableError(RebuildError):
    """The node does not hand out the events. Use another node."""


class StateUnavailableError(RebuildError):
    """The node no longer has the state of the block. Check a newer block, or use another node."""


class ReorganisedError(RebuildError):
    """The chain was replaced under every attempt. Ask for more confirmations."""


class JournalError(RebuildError):
    """The file of downloaded events cannot be used. Name another one, or delete it."""


class DatasetFileError(RebuildError):
    """The dataset file cannot be read or written."""


class Discrepancy(RebuildError):  # noqa: N818 - a result of checking, not a fault of the program
    """The chain's data contradict each other.

    Attributes:
        finding: where, and what was expected.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding
