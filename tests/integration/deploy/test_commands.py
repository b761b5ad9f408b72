"""The commands deploy, fund and work as their users call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from relayer.chain.contracts import bind
from relayer.cli import main
from relayer.cli.sponsor_account import DEVELOPMENT_KEY
from relayer.deployment import load_deployment
from relayer.keys import Signer, load_keystore, store_key
from tests.chain import DEPLOYER_KEY, ETHER, Anvil

PLAN = """
[[trainers]]
name = "Hunch"
labels = ["apple", "river"]
classifier = { kind = "naive-bayes" }
"""


@pytest.fixture
def folder(tmp_path: Path, anvil: Anvil, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "plan.toml").write_text(PLAN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELAYER_RPC_URL", anvil.url)
    monkeypatch.setenv("RELAYER_SIGNER_KEYSTORE", str(tmp_path / "signer.json"))
    monkeypatch.setenv("RELAYER_SIGNER_PASSWORD", "only for tests")
    return tmp_path


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_deploy_then_fund_on_a_development_chain(folder: Path) -> None:
    deployed = call("deploy", "--development", "--plan", "plan.toml")
    assert deployed.exit_code == 0, deployed.output
    assert "wrote" in deployed.output
    assert (folder / "signer.json").stat().st_mode & 0o777 == 0o600
    deployment = load_deployment(folder / "deployment.json")
    assert deployment.sponsor == Signer(DEVELOPMENT_KEY).address
    funded = call("fund", "--development", "0.5ether")
    assert funded.exit_code == 0, funded.output
    assert "1500000000000000000 wei available" in funded.output


def test_programs_get_json_and_people_progress(folder: Path) -> None:
    deployed = call("deploy", "--development", "--plan", "plan.toml", "--json")
    told = json.loads(deployed.stdout)
    deployment = load_deployment(folder / "deployment.json")
    assert (told["forwarder"], told["sponsor"]) == (deployment.forwarder, deployment.sponsor)
    assert [trainer["name"] for trainer in told["trainers"]] == ["Hunch"]
    assert "created   " in deployed.stderr
    funded = call("fund", "--development", "0.5ether", "--json")
    assert json.loads(funded.stdout)["available_wei"] == "1500000000000000000"
    (allowed,) = json.loads(call("signers", "allow", "--development", "--json").stdout)
    assert allowed == {"address": signer_of(folder), "allowed_before": True}


def signer_of(folder: Path) -> str:
    return load_keystore(folder / "signer.json", "only for tests").address


def test_every_account_of_the_settings_is_made_allowed_and_given_money(
    folder: Path, anvil: Anvil, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELAYER_SIGNER_KEYSTORES", "second.json")
    monkeypatch.setenv("RELAYER_SIGNER_PASSWORDS", "a password of its own")
    deployed = call("deploy", "--development", "--plan", "plan.toml")
    assert deployed.exit_code == 0, deployed.output
    second = load_keystore(folder / "second.json", "a password of its own").address
    deployment = load_deployment(folder / "deployment.json")
    forwarder = bind("Forwarder", deployment.forwarder)
    assert forwarder.read(anvil.node, "isRelayer", deployment.sponsor, second)
    assert anvil.node.balance_wei(second) == ETHER // 10


def test_sponsor_allows_an_account_that_came_later(
    folder: Path, anvil: Anvil, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("deploy", "--development", "--plan", "plan.toml").exit_code == 0
    later = store_key(folder / "later.json", b"\x17" * 32, "only for tests").address
    monkeypatch.setenv("RELAYER_SIGNER_KEYSTORES", "later.json")
    allowed = call("signers", "allow", "--development")
    assert allowed.exit_code == 0, allowed.output
    assert f"{later} is allowed now" in allowed.output
    deployment = load_deployment(folder / "deployment.json")
    forwarder = bind("Forwarder", deployment.forwarder)
    assert forwarder.read(anvil.node, "isRelayer", deployment.sponsor, later)
    assert f"{later} is allowed already" in call("signers", "allow", "--development").output
    forbidden = call("signers", "forbid", later.lower(), signer_of(folder), "--development")
    assert forbidden.exit_code == 0, forbidden.output
    assert f"{later} is forbidden now" in forbidden.output
    for account in (later, signer_of(folder)):
        assert not forwarder.read(anvil.node, "isRelayer", deployment.sponsor, account)
    again = call("signers", "forbid", later, "--development", "--json")
    assert json.loads(again.stdout) == [{"address": later, "allowed_before": False}]
    assert "is forbidden already" in again.stderr


def test_only_the_sponsor_allows_accounts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("deploy", "--development", "--plan", "plan.toml").exit_code == 0
    store_key(folder / "stranger.json", DEPLOYER_KEY, "x")
    monkeypatch.setenv("SPONSOR_PASSWORD", "x")
    for deed in (("allow",), ("forbid", signer_of(folder))):
        refused = call("signers", *deed, "--sponsor-keystore", "stranger.json")
        assert refused.exit_code == 1
        assert "only the sponsor lets accounts spend" in refused.output
    unclear = call("signers", "forbid", "0x12", "--development")
    assert unclear.exit_code == 1
    assert "0x12 is not an address" in unclear.output


def test_a_key_file_of_the_sponsor_that_is_not_there_is_told_before_its_password(
    folder: Path,
) -> None:
    refused = call("deploy", "--sponsor-keystore", "sponsor.json", "--plan", "plan.toml")
    assert refused.exit_code == 1
    assert "there is no key file sponsor.json; name yours with --sponsor-keystore" in refused.output


def test_sponsor_s_keystore_opens_with_its_own_password(
    folder: Path, monkeypatch: pytest.MonkeyPatch, deployer: Signer
) -> None:
    store_key(folder / "sponsor.json", DEPLOYER_KEY, "sponsor's secret")
    (folder / "password").write_text("sponsor's secret\n")
    monkeypatch.setenv("SPONSOR_PASSWORD_FILE", str(folder / "password"))
    deployed = call("deploy", "--sponsor-keystore", "sponsor.json", "--plan", "plan.toml")
    assert deployed.exit_code == 0, deployed.output
    assert load_deployment(folder / "deployment.json").sponsor == deployer.address


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("deploy", "--plan", "plan.toml"), "choose who pays"),
        (("deploy", "--development", "--plan", "none.toml"), "cannot read the plan"),
        (("deploy", "--development", "--plan", "plan.toml", "--relayer", "0x1"), "not an address"),
        (("fund", "--development", "1"), "write it with its unit"),
        (("fund", "--development", "0.5wei"), "whole number of wei"),
        (("fund", "--development", "1ether"), "cannot read the deployment file"),
        (("work",), "cannot read the deployment file"),
    ],
)
def test_what_is_missing_is_one_sentence(
    folder: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    result = call(*arguments)
    assert result.exit_code != 0
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_a_market_s_schedule_that_does_not_pay_is_warned_of(folder: Path) -> None:
    market = 'mechanism = { kind = "prediction-market", expected_sample_features = 64 }'
    units = ("add_units", "add_batch_units", "settle_units", "settle_batch_units")
    schedule = "\n".join(f"{name} = 357892" for name in units)
    per_byte = "add_units_per_byte = 8093\nsettle_units_per_byte = 14"
    (folder / "plan.toml").write_text(
        f"{PLAN}{market}\n[trainers.schedule]\n{schedule}\n{per_byte}"
    )
    warned = call("deploy", "--plan", "plan.toml").output
    assert "warning   the market Hunch: 64 test samples of 4096 features" in warned
    assert "A schedule that pays has add_units = " in warned
    (folder / "plan.toml").write_text(PLAN + market)
    assert "warning" not in call("deploy", "--plan", "plan.toml").output


@pytest.mark.parametrize(
    ("plan", "place"),
    [
        ("trainers = []", "trainers"),
        (PLAN + "surprise = 1", "trainers.0.surprise"),
        (PLAN.replace('"river"', '"apple"'), "a label occurs twice"),
        (PLAN.replace("naive-bayes", "oracle"), "trainers.0.classifier"),
        ("= not toml", "is not TOML"),
    ],
)
def test_wrong_plan_names_the_place(folder: Path, plan: str, place: str) -> None:
    (folder / "plan.toml").write_text(plan)
    result = call("deploy", "--development", "--plan", "plan.toml")
    assert result.exit_code != 0
    assert place in result.output
    assert not (folder / "deployment.json").exists()
