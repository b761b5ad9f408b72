"""Lists that look at so many rows and no more: nothing is lost between their pages."""

from __future__ import annotations

import json
import re

import pytest

from relayer.ops.lists import exports
from relayer.ops.lists.players import Order, PlayerList
from relayer.ops.lists.rewards import DueList
from relayer.ops.refusals import ExportsBusy
from relayer.series.names import Level, Series
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.exploring import ContributionFilter
from relayer.store.series import Part
from relayer.watch.exams import Exam
from tests.browser_of_operator import logged_in
from tests.house import TRAINER, House, make_row
from tests.ops_scene import SIGNER, add_batch, set_the_scene


def test_a_page_that_ends_early_says_where_the_next_one_goes_on(store: Store) -> None:
    store.contributions.insert([make_row(number, nonce=number % 50) for number in range(200)])
    wanted, before, found = ContributionFilter(nonce=7), None, list[int]()
    pages = []
    while True:
        page = store.exploring.contributions(wanted, before, 3, most_looked_at=40)
        pages.append((len(page.rows), page.looked_at))
        found += [row.sequence for row in page.rows]
        before = page.next_before
        if before is None:
            break
    assert found == [158, 108, 58, 8]
    assert all(looked_at <= 40 for _, looked_at in pages)
    assert (0, 40) in pages, "one of them found nothing"


def test_a_full_page_is_the_last_one_only_if_nothing_follows(store: Store) -> None:
    store.contributions.insert([make_row(number) for number in range(6)])
    pages = [store.exploring.contributions(ContributionFilter(), None, limit) for limit in (5, 6)]
    assert [page.next_before is None for page in pages] == [False, True]


def test_players_are_listed_once_by_their_latest_contribution(store: Store) -> None:
    store.contributions.insert([make_row(number) for number in range(70)])
    players = PlayerList(store, Settings(), Order.LATEST, 100.0)
    first = players.page(None, 4)
    store.contributions.insert([make_row(70, player=f"0x{1:040x}")])
    rest = players.page(first.next_place, 4)
    seen = [str(line["player"]) for line in (*first.lines, *rest.lines)]
    assert seen == [f"0x{number % 7:040x}" for number in (69, 68, 67, 66, 65, 63)]
    assert players.page(None, 4).lines[0]["player"] == f"0x{1:040x}", "who moved up is the first"


def test_players_by_address_are_complete(store: Store) -> None:
    rows = [make_row(number, player=f"0x{number * 7919 % 1000:040x}") for number in range(30)]
    store.contributions.insert(rows)
    players = PlayerList(store, Settings(), Order.ADDRESS, 100.0)
    listed = [line["player"] for lines in exports.lines_of(players) for line in lines]
    assert listed == sorted({row.player for row in rows})


@pytest.mark.parametrize("due_at", [[60] * 9, [60, 60, 60, 61, 61, 90, 90, 90, 95]])
def test_batches_that_are_due_at_the_same_time_are_listed_once(
    store: Store, due_at: list[int]
) -> None:
    store.signers.ensure(SIGNER, 0)
    for number, at in enumerate(due_at):
        with store.transaction() as connection:
            rows = [make_row(number)]
            store.contributions.insert(rows)
            batch_id, _ = add_batch(store, rows, 0.0)
            connection.execute("UPDATE batches SET due_at = ? WHERE id = ?", (at, batch_id))
    listing, place, listed = DueList(store, None), None, list[object]()
    while True:
        page = listing.page(place, 2)
        listed += [line["batch_id"] for line in page.lines]
        place = page.next_place
        if place is None:
            break
    assert listed == list(range(1, 10))


def test_the_reward_stage_tells_what_is_likely_to_come_back(house: House) -> None:
    set_the_scene(house)
    now = house.clock.now()
    rows = [make_row(number) for number in range(8)]
    house.store.contributions.insert(rows)
    with house.store.transaction():
        add_batch(house.store, rows, now)
    browser = logged_in(house)
    [line] = json.loads(browser.get("/rewards.json").data)
    assert (line["open_count"], line["open_stakes_wei"]) == (8, str(8 * 10**12))
    assert line["likely_back_wei"] == str(6 * 10**12), "three of four were refunded so far"
    assert line["likely_lost_wei"] == str(2 * 10**12)
    assert line["decided_at"] == int(now) + 600
    [call] = json.loads(browser.get("/rewards/calls.json").data)
    assert (call["refunded"], call["forfeited"]) == (3, 1)
    assert call["fees_wei"] == str(90 * 10**9)
    assert call["from_tank_wei"] == str(50 * 10**9)
    assert call["cost_wei"] == str(400_000 * 10**9)
    page = browser.get(f"/trainers/{TRAINER}").text
    assert "agreed with 3 and disagreed with 1" in page
    assert 'points="0,30 600,30"' in page


def test_a_trainer_tells_what_its_model_knew_before_it_learnt(house: House) -> None:
    browser, now = logged_in(house), house.clock.now()
    assert "Nothing has been tried yet" in browser.get(f"/trainers/{TRAINER}").text
    found = ((Series.TRIED, 40), (Series.RIGHT, 30))
    house.store.series.add([Part(name, TRAINER, now, count) for name, count in found], now)
    house.store.series.add([Part(Series.TRIED, "0xother", now, 1_000)], now)
    house.store.series.note({(Level.STAKE_GWEI, TRAINER): 2_000, (Level.STAKE_GWEI, "x"): 7}, now)
    Exam(9, 80, 50, "Batch 10 is missing.").keep(house.store, TRAINER, now)
    page = browser.get(f"/trainers/{TRAINER}?span=1h").text
    assert "Of 80 contributions the model knew the label of 50 before it learnt" in page
    assert "62.5 %" in page
    assert "among its 4 labels is right about 25.0 %" in page
    assert "does not go on: Batch 10 is missing." in page
    rows = re.findall(r"<tr><td><time.*?</tr>", page)
    last = [re.findall(r'<td class="number">([^<]*)</td>', row) for row in (rows[59], rows[119])]
    assert last == [["75.0", "40"], ["0.000002000"]]
    assert f'data-plots="/ops/trainers/{TRAINER}?span=1h"' in page


def test_a_few_files_are_written_at_a_time_and_who_goes_away_makes_room(house: House) -> None:
    browser = logged_in(house)
    house.store.contributions.insert([make_row(number) for number in range(3)])
    open_turns = [exports._Turn() for _ in range(exports.AT_ONCE)]
    refused = browser.get("/contributions.csv")
    assert refused.status_code == 503
    assert "Try again" in refused.text
    with pytest.raises(ExportsBusy):
        exports._Turn()
    for turn in open_turns:
        turn.end()
        turn.end()
    left = browser.client.get("/ops/contributions.csv", buffered=False)
    left.close()
    for _ in range(exports.AT_ONCE + 1):
        assert browser.get("/contributions.csv").text.count("\n") == 4
