"""The bar that tells how far a simulation is."""

import io

from simulation.report import ProgressBar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_sees_share_and_time_left_and_is_left_clean() -> None:
    stream, clock = Terminal(), Clock()
    with ProgressBar("Market", stream, clock) as bar:
        clock.now = 3.0
        bar(0.25)
    drawn = stream.getvalue().split("\r")
    assert drawn[2].startswith("Market [########----------------------]  25%, 9 s left")
    assert drawn[-1] == "\x1b[K"


def test_a_bar_is_not_redrawn_more_often_than_eyes_can_see() -> None:
    stream, clock = Terminal(), Clock()
    with ProgressBar("Market", stream, clock) as bar:
        for step in range(1000):
            clock.now = step / 10_000
            bar(step / 1000)
        bar(1.0)
    assert stream.getvalue().count("Market") == 2


def test_a_pipe_gets_nothing() -> None:
    stream = io.StringIO()
    with ProgressBar("Market", stream) as bar:
        bar(0.5)
    assert stream.getvalue() == ""
