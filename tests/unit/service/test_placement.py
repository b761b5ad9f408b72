"""Where web processes run, and who of them takes a connection."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor

import pytest

from relayer.serving.placement import MOST_COURTESY_S, choose, courtesy_s, keep_to_one_processor


def test_processes_that_begin_together_part() -> None:
    assert {choose([0, 1, 2], [], turn) for turn in (1, 2, 3)} == {0, 1, 2}


def test_a_process_that_replaces_another_goes_where_that_one_was() -> None:
    assert choose([0, 1], [0], turn=4) == 1
    assert choose([0, 1], [0], turn=7) == 1


@pytest.mark.parametrize("turn", range(4))
def test_more_processes_than_processors_are_spread_evenly(turn: int) -> None:
    assert choose([0, 1], [0, 0, 1], turn) == 1


def test_an_empty_process_takes_a_connection_at_once_and_a_full_one_soon() -> None:
    assert courtesy_s(0) == 0
    assert courtesy_s(3) < courtesy_s(4)
    assert courtesy_s(10_000) == MOST_COURTESY_S


def test_a_process_keeps_to_one_of_its_processors() -> None:
    with ProcessPoolExecutor(max_workers=1) as pool:
        chosen, kept = pool.submit(_keep).result()
    allowed = os.sched_getaffinity(0)
    assert kept == ({chosen} if len(allowed) > 1 else allowed)
    assert kept <= allowed


def _keep() -> tuple[int | None, set[int]]:
    return keep_to_one_processor(1), os.sched_getaffinity(0)
