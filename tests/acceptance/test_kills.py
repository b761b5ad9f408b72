"""`kill -9` of the web and of the worker at the worst moments; afterwards all is done, once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import requests

from relayer.chain.eip712 import Contribution
from tests.acceptance.conftest import Site, as_json, make_signed, open_site
from tests.acceptance.processes import wait_for
from tests.acceptance.rpc_gate import Hold

SEND = "eth_sendRawTransaction"
#: Contributions that are submitted before the worker stands at the gate.
BEFORE_THE_BATCH = 20


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all kills."""
    with open_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.mark.parametrize("hold", list(Hold))
def test_worker_killed_between_storing_and_broadcasting_a_batch(site: Site, hold: Hold) -> None:
    site.open()
    since = site.node.head().number
    site.gate.arm(SEND, hold)
    ids = site.post(make_signed(site, 9))
    site.gate.wait_until_held()
    site.kill_worker()
    site.gate.disarm()
    assert set(site.statuses(ids)) <= {"queued", "sent"}
    site.start_worker()
    site.wait_until(ids, "settled")
    site.assert_on_chain_exactly_once(ids, since)


def test_worker_killed_between_storing_and_broadcasting_a_settlement(site: Site) -> None:
    site.open()
    since = site.node.head().number
    ids = site.post(make_signed(site, 9))
    site.wait_until(ids, "confirmed")
    site.gate.arm(SEND, Hold.BEFORE)
    site.gate.wait_until_held()
    site.kill_worker()
    site.gate.disarm()
    site.start_worker()
    site.wait_until(ids, "settled")
    site.assert_on_chain_exactly_once(ids, since)


def test_web_and_worker_killed_together_while_players_submit(site: Site) -> None:
    site.open()
    since = site.node.head().number
    signed = make_signed(site, 400)
    accepted: list[str] = []
    submitting = threading.Thread(target=submit_until_broken, args=(site, signed, accepted))
    site.gate.arm(SEND, Hold.BEFORE)
    submitting.start()
    site.gate.wait_until_held()
    wait_for(lambda: len(accepted) >= BEFORE_THE_BATCH + 20, "more are accepted meanwhile")
    site.kill_web()
    site.kill_worker()
    submitting.join(60)
    site.gate.disarm()
    assert len(accepted) < len(signed), "the kill came while players were still submitting"
    site.open()
    assert set(site.statuses(accepted)) <= {"queued", "sent", "mined", "confirmed", "settled"}
    # each client submits again what it got no answer for, and to be sure what it did
    ids = site.post(signed[: len(accepted) + 20])
    assert set(accepted) <= set(ids)
    site.wait_until(ids, "settled")
    site.assert_on_chain_exactly_once(ids, since)
    assert site.stop_worker() == 0, "a stopped worker ends after its step"


def submit_until_broken(
    site: Site, signed: list[tuple[Contribution, bytes]], accepted: list[str]
) -> None:
    """Submit one after the other, most of them while a batch is held, until the service is gone."""
    for number, (message, signature) in enumerate(signed):
        if number == BEFORE_THE_BATCH:
            site.gate.wait_until_held()
        try:
            answer = requests.post(
                f"{site.url}/v1/contributions", json=as_json(message, signature), timeout=10
            )
        except requests.RequestException:
            return
        if answer.ok:
            accepted.append(answer.json()["id"])
