"""The budget on the dashboard: figures as the store has them, answers as `relayer plan` does."""

from __future__ import annotations

import dataclasses
import json
import re
import shlex
import sys
import threading
from html import unescape
from importlib.util import find_spec

import pytest
from click.testing import CliRunner

from relayer.cli import main
from relayer.ops.budget import planner
from relayer.ops.budget.house_terms import CAUGHT, MISTAKEN
from relayer.planning.terms import TERMS
from relayer.series.names import DAY_S, Level, Series
from relayer.store.ops_users import Role
from relayer.store.receipts import Mined
from relayer.store.series import Part
from relayer.store.statuses import TransactionKind
from simulation import Question
from tests.browser_of_operator import OperatorBrowser, logged_in
from tests.house import ETHER, GWEI, House
from tests.ops_scene import SIGNER, attempt_hash, sign, take

#: Small enough that no amount is told by its first digits alone.
PENNY = 7


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """The planner is there, as it is from the second look at the page on."""
    import simulation.planner  # noqa: F401


@pytest.fixture
def browser(house: House) -> OperatorBrowser:
    return logged_in(house, Role.VIEWER)


def rows_of(page: str, label: str) -> dict[str, list[str]]:
    """The cells of a table, by the head of each row; amounts as the exact wei of their titles."""
    table = re.search(rf'aria-label="{label}">(.*?)</table>', page, re.DOTALL)
    assert table is not None, page
    return {
        text(head): [text(cell) for cell in re.findall(r"<td.*?</td>", cells, re.DOTALL)]
        for head, cells in re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', table[1], re.DOTALL)
    }


def text(cell: str) -> str:
    exact = re.search(r'title="([0-9-]+) wei"', cell)
    return exact[1] if exact else unescape(re.sub(r"<[^>]+>", "", cell)).strip()


def live_through(house: House) -> None:
    """Something yesterday, something a week ago, something today; a tank that loses by the hour."""
    now, room = house.clock.now(), house.store.series
    midnight = now // DAY_S * DAY_S
    for at, times in ((midnight + 1, 1), (midnight - 60, 10), (midnight - 6 * DAY_S, 100)):
        room.add(
            [
                Part(Series.CONFIRMED, "", at, times * 3),
                Part(Series.GAS_WEI, "add", at, times * (ETHER // 10 + PENNY)),
                Part(Series.GAS_WEI, "settle", at, times * (ETHER // 100)),
                Part(Series.EARNED_WEI, "rewards", at, times * (ETHER // 1_000 + PENNY)),
                Part(Series.EARNED_WEI, "tank", at, times * (ETHER // 20)),
                Part(Series.EARNED_WEI, "withdrawals", at, times),
                Part(Series.STAKE_WEI, "forfeited", at, times * 5 * GWEI),
                Part(Series.STAKE_WEI, "refunded", at, times * 100 * GWEI),
            ],
            now,
        )
    for hours_ago, gwei in (
        (100, 50 * GWEI),
        (20, 14 * GWEI),
        (0.5, 10 * GWEI + 500),
        (0, 10 * GWEI),
    ):
        room.note({(Level.SPONSOR_GWEI, ""): gwei}, now - hours_ago * 3_600)


def test_what_was_spent_and_came_back_is_what_the_series_say_to_the_wei(
    house: House, browser: OperatorBrowser
) -> None:
    live_through(house)
    rows = rows_of(browser.get("/budget").text, "What was spent and what came back")
    times = (1, 10, 110, 110)
    gas = ETHER // 10 + PENNY + ETHER // 100
    rewards, tank = ETHER // 1_000 + PENNY, ETHER // 20
    cost = gas + 5 * GWEI - rewards
    expected = {
        "Contributions that took effect": 3,
        "Gas paid": gas,
        "Came back from rewards": rewards,
        "Came back as fees from the tank": tank,
        "Came back as fees of withdrawals": 1,
        "Stakes forfeited": 5 * GWEI,
        "Cost to the house": cost,
    }
    for words, amount in expected.items():
        assert rows[words] == [str(each * amount) for each in times], words
    assert rows["Share of the gas that came back"] == [f"{100 * (rewards + tank + 1) // gas} %"] * 4
    assert rows["Cost of a contribution"] == [str(each * cost // (each * 3)) for each in times]


def test_the_tank_and_how_long_it_lasts_at_several_paces(
    house: House, browser: OperatorBrowser
) -> None:
    live_through(house)
    house.open_doors(
        reserved_wei=3 * ETHER + PENNY, spent_today_wei=ETHER + PENNY, day=now_day(house)
    )
    page = browser.get("/budget").text
    for amount in (10 * ETHER, 3 * ETHER + PENNY, ETHER + PENNY):
        assert f'title="{amount} wei"' in page
    rows = rows_of(page, "How long the tank lasts")
    pace = int(rows["the last hour"][0].replace(",", ""))
    assert pace in range(960, 1_001)
    assert rows["the last hour"][1] == f"{10 * GWEI // pace:,}"
    assert rows["the last hour"][2] == "not within ten years"
    day_pace, week_pace = (
        int(rows[f"the last {each}"][0].replace(",", "")) for each in ("day", "week")
    )
    assert day_pace in range(4 * GWEI // 21, 4 * GWEI // 20 + 100)
    assert week_pace in range(40 * GWEI // 101, 40 * GWEI // 100 + 100)
    assert int(rows["the last day"][1]) == 10 * GWEI // day_pace
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", rows["the last day"][2])


def now_day(house: House) -> int:
    return int(house.clock.now()) // DAY_S


def test_a_short_runway_leads_from_the_home_page_to_the_budget(
    house: House, browser: OperatorBrowser
) -> None:
    live_through(house)
    button = '<a class="button" href="/ops/budget">Budget</a>'
    assert button not in browser.get("/").text
    house.open_doors(available_wei=2_000 * GWEI)
    assert button in browser.get("/").text


def test_a_house_that_has_seen_nothing_says_so(house: House, browser: OperatorBrowser) -> None:
    page = browser.get("/budget").text
    assert "not watched for ten minutes yet" in page
    assert (
        rows_of(page, "What was spent and what came back")["Cost of a contribution"]
        == ["\N{EN DASH}"] * 4
    )


def test_the_question_begins_as_the_house_runs(house: House, browser: OperatorBrowser) -> None:
    now, room = house.clock.now(), house.store.series
    room.add(
        [
            Part(Series.CONFIRMED, "", now - 600, 4_000),
            Part(Series.GAS, "add", now - 600, 1_000),
            Part(Series.GAS_WEI, "add", now - 600, 3_500 * GWEI),
        ],
        now,
    )
    room.note({(Level.BASE_FEE_WEI, ""): 3 * GWEI + 1}, now)
    page = browser.get("/budget").text
    fields = fields_of(page)
    assert (fields["players"], fields["rounds-per-day"]) == ("200", "20")
    assert (fields["refund-wait"], fields["forfeit-wait"]) == ("1m", "10m")
    assert (fields["stake"], fields["labels"]) == ("1000gwei", "4")
    assert (fields["price-gwei"], fields["price-cap-gwei"], fields["tip-gwei"]) == (
        "3",
        "50",
        "0.5",
    )
    assert fields["max-wait-s"] == "2"
    assert "for 4,000 contributions in 24 h" in page
    assert set(fields) == {term.key for term in TERMS}


def test_the_traffic_of_a_young_house_is_that_of_a_whole_day(
    house: House, browser: OperatorBrowser
) -> None:
    now, room = house.clock.now(), house.store.series
    hours = 4 + now % 3_600 / 3_600
    room.note({(Level.QUEUE_DEPTH, ""): 0}, now - 4 * 3_600)
    room.add([Part(Series.CONFIRMED, "", now - 600, 1_000)], now)
    fields = fields_of(browser.get("/budget").text)
    daily = int(fields["players"]) * float(fields["rounds-per-day"])
    assert daily == pytest.approx(1_000 * 24 / hours, rel=0.01)


def test_liars_are_those_that_were_found_out_and_blocks_as_far_apart_as_they_were(
    house: House, browser: OperatorBrowser
) -> None:
    now, store = house.clock.now(), house.store
    counts = {"refunded": 897, "forfeited": 103}
    settled = [Part(Series.SETTLED, outcome, now - 60, each) for outcome, each in counts.items()]
    store.series.add(settled, now)
    store.signers.ensure(SIGNER, 0)
    for number in range(3):
        transaction = take(store, TransactionKind.ADD, b"", now)
        sign(store, transaction, 0, now)
        mined = Mined(100 + 60 * number, "0x", attempt_hash(transaction, 0), 1, GWEI, True)
        store.receipts.note_mined(transaction, mined, now + 120 * number)
    page = browser.get("/budget").text
    assert fields_of(page)["liars"] == "10%"
    assert "as 10.3% were forfeited in the last 7 days" in page
    assert fields_of(page)["block-s"] == "2"
    usual = {field.name: field.default for field in dataclasses.fields(Question)}
    assert (usual["caught"], usual["mistaken"]) == (CAUGHT, MISTAKEN)


def fields_of(page: str) -> dict[str, str]:
    """The texts of the planner's form."""
    form = page.partition('aria-label="The question"')[2]
    texts = {
        name: unescape(value)
        for name, value in re.findall(r'<input name="(.*?)" value="(.*?)"', form)
    }
    for name, options in re.findall(r'<select name="(.*?)">(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r"<option selected>(.*?)</option>", options)
        assert chosen is not None
        texts[name] = chosen[1]
    return texts


@pytest.mark.parametrize(
    "question",
    [
        {},
        {
            "players": "300",
            "liars": "5%",
            "price-gwei": "0.01",
            "price-cap-gwei": "0.04",
            "tip-gwei": "0",
        },
        {"mechanism": "gamified", "lapse-wait": "2d", "currency-per-ether": "2000.5", "days": "7"},
    ],
)
def test_the_answer_is_that_of_the_command_for_the_same_question(
    browser: OperatorBrowser, question: dict[str, str]
) -> None:
    answer = browser.get("/budget", query_string=question)
    assert answer.status_code == 200
    command = re.search(r"<pre.*?><code>relayer (.*?)</code>", answer.text)
    assert command is not None
    flags = [*shlex.split(unescape(command[1])), "--quick", "--json"]
    result = CliRunner().invoke(main, flags)
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    rows = rows_of(answer.text, "Amounts")
    names = {"tank, to last without a top-up": "tank", "daily limit, at least": "daily_limit"}
    for words, name in {**names, "cost of a day": "daily_cost"}.items():
        assert rows[words] == [
            str(told[f"{name}_wei"]),
            f"{float(told[f'{name}_in_currency']):,.2f}",
            str(told[f"{name}_worst_wei"]),
            f"{float(told[f'{name}_worst_in_currency']):,.2f}",
        ]
    assert f"gets back {told['share_reimbursed']:.1%} of its gas" in answer.text
    people = CliRunner().invoke(main, flags[:-1]).output.splitlines()
    sentences = re.findall(r"<li>(.*?)</li>", answer.text.partition('aria-label="Amounts"')[2])
    assert len(sentences) == 3
    assert {unescape(sentence) for sentence in sentences} <= set(people)
    elsewhere = rows_of(answer.text, "The same game at typical prices")
    assert [cells[1] for cells in elsewhere.values()] == [
        str(row["daily_cost_wei"]) for row in told["prices"]
    ]


def test_bad_input_is_told_at_its_field_and_what_was_typed_stays(browser: OperatorBrowser) -> None:
    bad = '<b>"no"'
    for term in TERMS:
        answer = browser.get("/budget", query_string={"liars": "4%", term.key: bad})
        assert answer.status_code == 422, term.key
        assert field_of(answer.text, term.key).count('class="fault"') == 1
        assert answer.text.count('class="fault"') == 1
        assert "&lt;b&gt;" in answer.text
        assert "<b>" not in answer.text
        assert 'aria-label="Amounts"' not in answer.text
        if not term.choices:
            expected = {"liars": "4%", term.key: bad}
            assert fields_of(answer.text).items() >= expected.items()


def field_of(page: str, name: str) -> str:
    """A field with what is written around it."""
    label = re.search(rf'name="{name}".*?</label>', page, re.DOTALL)
    assert label is not None
    return unescape(label[0])


IMPOSSIBLE = [
    ({"players": "0"}, "players", "must be at least 1: raise it."),
    ({"players": "9" * 18}, "players", "must be at most 1,000,000,000: lower it."),
    ({"liars": "150%"}, "liars", "between 0 % and 100 %"),
    ({"labels": "5000"}, "labels", "at most 256"),
    ({"refund-wait": "1d", "forfeit-wait": "1h"}, "refund-wait", "shorter than the forfeit"),
    ({"price-gwei": "60"}, "price-cap-gwei", "raise the cap"),
    ({"block-s": "0"}, "block-s", "above 0"),
    ({"volatility": "5"}, "volatility", "at most 3"),
]


def test_what_cannot_be_planned_is_told_at_the_field_that_mends_it(
    browser: OperatorBrowser,
) -> None:
    for question, name, words in IMPOSSIBLE:
        answer = browser.get("/budget", query_string=question)
        assert answer.status_code == 422, question
        assert words in field_of(answer.text, name)
        assert 'aria-invalid="true"' in field_of(answer.text, name)


def test_what_is_no_term_is_refused(browser: OperatorBrowser) -> None:
    for query in ("sweep=1000", "seeds=100000", "players=1&players=2"):
        answer = browser.get(f"/budget?{query}")
        assert answer.status_code == 422
        assert "<fieldset>" not in answer.text


def test_without_the_extra_it_says_what_to_install_and_shows_the_facts(
    house: House, browser: OperatorBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_through(house)
    monkeypatch.setattr(
        "relayer.planning.extra.find_spec",
        lambda name: None if name == "numpy" else find_spec(name),
    )
    answer = browser.get("/budget")
    assert answer.status_code == 200
    assert 'Simulations need numpy: run `pip install "on-the-house[simulation]"`.' in unescape(
        answer.text
    )
    assert rows_of(answer.text, "What was spent and what came back")["Gas paid"][0] != "0"
    assert "<fieldset>" not in answer.text


def test_a_broken_extra_is_told_and_never_an_error(
    house: House, browser: OperatorBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "simulation.planner", None)
    for _ in range(50):
        answer = browser.get("/budget")
        if "cannot be loaded" in answer.text:
            break
    assert answer.status_code == 200
    assert "The planner cannot be loaded" in unescape(answer.text)
    assert "Refresh" not in answer.headers


def test_while_the_planner_is_being_loaded_no_answer_waits_for_it(
    house: House, browser: OperatorBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    load = planner.Planner._load
    monkeypatch.setattr(planner.Planner, "_load", lambda self: (gate.wait(30), load(self)))
    first = browser.get("/budget?players=10")
    assert first.headers["Refresh"] == "2"
    assert "is being loaded" in first.text
    gate.set()
    for _ in range(500):
        answer = browser.get("/budget?players=10")
        if "Refresh" not in answer.headers:
            break
    assert fields_of(answer.text)["players"] == "10"
