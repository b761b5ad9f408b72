"""Progress: a bar that is drawn over on a terminal, a line now and then elsewhere."""

from io import StringIO

from relayer.clock import ManualClock
from relayer.rebuild.progress import ShownProgress


def test_lines_come_at_the_beginning_now_and_then_and_at_the_end() -> None:
    stream, clock = StringIO(), ManualClock()
    progress = ShownProgress(stream, clock, is_terminal=False)
    for done in range(1, 11):
        progress("reading blocks", done, 10)
        clock.advance(2)
    progress("replaying batches", 0, 10)
    progress.end()
    assert stream.getvalue().splitlines() == [
        "reading blocks: 1 of 10",
        "reading blocks: 4 of 10",
        "reading blocks: 7 of 10",
        "reading blocks: 10 of 10",
        "replaying batches: 0 of 10",
    ]


def test_a_bar_is_drawn_over_until_its_stage_ends() -> None:
    stream, clock = StringIO(), ManualClock()
    progress = ShownProgress(stream, clock, is_terminal=True)
    progress("reading blocks", 500, 1_000)
    progress("reading blocks", 501, 1_000)
    clock.advance(1)
    progress("reading blocks", 1_000, 1_000)
    progress("comparing", 0, 1)
    progress.end()
    lines = stream.getvalue().split("\n")
    assert [line.count("\r") for line in lines] == [2, 1, 0]
    assert "500 of 1,000" in lines[0]
    assert "501" not in lines[0]
    assert "[" + "#" * 30 + "]" in lines[0]
    assert "[" + "." * 30 + "]" in lines[1]
