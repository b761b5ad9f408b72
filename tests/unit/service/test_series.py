"""Sums over steps of time, percentiles of merged buckets, marks."""

from __future__ import annotations

import pytest

from relayer.series.histogram import BOUNDS_S, bucket_of, percentile_s
from relayer.series.marks import Marks
from relayer.series.names import DAY_S, Level, MarkKind, Series
from relayer.store import Store
from relayer.store.contributions import NewContribution
from relayer.store.series import Part
from relayer.store.switches import Switch
from tests.house import make_row

NOON = 1_800_000_000 - 1_800_000_000 % 3_600


def value(store: Store, name: Series, step_s: int = 3_600, label: str = "") -> int:
    points = store.series.points(name, step_s, 0, NOON + DAY_S)
    return sum(point.value for point in points if point.label == label)


@pytest.mark.parametrize("percent", [50, 90, 99])
def test_percentile_of_merged_buckets_is_off_by_one_bucket_at_most(percent: int) -> None:
    durations = [0.003 * 1.01**number for number in range(1_000)]
    counts: dict[str, int] = {}
    for duration_s in durations:
        counts[bucket_of(duration_s)] = counts.get(bucket_of(duration_s), 0) + 1
    exact = durations[10 * percent - 1]
    found = percentile_s(counts, percent)
    assert found is not None
    assert exact / 2**0.5 <= found <= exact * 2**0.5


def test_nothing_counted_has_no_percentile_and_what_was_taken_back_counts_for_nothing() -> None:
    assert percentile_s({}, 50) is None
    assert percentile_s({"7": 0}, 50) is None
    assert bucket_of(-5.0) == "0"
    assert bucket_of(1e12) == str(len(BOUNDS_S) - 1)


def test_amounts_beyond_63_bits_are_summed_to_the_wei(store: Store) -> None:
    amount_wei = 9 * 10**18 + 123_456_789
    for _ in range(5):
        store.series.add([Part(Series.GAS_WEI, "add", NOON, amount_wei)], NOON)
    store.series.add([Part(Series.GAS_WEI, "add", NOON, -amount_wei)], NOON)
    assert value(store, Series.GAS_WEI, label="add") == 4 * amount_wei


def test_what_is_too_old_for_minutes_is_still_counted_by_the_hour(store: Store) -> None:
    store.series.add([Part(Series.CONFIRMED, "", NOON, 3)], NOON + 3 * DAY_S)
    assert value(store, Series.CONFIRMED) == 3
    assert value(store, Series.CONFIRMED, 60) == 0


def test_pruning_keeps_the_hours_for_ever(store: Store) -> None:
    store.series.add([Part(Series.CONFIRMED, "", NOON, 3)], NOON)
    store.series.note({(Level.QUEUE_DEPTH, ""): 7}, NOON)
    store.series.prune(NOON + 400 * DAY_S)
    assert value(store, Series.CONFIRMED) == 3
    assert value(store, Series.CONFIRMED, 60) == 0
    assert [stand.last for stand in store.series.stands(Level.QUEUE_DEPTH, 3_600, 0, NOON + 1)] == [
        7
    ]
    assert store.series.stands(Level.QUEUE_DEPTH, 60, 0, NOON + 1) == []


def test_a_level_remembers_its_last_least_and_most(store: Store) -> None:
    for now, depth in ((NOON, 5), (NOON + 1, 9), (NOON + 2, 2), (NOON + 3, 4)):
        store.series.note({(Level.QUEUE_DEPTH, ""): depth}, now)
    (stand,) = store.series.stands(Level.QUEUE_DEPTH, 60, NOON, NOON + 60)
    assert (stand.last, stand.low, stand.high) == (4, 2, 9)


def test_longer_steps_tell_how_each_label_stood_at_their_end(store: Store) -> None:
    for minute, label, depth in ((0, "a", 5), (0, "b", 1), (9, "a", 3), (11, "b", 8), (14, "b", 6)):
        store.series.note({(Level.QUEUE_DEPTH, label): depth}, NOON + 60 * minute)
    span = (Level.QUEUE_DEPTH, 60, NOON, NOON + 15 * 60)
    assert store.series.latest(*span, width_s=600) == [
        (NOON, "a", 3),
        (NOON, "b", 1),
        (NOON + 600, "b", 6),
    ]
    one_by_one = [(stand.at, stand.label, stand.last) for stand in store.series.stands(*span)]
    assert store.series.latest(*span, width_s=60) == sorted(one_by_one)


def test_bad_ends_are_counted_by_reason_and_no_more_once_they_are_taken_back(store: Store) -> None:
    rows: list[NewContribution] = [make_row(number) for number in range(3)]
    with store.transaction() as connection:
        store.contributions.insert(rows)
        connection.execute(
            "UPDATE contributions SET status = 'failed', reason = 'nonce-used', updated_at = ? "
            "WHERE id IN (?, ?)",
            (NOON, rows[0].id, rows[1].id),
        )
    store.outcomes.expire(rows[2].id, NOON + 70)
    assert value(store, Series.ENDED, 60, "nonce-used") == 2
    assert value(store, Series.ENDED, 60, "expired") == 1
    with store.transaction() as connection:
        connection.execute(
            "UPDATE OR IGNORE contributions SET status = 'sent', reason = NULL, updated_at = ? "
            "WHERE id = ?",
            (NOON + 500, rows[0].id),
        )
    assert value(store, Series.ENDED, label="nonce-used") == 1


def test_pauses_and_starts_are_marked_once(store: Store) -> None:
    def look(now: float, deployment: str = "0xf") -> list[MarkKind]:
        marks = Marks(store, deployment)
        found = marks.look(now)
        with store.transaction():
            marks.keep(found, now)
        return [mark.kind for mark in found]

    assert look(NOON) == [MarkKind.VERSION, MarkKind.WORKER]
    store.switches.pause(Switch.SENDING, "the node is being moved", NOON + 1)
    assert MarkKind.PAUSE in look(NOON)
    assert MarkKind.PAUSE not in look(NOON)
    store.switches.resume(Switch.SENDING)
    assert look(NOON) == [MarkKind.RESUME]
    assert look(NOON, "0xe") == [MarkKind.VERSION]
    texts = [mark.text for mark in store.series.marks(NOON)]
    assert "sending paused: the node is being moved" in texts
    assert texts.count("the worker started") == 1
