"""What monitoring is told, and who is told it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.datastructures import Headers

from relayer.metrics.access import may_read
from relayer.metrics.catalogue import METRICS
from relayer.metrics.tallies import REFUSALS_INTERVAL_S, LostLineTally
from relayer.settings import Secret, Settings
from relayer.store import Store
from relayer.store.chain_state import SignerSnapshot
from relayer.store.switches import Switch
from tests.house import ETHER, House, assert_problem

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "metrics.md"
LOOPBACK = "127.0.0.1"
LOCAL = {"Host": "127.0.0.1:8080"}
SIGNER = "0x1563915e194D8CfBA1943570603F7606A3115508"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(tmp_path)
    yield built
    built.close()


def scraped(house: House) -> dict[str, dict[tuple[str, ...], float]]:
    response = house.http.get("/metrics")
    assert response.status_code == 200
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(response.get_data(as_text=True)):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


def test_the_reference_lists_every_metric_as_it_is_and_no_other() -> None:
    rows = re.findall(
        r"^\| `(relayer_\w+)` \| (\w+) \| (.*?) \| (.+) \|$", REFERENCE.read_text(), re.MULTILINE
    )
    assert rows == [
        (
            metric.name,
            metric.kind.value,
            ", ".join(f"`{label}`" for label in metric.labels),
            f"{metric.text[0].upper()}{metric.text[1:]}",
        )
        for metric in METRICS
    ]


def test_the_answer_declares_every_metric_with_its_type_and_labels(house: House) -> None:
    house.send(house.contribution(1))
    house.store.chain_state.write_signers([SignerSnapshot(SIGNER, 7, ETHER, allowed=True)], 0.0)
    text = house.http.get("/metrics").get_data(as_text=True)
    declared = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE))
    assert declared == {metric.name: metric.kind.value for metric in METRICS}
    labels = {metric.name: set(metric.labels) for metric in METRICS}
    samples = [s for f in text_string_to_metric_families(text) for s in f.samples]
    assert samples
    assert all(set(sample.labels) == labels[sample.name] for sample in samples)


def test_what_was_accepted_and_waits_is_told(house: House) -> None:
    house.send(*(house.contribution(player) for player in (1, 2, 3)))
    house.clock.advance(20)
    values = scraped(house)
    assert values["relayer_accepted_total"]["contribution",] == 3
    assert values["relayer_queue_depth"]["contribution",] == 3
    assert values["relayer_queue_oldest_age_seconds"]["contribution",] == 20
    assert values["relayer_queue_oldest_age_seconds"]["withdrawal",] == 0
    assert values["relayer_contributions"]["queued",] == 3
    assert values["relayer_worker_heartbeat_age_seconds"][()] == 20
    left_gwei = 10 * 10**9 - house.store.contributions.reserved_gwei()
    assert values["relayer_budget_left_gwei"][()] == left_gwei


def test_every_refused_element_counts_under_its_code(house: House) -> None:
    late = house.contribution(1, deadline=int(house.clock.now()) - 5)
    stranger = house.contribution(2) | {"signature": "0x" + "11" * 64}
    house.send(late, stranger, house.contribution(3))
    house.http.get("/v1/contributions/0x12")
    values = scraped(house)["relayer_refused_total"]
    assert values["deadline-passed",] == 1
    assert values["bad-signature",] == 1
    assert sum(values.values()) == 3


def test_a_flood_of_refusals_is_written_once_in_a_while(house: House) -> None:
    def written() -> int:
        return sum(v for key, v in house.store.tallies.read().items() if key[0] == "refusals")

    house.http.get("/v1/nothing")
    assert written() == 1
    for _ in range(5):
        house.http.get("/v1/nothing")
    assert written() == 1
    house.clock.advance(REFUSALS_INTERVAL_S)
    house.http.get("/v1/nothing")
    assert written() == 7


def test_refusals_that_cannot_be_written_are_kept_and_the_answer_does_not_suffer(
    house: House,
) -> None:
    with house.store.transaction() as connection:
        connection.execute("ALTER TABLE tallies RENAME TO away")
    assert_problem(house.http.get("/v1/nothing"), 404, "not-found")
    with house.store.transaction() as connection:
        connection.execute("ALTER TABLE away RENAME TO tallies")
    assert scraped(house)["relayer_refused_total"]["not-found",] == 1


def test_lines_about_requests_that_were_lost_are_told(house: House) -> None:
    tally, other = LostLineTally(house.store), Store(house.store.path)
    assert tally.count(3)
    with other.transaction():
        assert not tally.count(4), "somebody writes, and counting waits for nobody"
    assert tally.count(4)
    other.close()
    assert scraped(house)["relayer_access_lines_lost_total"] == {(): 7}


def test_counting_in_passing_leaves_the_connection_as_patient_as_it_was(house: House) -> None:
    with house.store.snapshot() as connection:
        pass
    connection.execute("PRAGMA busy_timeout = 1234")
    house.store.tallies.add_in_passing({("x", "", ""): 1})
    assert connection.execute("PRAGMA busy_timeout").fetchone()[0] == 1234


def test_pauses_and_the_breaker_are_told(house: House) -> None:
    house.store.switches.pause(Switch.SENDING, "night", house.clock.now())
    values = scraped(house)
    assert values["relayer_paused"] == {("intake",): 0, ("sending",): 1}
    assert values["relayer_breaker_state"] == {("closed",): 1, ("open",): 0, ("half-open",): 0}


def test_what_is_not_known_is_missing(tmp_path: Path) -> None:
    house = House(tmp_path, doors_open=False)
    values = scraped(house)
    for name in ("relayer_tank_available_wei", "relayer_worker_heartbeat_age_seconds"):
        assert name not in values
    house.close()


def test_a_store_that_cannot_be_read_is_said(house: House) -> None:
    with house.store.transaction() as connection:
        connection.execute("DROP TABLE totals")
    assert house.http.get("/metrics").status_code in (500, 503)


def test_fees_of_more_wei_than_an_integer_of_the_database_holds_add_up(house: House) -> None:
    fees_wei = [5 * 10**21 + 999_999_999, 7 * 10**21 + 2, 999_999_999]
    with house.store.transaction() as connection:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        for number, fee_wei in enumerate(fees_wei, 1):
            connection.execute(
                "INSERT INTO transactions (id, kind, signer, nonce, to_address, data, gas_limit, "
                "created_at) VALUES (?1, 'add', 'me', ?1, 'x', x'', 1, 0)",
                (number,),
            )
            connection.execute(
                "INSERT INTO batches (id, transaction_id, trainer, item_count) "
                "VALUES (?1, ?1, 'x', 1)",
                (number,),
            )
            connection.execute(
                "INSERT INTO settlements (id, batch_id, transaction_id, mask) "
                "VALUES (?1, ?1, ?1, '01')",
                (number,),
            )
            connection.execute(
                "UPDATE settlements SET fees_wei = ? WHERE id = ?", (str(fee_wei), number)
            )
    assert scraped(house)["relayer_fees_credited_wei"][()] == float(sum(fees_wei))
    with house.store.transaction() as connection:
        connection.execute("UPDATE settlements SET fees_wei = NULL")
    assert scraped(house)["relayer_fees_credited_wei"][()] == 0


def test_the_machine_of_the_relayer_itself_may_ask() -> None:
    assert may_read(Settings(), LOOPBACK, Headers(LOCAL))
    assert may_read(Settings(), "::1", Headers({"Host": "localhost:8080"}))


@pytest.mark.parametrize(
    ("settings", "peer", "headers"),
    [
        (Settings(), "203.0.113.9", LOCAL),
        (Settings(), None, LOCAL),
        (Settings(), LOOPBACK, LOCAL | {"X-Forwarded-For": "127.0.0.1"}),
        (Settings(), LOOPBACK, LOCAL | {"Forwarded": "for=127.0.0.1"}),
        (Settings(), LOOPBACK, {"Host": "rebound.example:8080"}),
        (Settings(), LOOPBACK, {}),
        (Settings(host="192.0.2.1"), LOOPBACK, LOCAL),
        (Settings(public_url="https://play.example"), LOOPBACK, LOCAL),
        (Settings(trusted_proxies=("127.0.0.1",)), LOOPBACK, LOCAL),
        (Settings(metrics_token=Secret("")), LOOPBACK, LOCAL | {"Authorization": "Bearer "}),
        (Settings(metrics_token=Secret("right")), LOOPBACK, LOCAL),
        (Settings(metrics_token=Secret("right")), LOOPBACK, {"Authorization": "Bearer wrong"}),
        (Settings(metrics_token=Secret("right")), LOOPBACK, {"Authorization": "Basic right"}),
    ],
)
def test_strangers_are_told_nothing(
    settings: Settings, peer: str | None, headers: dict[str, str]
) -> None:
    assert not may_read(settings, peer, Headers(headers))


def test_whoever_has_the_token_is_told_from_anywhere(tmp_path: Path) -> None:
    house = House(tmp_path, host="192.0.2.1", metrics_token=Secret("right"))
    problem = house.http.get("/metrics")
    assert_problem(problem, 401, "metrics-closed")
    assert "right" not in problem.get_data(as_text=True)
    response = house.http.get("/metrics", headers={"Authorization": "Bearer right"})
    assert response.status_code == 200
    house.close()
