"""Each verdict: from where on it is amber, from where on red, and what it offers then."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from relayer.ops.actions.registry import ACTIONS
from relayer.ops.verdicts import JUDGES, TITLES, Facts, Verdict, VerdictLevel, VerdictName, judge
from relayer.ops.verdicts import money as money_verdicts
from relayer.ops.verdicts.facts import gather
from relayer.ops.verdicts.pace import Burn
from relayer.ops.verdicts.seen import note_seen
from relayer.series.names import Level, Series
from relayer.settings import Settings
from relayer.store.allowances import LedgerRow
from relayer.store.chain_state import SignerSnapshot
from relayer.store.checks import Check
from relayer.store.intake_breaker import BreakerState
from relayer.store.series import Part
from relayer.store.signs import StuckLane
from relayer.store.switches import Pause, Switch
from relayer.store.tallies import Queue
from relayer.store.trail import Reorganisation
from tests.house import ETHER, GWEI, House, make_tank

RUNBOOKS = resources.files("relayer.ops.runbooks")
HEADINGS = ["What it means", "How to look", "What to do", "When it turns green"]
SIGNER = "0x1563915e194D8CfBA1943570603F7606A3115508"
HOUR_S = 3_600


@pytest.fixture
def facts(house: House) -> Facts:
    """A house in which all is well: what a worker writes, and what was gathered of it."""
    now, store = house.clock.now(), house.store
    store.chain_state.write_signers([SignerSnapshot(SIGNER, 7, ETHER, allowed=True)], now)
    checks: dict[str, dict[str, Any]] = {
        "head": {"number": 7, "lag_s": 0.2},
        "nodes": {"chain_id": 31337, "count": 2, "foreign": [], "troubles": []},
        "worker": {"version": gather(store, house.settings, now).version},
        "books": {"block_number": 5, "forwarder_wei": str(ETHER), "faults": []},
        "backup": {"file": "relayer.bak", "size_bytes": 1},
    }
    for name, value in checks.items():
        store.checks.write(name, value, now)
    return gather(store, house.settings, now)


def checked(facts: Facts, name: str, *, age_s: float = 0.0, **changes: Any) -> dict[str, Any]:
    """A change to the facts: a check that found something else, or is older."""
    value = {**facts.checks[name].value, **changes}
    return {"checks": {**facts.checks, name: Check(value, facts.now - age_s)}}


def beat(facts: Facts, *, age_s: float = 0.0, **changes: Any) -> dict[str, Any]:
    assert facts.view.heartbeat is not None
    heartbeat = replace(facts.view.heartbeat, at=facts.now - age_s, **changes)
    return {"view": replace(facts.view, heartbeat=heartbeat)}


def tank(facts: Facts, **changes: Any) -> dict[str, Any]:
    return {"view": replace(facts.view, tank=make_tank(**changes))}


def base_fee(facts: Facts, amount_wei: int) -> dict[str, Any]:
    assert facts.view.head is not None
    return {"view": replace(facts.view, head=replace(facts.view.head, base_fee_wei=amount_wei))}


def signer(facts: Facts, **changes: Any) -> dict[str, Any]:
    (only,) = facts.view.signers
    return {"view": replace(facts.view, signers=(replace(only, **changes),))}


def queued(facts: Facts, age_s: float) -> dict[str, Any]:
    return {"queues": (Queue("contribution", 3, facts.now - age_s),)}


def waiting(facts: Facts, age_s: float) -> dict[str, Any]:
    return {"lanes": (StuckLane(4, SIGNER, 9, "add", facts.now - age_s),)}


def pause(facts: Facts) -> dict[str, Any]:
    return {"pauses": {Switch.SENDING: Pause(Switch.SENDING, "moving", facts.now - 90, None)}}


def dropped(facts: Facts, age_s: float) -> dict[str, Any]:
    return {"reorganisation": Reorganisation(facts.now - age_s, 3, 5, 2)}


Change = Callable[[Facts], dict[str, Any]]
CASES: list[tuple[VerdictName, str, Change]] = [
    (VerdictName.WORKER, "amber", lambda f: beat(f, age_s=16)),
    (VerdictName.WORKER, "amber", lambda f: beat(f, detail="market 0x9 is not replayed")),
    (VerdictName.WORKER, "green", lambda f: beat(f, node_reachable=False, detail="refused")),
    (VerdictName.WORKER, "red", lambda f: beat(f, age_s=31)),
    (VerdictName.NODE, "red", lambda f: beat(f, node_reachable=False, detail="refused")),
    (VerdictName.NODE, "red", lambda f: beat(f, detail="block 9 was seen before; waiting")),
    (VerdictName.NODE, "amber", lambda f: checked(f, "head", age_s=130)),
    (VerdictName.NODE, "red", lambda f: checked(f, "head", age_s=700)),
    (VerdictName.NODE, "amber", lambda f: checked(f, "nodes", troubles=["b: 3 blocks behind a"])),
    (VerdictName.CHAIN_ID, "amber", lambda f: checked(f, "nodes", foreign=["http://b"])),
    (VerdictName.CHAIN_ID, "red", lambda f: checked(f, "nodes", foreign=["a", "b"])),
    (VerdictName.CLOCK, "amber", lambda f: checked(f, "head", lag_s=-6.0)),
    (VerdictName.CLOCK, "red", lambda f: checked(f, "head", lag_s=-31.0)),
    (VerdictName.SIGNERS, "amber", lambda f: signer(f, balance_wei=10**15)),
    (VerdictName.SIGNERS, "red", lambda f: signer(f, paused="it cannot pay")),
    (VerdictName.RUNWAY, "green", lambda f: {"burn": Burn(0, 0)}),
    (VerdictName.RUNWAY, "amber", lambda f: {"burn": Burn(10**9 // 3, 0)}),
    (VerdictName.RUNWAY, "red", lambda f: {"burn": Burn(0, 10**9)}),
    (VerdictName.TANK, "red", lambda f: tank(f, available_wei=0)),
    (VerdictName.TANK, "red", lambda f: tank(f, paused=True)),
    (VerdictName.TANK, "red", lambda f: tank(f, relayer_allowed=False)),
    (VerdictName.TANK, "amber", lambda f: {"promised_gwei": 9 * 10**9}),
    (VerdictName.TANK, "red", lambda f: {"promised_gwei": 10**10}),
    (VerdictName.BUDGET, "amber", lambda f: spent_today(f, 85)),
    (VerdictName.BUDGET, "red", lambda f: spent_today(f, 96)),
    (
        VerdictName.BUDGET,
        "red",
        lambda f: {
            "settings": Settings(daily_budget_gwei=100),
            "charged": LedgerRow(day=int(f.now) // 86_400, charged_gwei=99),
        },
    ),
    (VerdictName.FEE_CAP, "amber", lambda f: base_fee(f, 40 * GWEI)),
    (VerdictName.FEE_CAP, "red", lambda f: base_fee(f, 51 * GWEI)),
    (VerdictName.QUEUE, "amber", lambda f: queued(f, 61)),
    (VerdictName.QUEUE, "red", lambda f: queued(f, 301)),
    (VerdictName.STUCK, "green", lambda f: waiting(f, 20)),
    (VerdictName.STUCK, "amber", lambda f: waiting(f, 70)),
    (VerdictName.STUCK, "red", lambda f: waiting(f, 200)),
    (VerdictName.FAILURES, "green", lambda f: {"failed": 9}),
    (VerdictName.FAILURES, "amber", lambda f: {"failed": 10, "confirmed": 100}),
    (VerdictName.FAILURES, "red", lambda f: {"failed": 50, "confirmed": 50}),
    (VerdictName.FORFEITS, "green", lambda f: {"forfeited": 9}),
    (VerdictName.FORFEITS, "amber", lambda f: {"forfeited": 30, "refunded": 70}),
    (VerdictName.FORFEITS, "red", lambda f: {"forfeited": 6, "refunded": 4}),
    (VerdictName.PAUSES, "amber", pause),
    (VerdictName.PAUSES, "amber", lambda f: {"breaker": BreakerState.HALF_OPEN}),
    (VerdictName.PAUSES, "red", lambda f: {"breaker": BreakerState.OPEN}),
    (VerdictName.WEBHOOKS, "amber", lambda f: {"webhooks_waiting": 100}),
    (VerdictName.WEBHOOKS, "red", lambda f: {"webhooks_waiting": 10_000}),
    (VerdictName.BOOKS, "amber", lambda f: checked(f, "books", age_s=1_000)),
    (VerdictName.BOOKS, "red", lambda f: checked(f, "books", faults=["1 wei is missing"])),
    (VerdictName.REORGANISATION, "red", lambda f: dropped(f, 60)),
    (VerdictName.REORGANISATION, "green", lambda f: dropped(f, 3_700)),
    (VerdictName.BACKUP, "amber", lambda f: checked(f, "backup", age_s=27 * HOUR_S)),
    (VerdictName.BACKUP, "red", lambda f: checked(f, "backup", age_s=73 * HOUR_S)),
    (VerdictName.VERSION, "red", lambda f: checked(f, "worker", version="0.0.1")),
]


def spent_today(facts: Facts, percent: int) -> dict[str, Any]:
    limit_wei = 10 * ETHER
    spent_wei = limit_wei * percent // 100
    day = int(facts.now) // 86_400
    return tank(facts, daily_limit_wei=limit_wei, spent_today_wei=spent_wei, day=day)


def test_where_all_is_well_every_verdict_is_green_and_offers_nothing(facts: Facts) -> None:
    verdicts = judge(facts)
    assert [verdict.name for verdict in verdicts] == list(JUDGES)
    assert {verdict.level for verdict in verdicts} == {VerdictLevel.GREEN}
    assert all(verdict.remedy.action is verdict.remedy.page is None for verdict in verdicts)


@pytest.mark.parametrize(("name", "level", "change"), CASES)
def test_a_verdict_has_the_level_of_its_facts(
    facts: Facts, name: VerdictName, level: str, change: Change
) -> None:
    found: Verdict = JUDGES[name](replace(facts, **change(facts)))
    assert (found.name, found.level.value) == (name, level), found.sentence
    assert found.sentence[0].isupper() or found.sentence[0].isdigit()
    assert found.sentence.endswith(".")


def test_every_verdict_is_seen_amber_or_red_by_a_case() -> None:
    assert {name for name, level, _ in CASES if level != "green"} == set(VerdictName)
    assert set(JUDGES) == set(TITLES) == set(VerdictName)


def test_before_any_worker_has_run_nothing_is_called_well(tmp_path: Path) -> None:
    house = House(tmp_path, doors_open=False)
    verdicts = {v.name: v for v in judge(gather(house.store, house.settings, 1_000.0))}
    assert verdicts[VerdictName.WORKER].level is VerdictLevel.RED
    unknown = {VerdictName.NODE, VerdictName.BOOKS, VerdictName.TANK, VerdictName.SIGNERS}
    assert {verdicts[name].level for name in unknown} == {VerdictLevel.AMBER}
    house.close()


def test_the_worst_comes_first(facts: Facts) -> None:
    changed = replace(facts, **pause(facts) | {"webhooks_waiting": 5_000})
    names = [verdict.name for verdict in judge(changed)[:2]]
    assert names == [VerdictName.WEBHOOKS, VerdictName.PAUSES]


def test_an_acknowledged_reorganisation_is_told_and_no_longer_red(facts: Facts) -> None:
    changed = replace(facts, **dropped(facts, 60))
    checks = {**facts.checks, "seen:reorganisation": Check({}, facts.now)}
    found = JUDGES[VerdictName.REORGANISATION](replace(changed, checks=checks))
    assert found.level is VerdictLevel.GREEN
    assert "blocks 4 to 5" in found.sentence


def test_pace_counts_losses_through_a_deposit_and_failures_by_their_reason(house: House) -> None:
    now, room = house.clock.now(), house.store.series
    for minutes, gwei in ((60, 1_000), (45, 900), (30, 5_000), (15, 4_800)):
        room.note({(Level.SPONSOR_GWEI, ""): gwei}, now - minutes * 60)
    spent = [Part(Series.GAS_WEI, "add", now - 600, 90 * GWEI)]
    ends = [Part(Series.ENDED, reason, now - 60, 2) for reason in ("nonce-used", "cancelled")]
    room.add([*spent, *ends], now)
    found = gather(house.store, house.settings, now)
    assert found.burn.tank_gwei_per_h in range(250, 301)
    assert found.burn.signers_gwei_per_h in range(75, 91)
    assert (found.failed, found.confirmed) == (2, 0)


def test_what_was_looked_into_is_counted_no_more(house: House) -> None:
    now = house.clock.now()
    lost = [Part(Series.SETTLED, "forfeited", now - 60, 12)]
    house.store.series.add([*lost, Part(Series.ENDED, "unfit", now - 60, 12)], now)
    before = {v.name: v.level for v in judge(gather(house.store, house.settings, now))}
    assert before[VerdictName.FORFEITS] is before[VerdictName.FAILURES] is VerdictLevel.RED
    for name in (VerdictName.FORFEITS, VerdictName.FAILURES):
        note_seen(house.store, name, now)
    after = {v.name: v.level for v in judge(gather(house.store, house.settings, now + 5))}
    assert after[VerdictName.FORFEITS] is after[VerdictName.FAILURES] is VerdictLevel.GREEN


def test_what_a_verdict_offers_is_an_action_with_fields_that_it_has(facts: Facts) -> None:
    for name, level, change in CASES:
        remedy = JUDGES[name](replace(facts, **change(facts))).remedy
        if remedy.action is not None:
            fields = {field.name for field in ACTIONS[remedy.action].fields}
            assert set(remedy.arguments) <= fields, (name, level)


def test_how_long_the_money_lasts_is_told_in_hours(facts: Facts) -> None:
    for gwei_per_h, words in ((10**9 // 5, "lasts 50 h (2 days) more"), (10**9, "lasts 10 h more")):
        facts = replace(facts, **tank(facts, available_wei=10**19), burn=Burn(gwei_per_h, 0))
        assert words in money_verdicts.runway(facts).sentence


def test_there_is_a_runbook_for_each_verdict_and_no_other() -> None:
    files = {file.name for file in RUNBOOKS.iterdir() if file.name.endswith(".md")}
    assert files == {"README.md", *(f"{name}.md" for name in VerdictName)}
    index = RUNBOOKS.joinpath("README.md").read_text("utf-8")
    assert all(f"[`{name}`]" in index or f"| `{name}` |" in index for name in VerdictName)


@pytest.mark.parametrize("name", list(VerdictName))
def test_a_runbook_says_what_it_means_how_to_look_and_what_to_do(name: VerdictName) -> None:
    text = RUNBOOKS.joinpath(f"{name}.md").read_text("utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    assert parts[1::2] == HEADINGS
    assert all(len(body.split()) >= 5 for body in parts[2::2])
    # What a page calls a setting or a command's flag exists.
    named = re.findall(r"`([a-z]+(?:_[a-z]+)+)`", text)
    assert [each for each in named if not hasattr(Settings, each)] == []
