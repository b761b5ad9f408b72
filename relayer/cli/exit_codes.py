"""With which number a command ends; the reference of the command line lists the same."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What became of a command."""

    DONE = 0  #: it did what it says
    IN_THE_WAY = 1  #: something is in the way, or the answer is no
    WRONG_CALL = 2  #: it was called wrongly
    REFUSED = 3  #: the relayer refused
    ENDED = 4  #: what was watched ended before it got where it was to be watched to
    TIMED_OUT = 5  #: it is on its way still
