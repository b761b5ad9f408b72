"""From an empty folder to a house in which nothing is red; and each illness found by its name."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from eth_utils.address import to_checksum_address

from relayer.chain.contracts import bind
from relayer.checkup.findings import Colour
from relayer.checkup.machine import FULL_BYTES, check_disk, check_exposure
from relayer.cli import main
from relayer.deployment import Deployment, load_deployment
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.chain_state import Heartbeat
from tests.chain import Anvil


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def doctor(home: Path, *arguments: str) -> dict[str, Any]:
    """What the doctor says, as JSON with its exit code."""
    result = call("--config", str(home / "relayer.toml"), "doctor", "--json", *arguments)
    told: dict[str, Any] = json.loads(result.stdout)
    assert result.exit_code == (0 if told["ok"] else 1)
    assert all(check["remedy"] for check in told["checks"] if check["colour"] != "green")
    return told


def reds(told: dict[str, Any]) -> list[str]:
    return [check["check"] for check in told["checks"] if check["colour"] == "red"]


def test_a_new_house_is_well_as_soon_as_it_is_deployed(home: Path) -> None:
    told = doctor(home)
    assert told["ok"], told
    assert reds(told) == []
    checks = {check["check"] for check in told["checks"]}
    assert {"settings", "disk", "store", "deployment", "forwarder", "trainer Hunch"} <= checks
    assert {"tank", "clock", "keystore signer.json"} <= checks
    shown = call("--config", str(home / "relayer.toml"), "doctor")
    assert shown.exit_code == 0
    assert "green   tank" in shown.output


def test_init_keeps_secrets_to_their_owner_and_names_three_commands(tmp_path: Path) -> None:
    result = call("init", str(tmp_path / "new"))
    assert result.exit_code == 0
    for name in ("signer-password", "metrics-token", "signer.json"):
        assert (tmp_path / "new" / name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new" / "signer-password").read_text().strip() not in result.output
    assert [word for word in ("deploy", "doctor", "work") if f" {word} " in result.output + " "]
    assert result.output.count("  relayer --config") == 3


@pytest.mark.parametrize("name", ["relayer.toml", "plan.toml", "signer.json", "metrics-token"])
def test_init_overwrites_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    result = call("init", str(tmp_path))
    assert result.exit_code == 1
    assert name in result.output
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_a_plan_that_cannot_be_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    result = call("init", str(folder), "--label", "one", "--label", "one")
    assert result.exit_code == 1
    assert "is wrong at trainers.0: a label occurs twice" in result.output
    assert not folder.exists()


def test_names_and_labels_of_any_letters_come_through(tmp_path: Path) -> None:
    names = ("--name", 'a"b\\c', "--label", "ä]", "--label", "\u2028")
    result = call("init", str(tmp_path), *names, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert len(told["next"]) == 3
    assert {Path(file) for file in told["files"]} == set(tmp_path.iterdir())


def test_unreadable_settings_are_red(home: Path) -> None:
    (home / "relayer.toml").write_text("confirmatons = 3")
    told = doctor(home)
    assert reds(told) == ["settings"]
    assert "did you mean confirmations" in told["checks"][0]["remedy"]


def test_a_secret_that_others_can_read_is_red(home: Path) -> None:
    (home / "signer-password").chmod(0o644)
    assert reds(doctor(home)) == ["secret file of signer_password"]


def test_a_keystore_that_others_can_read_or_that_does_not_open_is_red(home: Path) -> None:
    (home / "signer.json").chmod(0o640)
    assert reds(doctor(home)) == ["keystore signer.json"]
    (home / "signer.json").chmod(0o600)
    (home / "signer-password").write_text("wrong")
    assert reds(doctor(home)) == ["keystore signer.json"]


def test_a_node_that_is_gone_and_one_of_another_chain_are_red(home: Path, anvil: Anvil) -> None:
    gone = "http://127.0.0.1:1"
    assert reds(doctor(home, "--rpc-urls", gone)) == [f"node {gone}"]
    other = Anvil("--chain-id", "77")
    try:
        assert reds(doctor(home, "--rpc-urls", other.url)) == [f"node {other.url}"]
    finally:
        other.stop()


def test_contracts_that_are_not_there_are_red(home: Path) -> None:
    other = Anvil()
    try:
        told = doctor(home, "--rpc-url", other.url)
    finally:
        other.stop()
    assert {"forwarder", "trainer Hunch"} <= set(reds(told))


def test_other_code_behind_the_forwarder_s_address_is_red(home: Path, anvil: Anvil) -> None:
    deployment = load_deployment(home / "deployment.json")
    code = anvil.node.code(deployment.forwarder)
    anvil.node.request(
        "anvil_setCode", [deployment.forwarder, "0x" + (code[:-60] + bytes(60)).hex()]
    )
    assert "forwarder" in reds(doctor(home))


def signer_of(home: Path) -> str:
    return "0x" + str(json.loads((home / "signer.json").read_text())["address"]).lower()


def test_a_signer_without_money_or_leave_is_red(home: Path, anvil: Anvil) -> None:
    signer = signer_of(home)
    anvil.node.request("anvil_setBalance", [signer, "0x0"])
    assert [name.lower() for name in reds(doctor(home))] == [f"signer {signer}"]
    anvil.node.request("anvil_setBalance", [signer, hex(10**18)])
    _as_sponsor(home, anvil, "setRelayer", to_checksum_address(signer), False)
    told = doctor(home)
    assert [name.lower() for name in reds(told)] == [f"signer {signer}"]
    assert "relayer signers allow" in json.dumps(told)


def test_a_paused_tank_is_red(home: Path, anvil: Anvil) -> None:
    _as_sponsor(home, anvil, "setPaused", True)
    assert reds(doctor(home)) == ["tank"]


def _as_sponsor(home: Path, anvil: Anvil, method: str, *arguments: Any) -> None:
    deployment: Deployment = load_deployment(home / "deployment.json")
    data = bind("Forwarder", deployment.forwarder).interface.encode(method, *arguments)
    sent = anvil.node.request(
        "eth_sendTransaction",
        [{"from": deployment.sponsor, "to": deployment.forwarder, "data": "0x" + data.hex()}],
    )
    assert anvil.await_receipt(sent).succeeded


def test_a_silent_worker_is_red_and_one_that_never_ran_is_not(home: Path) -> None:
    store = Store(home / "relayer.db")
    store.migrate()
    assert reds(doctor(home)) == []
    store.chain_state.write_heartbeat(
        Heartbeat(at=time.time() - 1_000, started_at=0.0, worker="x", node_reachable=True)
    )
    store.close()
    assert reds(doctor(home)) == ["worker"]


def test_a_database_that_is_none_is_red_and_an_older_one_is_left_as_it_is(home: Path) -> None:
    database = home / "relayer.db"
    database.write_bytes(b"no database at all" * 400)
    assert reds(doctor(home)) == ["store"]
    database.write_bytes(b"")
    told = doctor(home)
    assert reds(told) == []
    assert "versions behind" in json.dumps(told)
    assert "versions behind" in json.dumps(doctor(home)), "looking must not migrate"


def test_a_clock_behind_the_chain_is_red(home: Path, anvil: Anvil) -> None:
    anvil.node.request("evm_increaseTime", [hex(7_200)])
    anvil.node.request("anvil_mine", ["0x1"])
    assert reds(doctor(home)) == ["clock"]


def test_a_full_disk_is_red(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = FULL_BYTES - 1

    monkeypatch.setattr("shutil.disk_usage", lambda folder: Usage)
    [finding] = check_disk(Settings(database=tmp_path / "relayer.db"))
    assert finding.colour is Colour.RED


@pytest.mark.parametrize(
    ("settings", "colours"),
    [
        (Settings(), ["green"]),
        (Settings(host="192.0.2.1"), ["yellow", "yellow"]),
        (Settings(public_url="http://house.example"), ["yellow", "yellow"]),
        (Settings(public_url="https://house.example", admission="keys"), ["green", "green"]),
    ],
)
def test_what_strangers_can_reach_is_told(settings: Settings, colours: list[str]) -> None:
    assert [finding.colour.value for finding in check_exposure(settings)] == colours
