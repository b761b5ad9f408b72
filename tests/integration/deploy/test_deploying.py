"""Deployments: complete, interrupted at every step, and refused for a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from relayer.chain.contracts import bind
from relayer.chain.keccak import keccak
from relayer.chain.node import Node
from relayer.clock import ManualClock, SystemClock
from relayer.deploy import DeployPlan, deploy
from relayer.deploy.blueprint import created_address
from relayer.deploy.funding import fund
from relayer.deploy.journal import journal_path
from relayer.deploy.steps import draw
from relayer.deployment import Deployment, SelfAssessmentEntry, load_deployment
from relayer.errors import DeploymentError
from relayer.keys import Signer
from tests.chain import DEPLOYER_KEY, ETHER, RELAYER_KEY, Anvil, make_plan
from tests.hooked_node import HookedNode
from tests.kill import Killed

RELAYERS = (Signer(RELAYER_KEY).address,)


def run(node: Node, deployer: Signer, folder: Path, plan: DeployPlan | None = None) -> Deployment:
    path = folder / "deployment.json"
    return deploy(node, deployer, plan or make_plan(), RELAYERS, path, clock=SystemClock())


def test_deployment_binds_everything_and_fills_the_tank(
    anvil: Anvil, deployer: Signer, tmp_path: Path
) -> None:
    deployment = run(anvil.node, deployer, tmp_path)
    assert load_deployment(tmp_path / "deployment.json") == deployment
    forwarder = bind("Forwarder", deployment.forwarder)
    tank = forwarder.read(anvil.node, "tank", deployer.address)
    assert tank["availableWei"] == tank["dailyLimitWei"] == 10 * ETHER
    assert forwarder.read(anvil.node, "isRelayer", deployer.address, RELAYERS[0])
    for entry in deployment.trainers:
        trainer = bind("CollaborativeTrainer", entry.address)
        assert trainer.read(anvil.node, "forwarder") == deployment.forwarder
        assert trainer.read(anvil.node, "name") == entry.name
        handler = bind("DataHandler", entry.data_handler)
        mechanism = bind("SelfAssessment", entry.mechanism.address)
        assert handler.read(anvil.node, "trainer") == entry.address
        assert mechanism.read(anvil.node, "trainer") == entry.address
        assert isinstance(entry.mechanism, SelfAssessmentEntry)
        assert mechanism.read(anvil.node, "refundWaitS") == entry.mechanism.refund_wait_s


def test_deployment_interrupted_at_any_broadcast_is_taken_up(
    anvil: Anvil, deployer: Signer, tmp_path: Path
) -> None:
    steps = len(draw(make_plan(), deployer.address, 0, RELAYERS).steps)
    for point in (1, 2, steps // 2, steps):
        folder = tmp_path / str(point)
        folder.mkdir()
        nonce = anvil.node.transaction_count(deployer.address)
        node = HookedNode(anvil.url)
        sent = iter(range(1, steps + 1))

        def die(sent: object = sent, point: int = point) -> None:
            if next(sent) == point:  # type: ignore[call-overload]
                raise Killed

        node.after["eth_sendRawTransaction"] = die
        with pytest.raises(Killed):
            run(node, deployer, folder)
        assert not (folder / "deployment.json").exists()
        deployment = run(anvil.node, deployer, folder)
        # the same addresses and not one transaction more than the plan has
        assert deployment.forwarder == created_address(deployer.address, nonce)
        assert anvil.node.transaction_count(deployer.address) == nonce + steps
        assert not journal_path(folder / "deployment.json").exists()


class ForgetfulNode(Node):
    """Says that it takes a transaction and forgets it, as nodes do with what finds no room."""

    def __init__(self, url: str, remembers: int) -> None:
        super().__init__(url)
        self._remembers = remembers
        self._seen: set[bytes] = set()

    def send_raw(self, raw: bytes) -> str:
        """Forget all but the first ones when they come for the first time."""
        is_new = raw not in self._seen
        self._seen.add(raw)
        if is_new and len(self._seen) > self._remembers:
            return f"0x{keccak(raw).hex()}"
        return super().send_raw(raw)


def test_steps_that_the_node_forgot_are_sent_again(
    anvil: Anvil, deployer: Signer, tmp_path: Path
) -> None:
    steps = len(draw(make_plan(), deployer.address, 0, RELAYERS).steps)
    nonce = anvil.node.transaction_count(deployer.address)
    node, path = ForgetfulNode(anvil.url, remembers=3), tmp_path / "deployment.json"
    deploy(node, deployer, make_plan(), RELAYERS, path, clock=ManualClock())
    assert anvil.node.transaction_count(deployer.address) == nonce + steps


def test_interrupted_deployment_of_another_plan_is_not_mixed(
    anvil: Anvil, deployer: Signer, tmp_path: Path
) -> None:
    node = HookedNode(anvil.url)

    def die() -> None:
        raise Killed

    node.before["eth_sendRawTransaction"] = die
    with pytest.raises(Killed):
        run(node, deployer, tmp_path)
    with pytest.raises(DeploymentError, match="another deployment"):
        run(anvil.node, deployer, tmp_path, make_plan(relayer_funds_wei=2 * ETHER))


def test_existing_deployment_is_never_overwritten(
    anvil: Anvil, deployer: Signer, tmp_path: Path
) -> None:
    (tmp_path / "deployment.json").write_text("{}")
    with pytest.raises(DeploymentError, match="exists already"):
        run(anvil.node, deployer, tmp_path)
    assert (tmp_path / "deployment.json").read_text() == "{}"


def test_poor_deployer_is_told_what_is_missing_before_anything_is_sent(
    anvil: Anvil, deployer: Signer, tmp_path: Path
) -> None:
    nonce = anvil.node.transaction_count(deployer.address)
    anvil.node.request("anvil_setBalance", [deployer.address, hex(ETHER)])
    with pytest.raises(DeploymentError, match="may need up to"):
        run(anvil.node, deployer, tmp_path)
    assert anvil.node.transaction_count(deployer.address) == nonce
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("nonce", [0, 1, 127, 128, 255, 256, 70_000])
def test_created_addresses_agree_with_the_node(anvil: Anvil, deployer: Signer, nonce: int) -> None:
    sender = Signer(nonce.to_bytes(32, "big") if nonce else b"\x77" * 32).address
    anvil.node.request("anvil_setBalance", [sender, hex(ETHER)])
    anvil.node.request("anvil_setNonce", [sender, hex(nonce)])
    anvil.node.request("anvil_impersonateAccount", [sender])
    transaction = {"from": sender, "data": "0x00", "gas": hex(100_000)}
    receipt = anvil.await_receipt(anvil.node.request("eth_sendTransaction", [transaction]))
    assert (receipt.contract_address or "").lower() == created_address(sender, nonce).lower()


def test_funding_adds_to_the_tank(anvil: Anvil, deployer: Signer, tmp_path: Path) -> None:
    deployment = run(anvil.node, deployer, tmp_path)
    available_wei = fund(
        anvil.node, deployer, deployment, deployer.address, ETHER, clock=SystemClock()
    )
    assert available_wei == 11 * ETHER


def test_funding_from_a_relayer_s_account_is_refused(
    anvil: Anvil, deployer: Signer, tmp_path: Path
) -> None:
    deployment = run(anvil.node, deployer, tmp_path)
    relayer = Signer(RELAYER_KEY)
    with pytest.raises(DeploymentError, match="counts its nonces"):
        fund(anvil.node, relayer, deployment, deployer.address, 1, clock=SystemClock())


def test_deposit_that_no_block_takes_is_named_for_later(
    anvil: Anvil, deployer: Signer, tmp_path: Path
) -> None:
    deployment = run(anvil.node, deployer, tmp_path)
    anvil.node.request("evm_setAutomine", [False])
    try:
        with pytest.raises(DeploymentError, match="may still come"):
            fund(anvil.node, deployer, deployment, deployer.address, 1, clock=ManualClock())
    finally:
        anvil.node.request("anvil_dropAllTransactions", [])
        anvil.node.request("evm_setAutomine", [True])


def test_deployer_key_is_the_sponsor(anvil: Anvil, deployer: Signer, tmp_path: Path) -> None:
    assert run(anvil.node, deployer, tmp_path).sponsor == Signer(DEPLOYER_KEY).address
