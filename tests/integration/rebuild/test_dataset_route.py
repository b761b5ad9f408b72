"""The route hands out, page by page, the very bytes that the command exports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from werkzeug.test import TestResponse

from relayer.chain.answers import Log
from relayer.chain.node import Node
from relayer.cli import main
from relayer.client import InProcessAdapter, RelayerClient, RelayerClientError
from relayer.clock import ManualClock
from relayer.ops.pages import trainers
from relayer.store.chain_state import HeadSnapshot
from relayer.store.ops_users import Role
from tests.browser_of_operator import logged_in
from tests.house import STRANGER, House, assert_problem
from tests.integration.rebuild.scene import GROWS_LABELS, Scene

BAYES = "naive-bayes"


@pytest.fixture
def house(scene: Scene, tmp_path: Path) -> Iterator[House]:
    """A service of the scene's trainers; blocks are final at once."""
    house = House(
        tmp_path,
        deployment=scene.chain.deployment_path,
        rpc_url=scene.chain.url,
        confirmations=0,
    )
    see_head(house, scene)
    yield house
    house.close()


def see_head(house: House, scene: Scene) -> None:
    """Write down the newest block, as the worker does."""
    head = scene.chain.node.head()
    seen = HeadSnapshot(31337, head.number, head.hash, head.timestamp, head.base_fee_wei)
    with house.store.transaction():
        house.store.chain_state.write_head(seen, house.clock.now())


def get(house: House, address: str, query: str = "") -> TestResponse:
    return house.http.get(f"/v1/datasets/{address}{query}")


def all_pages(house: House, address: str, query: str) -> list[TestResponse]:
    """Follow the links to the end."""
    pages = [get(house, address, query)]
    while "Link" in pages[-1].headers:
        url = pages[-1].headers["Link"].removeprefix("<").removesuffix('>; rel="next"')
        pages.append(house.http.get(url))
    assert all(page.status_code == 200 for page in pages)
    return pages


def exported(scene: Scene, kind: str, block: str) -> bytes:
    """What the command exports as of a block."""
    arguments = ["--trainer", scene.trainer(kind).address, "--rpc-url", scene.chain.url]
    arguments += ["--deployment", str(scene.chain.deployment_path), "--block", block, "--quiet"]
    result = CliRunner().invoke(main, ["export-dataset", *arguments, "--out", "-"])
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


def test_the_client_reads_all_pages(
    scene: Scene, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relayer.api.datasets.DEFAULT_LINES", 1)
    session = requests.Session()
    session.mount("http://house.invalid", InProcessAdapter(house.app))
    client = RelayerClient("http://house.invalid", session=session)
    lines = list(client.dataset(scene.trainer(BAYES).address))
    block = str(scene.chain.node.head().number)
    whole = exported(scene, BAYES, block).splitlines()
    assert len(whole) > 1
    assert lines == [json.loads(line) for line in whole]
    with pytest.raises(RelayerClientError, match="Name one of"):
        client.dataset(STRANGER)


@pytest.mark.parametrize("kind", [BAYES, *GROWS_LABELS])
@pytest.mark.parametrize("limit", [1, 3, 5_000])
def test_pages_are_the_exported_file(scene: Scene, house: House, kind: str, limit: int) -> None:
    pages = all_pages(house, scene.trainer(kind).address, f"?limit={limit}")
    (block,) = {page.headers["Dataset-Block"] for page in pages}
    assert int(block) == scene.chain.node.head().number
    assert b"".join(page.data for page in pages) == exported(scene, kind, block)
    assert all(page.mimetype == "application/x-ndjson" for page in pages)
    assert len(pages) > 1 or limit == 5_000


def test_pages_stay_as_of_one_block_while_the_chain_goes_on(scene: Scene, house: House) -> None:
    address = scene.trainer(BAYES).address
    first = get(house, address, "?limit=1")
    block = first.headers["Dataset-Block"]
    scene.settle(BAYES, 2)
    scene.add_batch(BAYES, (0, (1, 2)))
    see_head(house, scene)
    assert int(get(house, address).headers["Dataset-Block"]) > int(block)

    url = first.headers["Link"].removeprefix("<").removesuffix('>; rel="next"')
    rest = all_pages(house, address, "?" + url.partition("?")[2])

    assert b"".join(page.data for page in (first, *rest)) == exported(scene, BAYES, block)


def test_an_unchanged_page_is_not_sent_again(scene: Scene, house: House) -> None:
    address = scene.trainer(BAYES).address
    first = get(house, address)
    again = house.http.get(
        f"/v1/datasets/{address}", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    scene.settle(BAYES, 2)
    see_head(house, scene)
    assert get(house, address).headers["ETag"] != first.headers["ETag"]


def test_a_replaced_block_is_replaced_in_the_dataset(scene: Scene, house: House) -> None:
    address = scene.trainer(BAYES).address
    snapshot = scene.chain.node.request("evm_snapshot", [])
    scene.add_batch(BAYES, (0, (30, 31)), (1, (32,)))
    see_head(house, scene)
    assert len(get(house, address).data.splitlines()) == 14
    scene.chain.node.request("evm_revert", [snapshot])
    scene.chain.node.request("evm_increaseTime", ["0x7"])
    scene.add_batch(BAYES, (2, (40, 41)))
    scene.chain.mine()
    see_head(house, scene)

    page = get(house, address)

    block = page.headers["Dataset-Block"]
    assert page.data == exported(scene, BAYES, block)
    assert len(page.data.splitlines()) == 13


def test_a_silent_node_leaves_what_was_read_before(scene: Scene, tmp_path: Path) -> None:
    fields = {"deployment": scene.chain.deployment_path, "confirmations": 0}
    seeing = House(tmp_path, rpc_url=scene.chain.url, **fields)
    see_head(seeing, scene)
    address = scene.trainer(BAYES).address
    read = get(seeing, address)
    seeing.close()
    deaf = House(tmp_path, rpc_url="http://127.0.0.1:1", **fields)
    with deaf.store.transaction():
        head = HeadSnapshot(31337, 10**6, "0x", 0, 0)
        deaf.store.chain_state.write_head(head, deaf.clock.now())
    assert isinstance(deaf.clock, ManualClock)
    assert get(deaf, address).data == read.data
    deaf.close()


def test_events_that_a_node_withheld_are_asked_for_again(
    scene: Scene, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = scene.trainer(BAYES).address
    true_logs = Node.logs

    def logs(node: Node, *arguments: Any) -> list[Log]:
        return [log for log in true_logs(node, *arguments) if log.topics[1:] != (second_batch,)]

    second_batch = (2).to_bytes(32, "big")
    monkeypatch.setattr(Node, "logs", logs)
    assert_problem(get(house, address), 503, "chain-unavailable")
    monkeypatch.undo()

    page = get(house, address)

    assert page.data == exported(scene, BAYES, page.headers["Dataset-Block"])


def test_before_anything_was_read_the_chain_is_unavailable(scene: Scene, tmp_path: Path) -> None:
    path = scene.chain.deployment_path
    house = House(tmp_path, rpc_url="http://127.0.0.1:1", deployment=path)
    response = get(house, scene.trainer(BAYES).address)
    assert_problem(response, 503, "chain-unavailable")
    house.close()


def test_what_is_no_place_or_no_trainer_is_refused(scene: Scene, house: House) -> None:
    address = scene.trainer(BAYES).address
    assert_problem(get(house, STRANGER), 404, "not-found")
    assert_problem(get(house, address, "?limit=0"), 422, "schema-violation")
    assert_problem(get(house, address, "?limit=many"), 422, "schema-violation")
    for cursor in ("what", "YmxvY2s6eA==", "%00"):
        assert_problem(get(house, address, f"?cursor={cursor}"), 422, "schema-violation")


def test_the_dashboard_hands_out_the_exported_file_in_one_piece(
    scene: Scene, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainers, "CHUNK", 1)
    browser = logged_in(house, Role.VIEWER)
    answer = browser.get(f"/trainers/{scene.trainer(BAYES).address}/dataset.jsonl")
    block = str(scene.chain.node.head().number)
    assert answer.status_code == 200
    assert f"dataset-{block}.jsonl" in answer.headers["Content-Disposition"]
    assert answer.data == exported(scene, BAYES, block)
    assert browser.get(f"/trainers/{STRANGER}/dataset.jsonl").status_code == 404
