"""What the dashboard's lists ask costs the same in front of a long history as of none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from relayer.store import Store
from relayer.store.exploring import BatchFilter, ContributionFilter, TransactionFilter
from relayer.store.orders import OrderFilter, OrderKind, OrderState
from relayer.store.webhooks import MessageStatus
from tests.databases import lay_database

CONTRIBUTIONS = {
    "all": (ContributionFilter(), None),
    "batch": (ContributionFilter(batch=1, status="failed"), "contributions_by_batch"),
    "player": (ContributionFilter(player="0x1", reason="unfit"), "contributions_by_player"),
    "reason": (ContributionFilter(reason="unfit", status="failed"), "contributions_by_reason"),
    "game": (ContributionFilter(game="a", trainer="0x1"), "contributions_by_game"),
    "status": (ContributionFilter(status="sent", trainer="0x1"), "contributions_by_status"),
    "trainer": (ContributionFilter(trainer="0x1", nonce=1), None),
    "outcome": (ContributionFilter(outcome="refunded"), "contributions_by_status"),
    "request": (ContributionFilter(request_id="r"), None),
}
TRANSACTIONS = {
    "all": (TransactionFilter(), None),
    "signer": (TransactionFilter(signer="0x1"), None),
    "nonce": (TransactionFilter(signer="0x1", nonce=1), "sqlite_autoindex_transactions_1"),
    "failed": (TransactionFilter(signer="0x1", status="failed"), "transactions_failed"),
    "sent": (TransactionFilter(kind="add", status="sent"), "transactions_unfinished"),
    "kind": (TransactionFilter(kind="settle", status="confirmed"), "transactions_by_kind"),
}
ORDERS = {
    "all": (OrderFilter(), None),
    "open": (OrderFilter(OrderState.BEGUN, OrderKind.DRAIN), "orders_open"),
    "ended": (OrderFilter(OrderState.REFUSED), None),
}
#: Everything else that a page asks.
OTHERS: dict[str, Callable[[Store], object]] = {
    "batches": lambda store: store.exploring.batches(BatchFilter(), None, 10),
    "batches of a trainer": lambda store: store.exploring.batches(
        BatchFilter("0x1", "sent"), None, 10
    ),
    "batches by status": lambda store: store.exploring.batches(BatchFilter(None, "sent"), None, 10),
    "latest players": lambda store: store.player_lists.latest(None, 10),
    "latest of players": lambda store: store.player_lists.latest_of(["0x1"]),
    "players by address": lambda store: store.player_lists.by_address("0x1", 10),
    "players with points": lambda store: store.player_lists.with_points(10),
    "banned": lambda store: store.player_lists.banned(None, 10, 1.0),
    "banned networks": lambda store: store.player_lists.banned_networks(10, 1.0),
    "busiest": lambda store: store.player_lists.busiest(10),
    "hash": lambda store: store.finding.by_hash("0x1"),
    "address": lambda store: store.finding.by_address("0x1"),
    "number": lambda store: store.finding.by_number(1),
    "name": lambda store: store.finding.by_name("wh_1"),
    "waiting": lambda store: store.webhook_lists.undelivered("a", MessageStatus.WAITING),
    "oldest waiting": lambda store: store.webhook_lists.oldest_waiting_at("a"),
    "messages": lambda store: store.webhook_lists.messages("a", None, None, 10),
    "dead messages": lambda store: store.webhook_lists.messages("a", MessageStatus.DEAD, None, 10),
    "messages about": lambda store: store.webhook_lists.about("0x1", 10),
    "due": lambda store: store.reward_stage.due((5, 1), 10),
    "without date": lambda store: store.reward_stage.without_date(0, 10),
    "open stakes": lambda store: store.reward_stage.open_stakes([1, 2]),
    "being settled": lambda store: store.reward_stage.being_settled([1, 2]),
    "calls": lambda store: store.reward_stage.calls(None, None, 10),
    "calls of a batch": lambda store: store.reward_stage.calls(1, None, 10),
    "spent": lambda store: store.reward_stage.spent([1]),
    "lane ends": lambda store: store.lane_views.ends("0x1"),
    "lane": lambda store: store.lane_views.nonces("0x1", 0, 10),
    "oldest order": lambda store: store.orders.oldest_open(),
    "taken": lambda store: store.lane_views.taken_elsewhere("0x1", 10),
}
#: Indexes in which a filter leaves so few rows that they may be sorted.
OF_A_FEW = {"contributions_by_batch", "transactions_unfinished", "sqlite_autoindex_transactions_1"}
#: Tables that do not grow with what was accepted.
SMALL = {"CONSTANT", "json_each", "wanted", "s", "signers", "webhooks", "bans"}


@pytest.fixture(scope="module", name="store")
def one_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all: nothing is written to it."""
    store = Store(lay_database(tmp_path_factory.mktemp("plans") / "relayer.db"))
    yield store
    store.close()


def plans_of(store: Store, deed: Callable[[Store], object]) -> dict[str, list[str]]:
    """The steps of every statement that a deed makes, by statement."""
    asked: list[str] = []
    with store.transaction() as connection:
        connection.set_trace_callback(asked.append)
        deed(store)
        connection.set_trace_callback(None)
        plans = {
            query: [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")]
            for query in asked
            if "SELECT" in query
        }
    assert plans
    return plans


def reads_much(query: str, step: str) -> bool:
    """Whether a step goes through a table that grows for ever, without a limit of its rows."""
    scan = re.match(r"SCAN (\w+)", step)
    if scan is None or scan[1] in SMALL or "LIMIT" in query:
        return scan is None and "AUTOMATIC" in step
    return True


def assert_light(plans: dict[str, list[str]]) -> None:
    heavy = {q: s for q, s in plans.items() if any(reads_much(q, step) for step in s)}
    assert heavy == {}


def assert_walked(plans: dict[str, list[str]], table: str, index: str | None) -> None:
    """The walk goes along the index, or the table's own order, and sorts nothing but a few."""
    assert_light(plans)
    [steps] = [steps for query, steps in plans.items() if " INDEXED" in query]
    along = "USING INTEGER PRIMARY KEY" if index is None else f"INDEX {index}"
    assert any(table in step and along in step for step in steps), steps
    assert index in OF_A_FEW or not any("TEMP B-TREE" in step for step in steps), steps


@pytest.mark.parametrize("name", list(CONTRIBUTIONS))
def test_contributions_are_walked_along_their_narrowest_filter(store: Store, name: str) -> None:
    wanted, index = CONTRIBUTIONS[name]
    plans = plans_of(store, lambda store: store.exploring.contributions(wanted, 9, 10))
    assert_walked(plans, "contributions", index)


@pytest.mark.parametrize("name", list(TRANSACTIONS))
def test_transactions_are_walked_along_their_narrowest_filter(store: Store, name: str) -> None:
    wanted, index = TRANSACTIONS[name]
    plans = plans_of(store, lambda store: store.exploring.transactions(wanted, 9, 10))
    assert_walked(plans, "transactions", index)


@pytest.mark.parametrize("name", list(ORDERS))
def test_orders_are_walked_along_those_that_are_open_or_the_table(store: Store, name: str) -> None:
    wanted, index = ORDERS[name]
    plans = plans_of(store, lambda store: store.orders.page(wanted, 9, 10))
    assert_walked(plans, "orders", index)


@pytest.mark.parametrize("name", list(OTHERS))
def test_no_question_of_a_page_reads_the_whole_history(store: Store, name: str) -> None:
    plans = plans_of(store, OTHERS[name])
    assert_light(plans)
    sorts = [step for steps in plans.values() for step in steps if "FOR ORDER BY" in step]
    assert name == "busiest" or sorts == [], "it is read in order"


def test_accepting_writes_to_no_index_of_the_lists(store: Store) -> None:
    """A row that was only just accepted belongs into none of them."""
    with store.transaction() as connection:
        made = connection.execute(
            "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT NULL"
        ).fetchall()
    ours = [row for row in made if row["name"] == "contributions_by_reason"]
    assert [row["sql"].partition(" WHERE ")[2] for row in ours] == ["reason IS NOT NULL"]


@pytest.mark.parametrize(
    "step", ["SCAN contributions", "SCAN t USING INDEX transactions_by_kind", "SCAN batches"]
)
def test_a_question_that_reads_the_whole_history_is_noticed(step: str) -> None:
    assert reads_much("SELECT 1 FROM contributions", step)
