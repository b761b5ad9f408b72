"""What a responder refuses to begin with, and what it gets over."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from relayer.chain.errors import NodeError
from relayer.cli import main
from relayer.errors import DeploymentError, SettingsError
from relayer.keys import Signer, store_key
from tests.hooked_node import HookedNode, unreachable
from tests.integration.oracle.conftest import MakeService
from tests.oracle_panel import RESPONDER_KEYS, Panel


def test_an_address_without_an_oracle_is_refused(panel: Panel, serve: MakeService) -> None:
    nothing = panel.join(0, serve(), oracle_address="0x" + "42" * 20)
    with pytest.raises(DeploymentError, match="no contract lives at"):
        nothing.start()


def test_another_kind_of_model_is_refused(panel: Panel, serve: MakeService) -> None:
    model = panel.chain.trainer.classifier
    other = panel.join(0, serve(), oracle_address=model.address)
    with pytest.raises(DeploymentError, match="is a naive-bayes, no oracle"):
        other.start()


def test_another_chain_is_refused(panel: Panel, serve: MakeService) -> None:
    responder = panel.join(0, serve())
    responder.place = replace(responder.place, chain_id=5)
    with pytest.raises(SettingsError, match="serves chain 31337"):
        responder.start()


def test_a_node_that_is_away_at_the_start_is_waited_for(panel: Panel, serve: MakeService) -> None:
    node = HookedNode(panel.chain.url)
    responder = panel.join(0, serve(), node=node, poll_interval_s=0.01)
    node.before["eth_chainId"] = unreachable
    stop = threading.Event()
    running = threading.Thread(target=responder.run, args=(stop,))
    running.start()
    try:
        node.plug_in()
        room, address = responder.store.oracle_requests, responder.oracle.address
        panel.run_until(lambda: room.scanned_until(address) is not None)
    finally:
        stop.set()
        running.join(10)
    assert not running.is_alive()


def test_errors_of_the_node_decide_nothing(panel: Panel, serve: MakeService) -> None:
    node = HookedNode(panel.chain.url)
    panel.join(0, serve(), node=node)
    request_id = panel.ask()
    panel.run_until(panel.stands(0, request_id, "open"))
    for method in ("eth_call", "eth_getBlockByNumber", "eth_getTransactionCount"):
        node.before[method] = unreachable
        with suppress(NodeError):
            panel.responders[0].poll()
        node.plug_in()
    assert panel.row(0, request_id).status == "open"
    panel.run_until(lambda: len(panel.events("Committed")) == 1)


def test_the_command_names_what_is_missing(panel: Panel, tmp_path: Path) -> None:
    arguments = ["oracle", "respond", "--deployment", str(panel.chain.deployment_path)]
    answer = CliRunner().invoke(main, arguments)
    assert answer.exit_code == 1
    assert "set oracle_service_url" in answer.output
    url = ["--oracle-service-url", "http://127.0.0.1:9/"]
    answer = CliRunner().invoke(main, [*arguments, *url])
    assert answer.exit_code == 1
    assert "set oracle_keystore" in answer.output


def test_the_command_opens_the_responder_of_the_settings(panel: Panel, tmp_path: Path) -> None:
    keystore = tmp_path / "responder.json"
    signer = store_key(keystore, RESPONDER_KEYS[0], "secret")
    answer = CliRunner().invoke(
        main,
        [
            *("oracle", "respond", "--rpc-url", panel.chain.url),
            *("--deployment", str(no_oracle(panel, tmp_path))),
            *("--oracle-database", str(tmp_path / "oracle.db")),
            *("--oracle-keystore", str(keystore)),
            *("--oracle-service-url", "http://127.0.0.1:9/"),
        ],
        env={"RELAYER_ORACLE_PASSWORD": "secret"},
    )
    assert answer.exit_code == 1
    assert f"as {signer.address}" in answer.output
    assert f"no contract lives at {signer.address}" in answer.output


def no_oracle(panel: Panel, folder: Path) -> Path:
    """A deployment file with an account in the oracle's place, so that the command ends."""
    content = json.loads(panel.chain.deployment_path.read_text("utf-8"))
    content["oracles"][0]["address"] = Signer(RESPONDER_KEYS[0]).address
    path = folder / "other.json"
    path.write_text(json.dumps(content), "utf-8")
    return path
