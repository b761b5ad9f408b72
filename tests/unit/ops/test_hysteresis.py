"""What looks make of an alert: nothing that flickers wakes anybody, nothing that stands is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relayer.ops.alerts.hysteresis import AlertRules, Look, after
from relayer.store.alerts import AlertEvent, AlertStanding

RULES = AlertRules("red", raise_after_s=60, clear_after_s=120, repeat_s=3_600)


def run(
    looks: Sequence[tuple[float, str]], standing: AlertStanding | None = None
) -> tuple[AlertStanding, list[tuple[float, AlertEvent]]]:
    """Looks at times; returns how the alert stands then, and what happened when."""
    happened = []
    for at, level in looks:
        before = standing
        standing, event = after(Look("books", level, f"{level} at {at}", at), standing, RULES)
        if event is not None:
            happened.append((at, event))
            # What a process does that tells of it.
            told_at = None if event is AlertEvent.CLEARED else at
            standing = replace(standing, told_at=told_at)
        assert before is None or standing.name == before.name
    assert standing is not None
    return standing, happened


def every(seconds: int, until: int, level: str, since: int = 0) -> list[tuple[float, str]]:
    return [(float(at), level) for at in range(since, until, seconds)]


def test_alert_is_raised_after_a_while_and_cleared_after_a_longer_one() -> None:
    looks = [*every(15, 90, "red"), *every(15, 300, "green", since=90)]
    standing, happened = run(looks)
    assert happened == [(60.0, AlertEvent.RAISED), (210.0, AlertEvent.CLEARED)]
    assert (standing.is_raised, standing.raised_at, standing.told_at) == (False, None, None)


def test_what_flickers_is_never_raised_and_one_look_is_not_enough() -> None:
    flickering = [(float(at), "red" if at % 30 == 0 else "green") for at in range(0, 3_000, 15)]
    assert run(flickering)[1] == []
    assert run([(0.0, "green"), (5_000.0, "red")])[1] == []
    assert run([(0.0, "red"), (5_000.0, "red")])[1] == [(5_000.0, AlertEvent.RAISED)]


def test_short_rest_clears_nothing() -> None:
    looks = [*every(15, 90, "red"), *every(15, 180, "green", since=90), *every(15, 400, "red", 180)]
    standing, happened = run(looks)
    assert [event for _, event in happened] == [AlertEvent.RAISED]
    assert standing.is_raised


def test_amber_raises_only_where_the_rules_say_so_and_red_is_told_as_worse() -> None:
    assert run(every(15, 900, "amber"))[1] == []
    rules = AlertRules("amber", 0, 0, 3_600)
    first, event = after(Look("books", "amber", "", 0.0), None, rules)
    assert event is None
    first, event = after(Look("books", "amber", "", 1.0), first, rules)
    assert event is AlertEvent.RAISED
    second, event = after(Look("books", "red", "", 2.0), first, rules)
    assert (event, second.raised_level) == (AlertEvent.WORSE, "red")


def test_what_stands_is_repeated_until_somebody_knows() -> None:
    looks = every(15, 8_000, "red")
    standing, happened = run(looks)
    assert happened == [
        (60.0, AlertEvent.RAISED),
        (3_660.0, AlertEvent.REPEATED),
        (7_260.0, AlertEvent.REPEATED),
    ]
    known = replace(standing, acknowledged_by="olga")
    assert run(every(15, 20_000, "red", since=8_000), known)[1] == []


@pytest.mark.parametrize("by_s", [-50_000.0, 50_000.0])
def test_clock_that_is_set_neither_hides_an_alert_nor_repeats_it_for_ever(by_s: float) -> None:
    standing, _ = run(every(15, 90, "red"))
    later = [(at + by_s, level) for at, level in every(15, 600, "red", since=90)]
    _, happened = run(later, standing)
    assert [event for _, event in happened] == [AlertEvent.REPEATED]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 200), st.sampled_from(["green", "red"])), max_size=60))
def test_an_alert_is_raised_and_cleared_in_turn(steps: list[tuple[int, str]]) -> None:
    at, looks = 0.0, []
    for pause_s, level in steps:
        at += pause_s
        looks.append((at, level))
    if looks:
        _, happened = run(looks)
        turns = [e for _, e in happened if e in (AlertEvent.RAISED, AlertEvent.CLEARED)]
        assert turns == [AlertEvent.RAISED, AlertEvent.CLEARED] * (len(turns) // 2) + [
            AlertEvent.RAISED
        ] * (len(turns) % 2)
