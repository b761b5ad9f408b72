"""A responder is killed at every contact with the world; the next one finishes the job, once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from relayer.errors import StoreError
from relayer.keys import Signer
from relayer.oracle import Question, Responder
from relayer.oracle.contract import as_bytes
from tests.integration.oracle.conftest import MakeService
from tests.kill import Fuse, FusedClock, FusedNode, FusedSigner, Killed
from tests.oracle_panel import FEE_WEI, RESPONDER_KEYS, Panel
from tests.topic_service import WEATHER

ME = Signer(RESPONDER_KEYS[0]).address


class Fickle:
    """A service that never says the same twice: what a second question would do is seen."""

    def __init__(self, first: int) -> None:
        self.label = first - 1

    def classify(self, question: Question) -> int:
        """Another label each time."""
        self.label += 1
        return self.label % question.label_count


def fused(panel: Panel, name: str, fuse: Fuse) -> Responder:
    return panel.join(
        0,
        Fickle(1),
        name=name,
        clock=FusedClock(fuse),
        node=FusedNode(panel.chain.url, fuse),
        signer=FusedSigner(RESPONDER_KEYS[0], fuse),
    )


def contacts_of_a_whole_life(panel: Panel, others: list[Any]) -> list[str]:
    """The contacts of an undisturbed responder from the request to its money."""
    snapshot = panel.chain.node.request("evm_snapshot", [])
    me = fused(panel, "undisturbed", fuse := Fuse())
    join_others(panel, others, "undisturbed")
    live(panel)
    for responder in list(panel.responders):
        panel.leave(responder)
    panel.chain.node.request("evm_revert", [snapshot])
    assert me.signer.address == ME
    return fuse.contacts


def join_others(panel: Panel, others: list[Any], name: str) -> None:
    for number, service in enumerate(others, start=1):
        panel.join(number, service, name=f"{name}-{number}")


def live(panel: Panel) -> None:
    request_id = panel.ask(WEATHER)
    run_to_the_end(panel, request_id)


def run_to_the_end(panel: Panel, request_id: str) -> None:
    panel.run_until(panel.is_settled(request_id))
    panel.run_until(lambda: panel.claimable_wei(0) == 0)


def assert_said_once(panel: Panel, request_id: str) -> None:
    committed = [e for e in panel.events("Committed") if e["responder"] == ME]
    revealed = [e for e in panel.events("Revealed") if e["responder"] == ME]
    assert [e["id"] for e in committed] == [as_bytes(request_id)]
    assert [e["id"] for e in revealed] == [as_bytes(request_id)]
    claimed = [e["amountWei"] for e in panel.events("Claimed") if e["account"] == ME]
    assert sum(claimed) == panel.events("Settled")[0]["shareWei"] > 0


def assert_nonces_are_whole(panel: Panel, responder: Responder) -> None:
    with responder.store.transaction() as connection:
        rows = connection.execute("SELECT nonce FROM transactions ORDER BY nonce").fetchall()
    assert [row["nonce"] for row in rows] == list(range(len(rows)))
    assert panel.chain.node.transaction_count(ME) == len(rows)
    failed = "SELECT count(*) AS count FROM transactions WHERE succeeded = 0"
    with responder.store.transaction() as connection:
        assert connection.execute(failed).fetchone()["count"] == 0


def test_killed_anywhere_a_responder_answers_once_and_is_paid(
    panel: Panel, serve: MakeService
) -> None:
    others = [serve(), serve()]
    contacts = contacts_of_a_whole_life(panel, others)
    assert contacts.count("before eth_sendRawTransaction") >= 3
    # Every contact around signing and sending, and a spread of the others.
    points = [
        number
        for number, name in enumerate(contacts, start=1)
        if "sign" in name or "send" in name or number % 40 == 0
    ]
    for point in points:
        kill_at(panel, others, point)


def kill_at(panel: Panel, others: list[Any], point: int) -> None:
    snapshot = panel.chain.node.request("evm_snapshot", [])
    first = fused(panel, f"killed-{point}", Fuse(point))
    join_others(panel, others, f"killed-{point}")
    request_id = panel.ask(WEATHER)
    with pytest.raises(Killed):
        run_to_the_end(panel, request_id)
    panel.leave(first)
    # Asked again, this service would say another label than the one that is committed to.
    second = panel.join(0, Fickle(1), name=f"killed-{point}")
    run_to_the_end(panel, request_id)
    assert_said_once(panel, request_id)
    assert panel.said(request_id)[ME] == 1
    assert_nonces_are_whole(panel, second)
    for responder in list(panel.responders):
        panel.leave(responder)
    panel.chain.node.request("evm_revert", [snapshot])


def test_a_lost_database_loses_no_answer(panel: Panel, serve: MakeService) -> None:
    others = [serve(), serve()]
    first = panel.join(0, Fickle(1), name="lost")
    request_id = panel.ask(WEATHER)
    panel.run_until(lambda: len(panel.events("Committed")) == 1)
    panel.leave(first)
    join_others(panel, others, "other")
    panel.run_until(lambda: len(panel.events("Committed")) == 3)
    # Another label of the service must not matter: the commitment on chain counts.
    panel.join(0, Fickle(2), name="found")
    run_to_the_end(panel, request_id)
    assert_said_once(panel, request_id)
    assert panel.said(request_id)[ME] == 1


def test_a_lost_database_loses_no_money(panel: Panel, serve: MakeService) -> None:
    me = panel.join(0, serve(), name="lost")
    join_others(panel, [serve(), serve()], "other")
    request_id = panel.ask(WEATHER)
    panel.run_until(lambda: len(panel.events("Revealed")) == 3)
    for responder in list(panel.responders):
        panel.leave(responder)
    panel.join(0, serve(), name="found")
    run_to_the_end(panel, request_id)
    assert [e["amountWei"] for e in panel.events("Claimed")] == [FEE_WEI // 3]
    assert me.signer.address == ME


def test_a_transaction_in_flight_is_not_sent_again(panel: Panel, serve: MakeService) -> None:
    me = panel.join(0, serve())
    panel.ask(WEATHER)
    panel.chain.mine(2)
    panel.turn()
    panel.chain.stop_mining()
    for _ in range(4):
        panel.turn()
    panel.leave(me)
    panel.join(0, serve())
    for _ in range(4):
        panel.turn()
    panel.chain.go_on_mining()
    panel.chain.mine()
    panel.run_until(lambda: len(panel.events("Committed")) == 1)
    assert panel.chain.node.transaction_count(ME) == 1


def test_a_commitment_that_a_reorganisation_drops_is_made_again(
    panel: Panel, serve: MakeService
) -> None:
    panel.join(0, serve(), resend_after_s=0.1)
    panel.ask(WEATHER)
    panel.chain.mine(2)
    panel.turn()
    before = panel.chain.node.request("evm_snapshot", [])
    panel.run_until(lambda: len(panel.events("Committed")) == 1)
    panel.chain.node.request("evm_revert", [before])
    assert panel.events("Committed") == []
    panel.run_until(lambda: len(panel.events("Committed")) == 1)
    assert panel.chain.node.transaction_count(ME) == 1


def test_two_processes_never_serve_one_database(panel: Panel, serve: MakeService) -> None:
    first, second = panel.join(0, serve(), name="one"), panel.join(0, serve(), name="one")
    stop = threading.Event()
    running = threading.Thread(target=first.run, args=(stop,))
    running.start()
    try:
        panel.run_until(
            lambda: first.store.oracle_requests.scanned_until(first.oracle.address) is not None
        )
        with pytest.raises(StoreError, match="serves this database already"):
            second.run(stop)
    finally:
        stop.set()
        running.join(10)
