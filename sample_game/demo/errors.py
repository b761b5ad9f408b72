"""Errors of the demo. Every message names the cause, then the remedy, in one sentence or two.

* DemoError
  * PortTakenError
  * AlreadyRunningError
  * ToolMissingError
  * ProcessFailedError: a process ended that should have stayed, or did not get ready in time
  * LifeIncompleteError: the whole life did not end as it must
"""

from sample_game.errors import GameError


class DemoError(GameError):
    """The demo cannot go on. Shown without a traceback."""


class PortTakenError(DemoError):
    """Another program listens on a port that the demo wants."""


class AlreadyRunningError(DemoError):
    """Another demo runs in the same directory."""


class ToolMissingError(DemoError):
    """A program that the demo starts is not installed."""


class ProcessFailedError(DemoError):
    """A process ended that should have stayed, or did not get ready in time."""


class LifeIncompleteError(DemoError):
    """Something accepted was neither settled nor failed with a reason, or a book is off."""
