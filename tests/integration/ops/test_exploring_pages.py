"""Pages that lead from a question to the contribution, transaction or player that it is about."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from relayer.store.chain_state import SignerSnapshot
from relayer.store.ops_users import Role
from tests.browser_of_operator import OperatorBrowser, logged_in
from tests.house import TRAINER, House, make_row
from tests.ops_scene import GAME, HOSTILE, PLAYER, SIGNER, Scene, set_the_scene

#: Addresses of all pages and files of a scene.
PAGES = (
    "/contributions",
    "/contributions/{settled}",
    "/contributions/{failed}",
    "/contributions/{queued}",
    "/batches",
    "/batches/{batch}",
    "/transactions",
    "/transactions/{adding}",
    "/transactions/{settling}",
    "/players",
    "/players?order=address",
    "/players?order=busiest",
    "/players?order=banned",
    "/players/{player}",
    "/games",
    f"/games/{GAME}",
    "/signers",
    "/trainers",
    "/trainers/{trainer}",
    "/webhooks",
    "/webhooks/{hook}",
    "/webhooks/{hook}?status=dead",
    "/orders",
    "/orders?state=done&kind=settle",
    "/orders/{order}",
    "/rewards",
    "/rewards/markets",
    "/rewards/calls",
    "/search",
)
FILES = (
    "/contributions",
    "/batches",
    "/transactions",
    "/players",
    "/games",
    "/webhooks/{hook}/messages",
    "/orders",
    "/rewards",
    "/rewards/calls",
)


def named(address: str, scene: Scene) -> str:
    return address.format(
        settled=scene.settled[0],
        failed=scene.failed,
        queued=scene.queued,
        batch=scene.batch,
        adding=scene.adding,
        settling=scene.settling,
        player=PLAYER,
        trainer=TRAINER,
        hook=scene.hook,
        order=scene.order,
    )


@pytest.fixture(scope="module", name="shown_house")
def a_house_to_look_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all who only look."""
    house = House(tmp_path_factory.mktemp("house"))
    yield house
    house.close()


@pytest.fixture(scope="module", name="scene")
def a_scene(shown_house: House) -> Scene:
    return set_the_scene(shown_house)


@pytest.fixture(scope="module", name="browser")
def a_browser(shown_house: House) -> OperatorBrowser:
    return logged_in(shown_house)


def test_no_page_lets_the_words_of_others_act(browser: OperatorBrowser, scene: Scene) -> None:
    seen = 0
    for address in PAGES:
        page = browser.get(named(address, scene))
        assert page.status_code == 200, (address, page.text)
        assert "<script>alert" not in page.text, address
        assert " style=" not in page.text, f"{address}: the policy forbids it"
        assert " onclick" not in page.text, address
        seen += "&lt;script&gt;" in page.text
    assert seen >= 4, "the words themselves are shown"


def test_every_page_is_for_those_who_are_logged_in(shown_house: House, scene: Scene) -> None:
    stranger = OperatorBrowser(shown_house)
    for address in (*PAGES, *(f"{file}.csv" for file in FILES)):
        assert stranger.get(named(address, scene)).status_code == 303, address


def test_a_contribution_tells_its_whole_life(browser: OperatorBrowser, scene: Scene) -> None:
    page = browser.get(f"/contributions/{scene.settled[0]}").text
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    for step in ("accepted", "batched", "signed", "sent", "mined", "confirmed", "settled"):
        assert f" {step} " in text
    assert "after 1.00 s" in text
    assert "addBatch" in text
    assert "maxFeeGwei" in text
    assert "1, 2" in text, "the features"
    assert "400,000 \u00d7 1 gwei" in text
    assert "one of 4" in text
    assert "came back" in text
    assert all(attempt in page for attempt in scene.hashes)
    assert "replaced by" in text
    assert "contribution.settled" in text
    assert "&#34;reserved_gwei&#34;: 100" in page, "the raw JSON"
    assert "forfeited" in browser.get(f"/contributions/{scene.settled[-1]}").text
    assert "unfit" in browser.get(f"/contributions/{scene.failed}").text


def test_links_to_an_explorer_come_from_the_setting(tmp_path: Path) -> None:
    house = House(tmp_path, ops_explorer_url="https://explorer.example/")
    scene = set_the_scene(house)
    page = logged_in(house).get(f"/contributions/{scene.settled[0]}").text
    assert f"https://explorer.example/tx/{scene.hashes[0]}" in page
    assert f"https://explorer.example/address/{PLAYER}" in page
    house.close()


@pytest.mark.parametrize(
    ("words", "goal"),
    [
        ("{settled}", "/ops/contributions/{settled}"),
        ("0X{settled_digits}", "/ops/contributions/{settled}"),
        ("{hash}", "/ops/transactions/{adding}"),
        ("{player}", "/ops/players/{player}"),
        ("{signer}", "/ops/signers#{signer}"),
        ("{trainer}", "/ops/trainers/{trainer}"),
        ("{signer} 0", "/ops/transactions/{adding}"),
        ("{player} 5", "/ops/contributions/{queued}"),
        ("{hook}", "/ops/webhooks/{hook}"),
        (GAME, f"/ops/games/{GAME}"),
        ("{order}", "/ops/orders/{order}"),
        ("round-7", "/ops/contributions?request_id=round-7"),
    ],
)
def test_one_box_finds_everything(
    browser: OperatorBrowser, scene: Scene, words: str, goal: str
) -> None:
    values = {
        "settled": scene.settled[0],
        "settled_digits": scene.settled[0][2:].upper(),
        "hash": scene.hashes[0],
        "adding": scene.adding,
        "player": PLAYER,
        "signer": SIGNER,
        "trainer": TRAINER,
        "queued": scene.queued,
        "hook": scene.hook,
        "order": scene.order,
    }
    answer = browser.client.get("/ops/search", query_string={"q": words.format(**values)})
    assert answer.status_code == 303, answer.text
    assert answer.location == goal.format(**values)


def test_a_number_that_may_be_several_things_is_asked_about(
    browser: OperatorBrowser, scene: Scene
) -> None:
    page = browser.get("/search?q=1").text
    assert f"/ops/batches/{scene.batch}" in page
    assert f"/ops/transactions/{scene.settling}" in page, "the nonce 1 of the signer"


@pytest.mark.parametrize(
    "words", ["0x" + "ab" * 32, "0x" + "ab" * 20, "999", "nobody", "' OR 1=1 --", "ü", "1" * 200]
)
def test_what_is_nowhere_is_said_so(browser: OperatorBrowser, words: str) -> None:
    answer = browser.client.get("/ops/search", query_string={"q": words})
    assert answer.status_code == 404
    assert "Nothing here is called" in answer.text


def test_files_hold_exactly_what_the_pages_show(house: House) -> None:
    browser = logged_in(house)
    set_the_scene(house)
    with house.store.transaction():
        house.store.contributions.insert([make_row(number) for number in range(70)])
    for query, count in (("", 76), ("?reason=unfit", 1), (f"?player={PLAYER}&status=settled", 4)):
        shown = _shown(browser, f"/contributions{query}")
        assert len(shown) == count
        told = json.loads(browser.get(f"/contributions.json{query}").data)
        assert [line["id"] for line in told] == shown
        answer = browser.get(f"/contributions.csv{query}")
        assert "contributions.csv" in answer.headers["Content-Disposition"]
        lines = list(csv.DictReader(io.StringIO(answer.text)))
        assert [line["id"] for line in lines] == shown
        assert list(lines[0]) == list(told[0])


def _shown(browser: OperatorBrowser, address: str) -> list[str]:
    """The ids of all pages, one after the other."""
    ids: list[str] = []
    while address:
        page = browser.get(address).text
        ids += re.findall(r'href="/ops/contributions/(0x[0-9a-f]{64})"', page)
        onward = re.search(r'rel="next" href="/ops([^"]+)"', page)
        address = onward[1].replace("&amp;", "&") if onward else ""
    return ids


@pytest.mark.parametrize("file", FILES)
def test_every_list_comes_as_a_file(browser: OperatorBrowser, scene: Scene, file: str) -> None:
    told = json.loads(browser.get(f"{named(file, scene)}.json").data)
    lines = list(csv.reader(io.StringIO(browser.get(f"{named(file, scene)}.csv").text)))
    assert len(lines) == len(told) + 1


def test_no_cell_is_a_formula(browser: OperatorBrowser, scene: Scene) -> None:
    for file in ("/contributions", "/webhooks/{hook}/messages"):
        for line in csv.reader(io.StringIO(browser.get(f"{named(file, scene)}.csv").text)):
            assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in line)
    told = json.loads(browser.get("/contributions.json?reason=unfit").data)
    assert told[0]["detail"] == HOSTILE, "JSON is what it is"


def test_pages_neither_repeat_nor_drop_lines_while_new_ones_arrive(house: House) -> None:
    browser = logged_in(house)
    with house.store.transaction():
        house.store.contributions.insert([make_row(number) for number in range(120)])
    first = browser.get("/contributions").text
    onward = re.search(r'rel="next" href="/ops([^"]+)"', first)
    assert onward is not None
    with house.store.transaction():
        house.store.contributions.insert([make_row(number) for number in range(120, 150)])
    ids = re.findall(r'href="/ops/contributions/(0x[0-9a-f]{64})"', first)
    ids += _shown(browser, onward[1].replace("&amp;", "&"))
    assert ids == [f"0x{number:064x}" for number in reversed(range(120))]


def test_times_choose_what_was_accepted_between_them(house: House) -> None:
    browser = logged_in(house)
    with house.store.transaction():
        house.store.contributions.insert(
            [make_row(number, accepted_at=1_000.0 * number) for number in range(20)]
        )
    ids = _shown(browser, "/contributions?from_at=5000&until_at=1970-01-01T02:30")
    assert ids == [f"0x{number:064x}" for number in (8, 7, 6, 5)]
    assert _shown(browser, "/contributions?from_at=2030-01-01") == []
    assert _shown(browser, "/contributions?until_at=0") == []


GARBAGE = (
    "x" * 300,
    "\x00",
    "-1",
    "1e9",
    "' OR 1=1 --",
    "٣",
    "99999999999999999999",
    "<b>",
    "0x12",
)
PARAMETERS = {
    "/contributions": (
        "status reason outcome player nonce trainer game batch request_id from_at until_at from"
    ),
    "/batches": "status trainer from",
    "/transactions": "status kind signer nonce from",
    "/players": "order from",
    "/orders": "state kind from",
    "/rewards": "from",
    "/rewards/calls": "batch from",
}


@pytest.mark.parametrize("address", list(PARAMETERS))
def test_garbage_in_any_parameter_is_a_clear_refusal(
    browser: OperatorBrowser, address: str
) -> None:
    for name in PARAMETERS[address].split():
        for text in GARBAGE:
            answer = browser.client.get(f"/ops{address}", query_string={name: text})
            is_word = name in ("reason", "game", "request_id") and text in ("-1", "1e9", "0x12")
            digits = name in ("reason", "game", "request_id") and text.startswith("999")
            assert answer.status_code == (200 if is_word or digits else 422), (name, text)
            assert name in answer.text
    for query in ({"other": "1"}, {"status": ["sent", "sent"]}):
        assert browser.client.get(f"/ops{address}", query_string=query).status_code == 422


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/contributions", PLAYER),
        ("/contributions", "1.2"),
        ("/batches", PLAYER),
        ("/transactions", "1.2"),
        ("/rewards", PLAYER),
        ("/rewards/markets", PLAYER),
        ("/rewards/calls", "1.2"),
        ("/webhooks/{hook}", PLAYER),
    ],
)
def test_a_place_of_another_list_is_a_clear_refusal(
    browser: OperatorBrowser, scene: Scene, address: str, place: str
) -> None:
    answer = browser.get(named(address, scene), query_string={"from": place})
    assert answer.status_code == 422
    assert "no place in this list" in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/contributions/0x12",
        "/contributions/%00",
        "/batches/99999999999999999999999",
        "/batches/x",
        "/transactions/7",
        "/players/0x12",
        "/players/%3Cscript%3E",
        "/trainers/" + PLAYER,
        "/orders/ord_none",
        "/games/0123456789ff",
        "/webhooks/wh_none",
        "/webhooks/wh_none/messages.csv",
    ],
)
def test_what_does_not_exist_is_not_found(browser: OperatorBrowser, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 404
    assert "<script>" not in answer.text.replace('<script type="module"', "")


def test_a_player_is_shown_with_what_it_may_still_do(house: House) -> None:
    browser = logged_in(house)
    set_the_scene(house)
    house.store.bans.ban(PLAYER, HOSTILE, house.clock.now(), house.clock.now() + 60)
    page = browser.get(f"/players/{PLAYER.lower()}").text
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "3 refunded, 1 forfeited" in text
    assert "1 of 98 that its trust allows" in text
    assert "120 of 120" in text
    assert "Kept out: =HYPERLINK" in text
    house.store.bans.ban("192.0.2.0/24", "a flood", house.clock.now())
    banned = browser.get("/players?order=banned").text
    assert PLAYER in banned
    assert "192.0.2.0/24</code> a flood" in banned
    assert "subject=192.0.2.0/24" in banned
    [line] = json.loads(browser.get("/players.json?order=banned").data)
    assert (line["player"], line["banned"]) == (PLAYER, HOSTILE)


def test_a_game_is_shown_with_what_its_key_may_still_do(house: House) -> None:
    browser = logged_in(house)
    set_the_scene(house)
    house.store.quota_overrides.set(f"key:{GAME}", 7, "a tournament", house.clock.now(), None)
    page = re.sub(r"<[^>]+>", "", browser.get(f"/games/{GAME}").text)
    assert "7 of 7 in 1 min, set by an operator: a tournament" in page
    [line] = json.loads(browser.get("/games.json").data)
    assert (line["id"], line["state"], line["scopes"], line["quota"]) == (
        GAME,
        "valid",
        "submit",
        7,
    )
    house.store.game_keys.revoke(GAME, house.clock.now())
    assert json.loads(browser.get("/games.json").data)[0]["state"] == "revoked"
    assert "revoke-key" not in browser.get(f"/games/{GAME}").text


def test_buttons_lead_to_actions_that_take_what_they_bring(
    shown_house: House, scene: Scene
) -> None:
    browser = logged_in(shown_house, Role.ADMIN, "adele")
    shown_house.store.chain_state.write_signers(
        [SignerSnapshot(SIGNER, 7, 5, allowed=True, paused="it is poor", chain_nonce=2)], 1.0
    )
    ways: set[str] = set()
    for address in PAGES:
        page = browser.get(named(address, scene)).text
        ways |= {unescape(way) for way in re.findall(r'"/ops(/actions/[^"]+)"', page)}
    assert {way.partition("?")[0].rpartition("/")[2] for way in ways} == {
        "ban",
        "cancel-contribution",
        "replay-webhook",
        "rest-signer",
        "retry-contribution",
        "revoke-key",
        "rotate-key",
        "set-quota",
        "settle-now",
        "test-webhook",
        "top-up",
        "withdraw-credits",
    }
    for way in ways:
        answer = browser.get(way)
        assert answer.status_code < 500, way
        assert "is unknown" not in answer.text, way


def test_who_only_looks_is_offered_nothing_to_do(shown_house: House, scene: Scene) -> None:
    browser = logged_in(shown_house, Role.VIEWER, "vera")
    for address in PAGES:
        assert 'href="/ops/actions/' not in browser.get(named(address, scene)).text, address
