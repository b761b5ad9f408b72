"""The harness of the load test works; its figures are not looked at here."""

from __future__ import annotations

import os
from pathlib import Path

from sample_game.app import create_app
from sample_game.decks import load_decks
from sample_game.settings import GameSettings
from sample_game.simulated_players.clue_book import load_clue_book
from tests.benchmarks.game_load.cpu import cpu_seconds
from tests.benchmarks.game_load.crowd import Load, press
from tests.benchmarks.game_load.measure import Measure, percentile
from tests.stand_in_relayer import StandInRelayer, serving

SHORT = Load(players=6, seconds=60, think_s=(0.0, 0.01), come_within_s=0.1, rounds=4)


def test_a_short_load_is_played_without_a_refusal_and_every_kind_is_measured(
    tmp_path: Path,
) -> None:
    stand_in = StandInRelayer()
    deck = load_decks(GameSettings.decks)[GameSettings.first_deck]
    with serving(stand_in.app()) as relayer_url:
        settings = GameSettings(database=tmp_path / "hunch.db", relayer_url=relayer_url)
        with serving(create_app(settings)) as url:
            figures = press(url, deck, load_clue_book(deck.words), SHORT)
    assert figures["refused"] == {}
    played = {"page", "setup", "standing", "round", "guess", "clue check", "clues", "model"}
    assert played <= set(figures["kinds"])
    assert figures["contributions"] == len(stand_in.contributions) > 0
    guesses = figures["kinds"]["guess"]
    assert 0 < guesses["p50_ms"] <= guesses["p95_ms"] <= guesses["p99_ms"] <= guesses["most_ms"]


def test_percentiles_are_of_the_nearest_rank() -> None:
    values = [float(value) for value in range(1, 101)]
    assert [percentile(values, each) for each in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert percentile([7.0], 95) == 7


def test_what_was_refused_or_not_answered_is_told() -> None:
    measure = Measure()
    for status in (200, 304, 429, 0):
        measure.add("guess", status, 0.01)
    assert measure.figures(1.0)["refused"] == {"guess 0": 1, "guess 429": 1}


def test_processor_time_is_that_of_the_whole_group() -> None:
    before = cpu_seconds({"tests": os.getpgrp()})["tests"]
    while cpu_seconds({"tests": os.getpgrp()})["tests"] <= before:
        pass
