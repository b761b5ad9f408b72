"""Carries a deployment through: sign everything, write it down, send it, wait, write the file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from relayer.chain.answers import Receipt
from relayer.chain.errors import NodeError
from relayer.chain.fees import Fees
from relayer.chain.node import Node
from relayer.chain.node_errors import SendOutcome, classify_send_error
from relayer.clock import Clock
from relayer.deploy.blueprint import Blueprint
from relayer.deploy.journal import Journal, JournalEntry, journal_path, load_journal
from relayer.deploy.plan import DeployPlan
from relayer.deploy.steps import draw
from relayer.deployment import Deployment
from relayer.errors import DeploymentError
from relayer.keys import Signer, TransactionFields

#: How far the base fee may rise while the steps wait for their blocks.
FEE_HEADROOM = 4
TIP_WEI = 10**9
POLL_INTERVAL_S = 0.1
#: Nodes forget transactions that a block has no room for: how often the missing ones are sent.
RESEND_EVERY_S = 2.0
TIMEOUT_S = 300.0

Report = Callable[[str], None]


def deploy(
    node: Node,
    deployer: Signer,
    plan: DeployPlan,
    relayers: tuple[str, ...],
    path: Path,
    *,
    clock: Clock,
    report: Report = lambda line: None,
) -> Deployment:
    """Deploys a plan and writes the deployment file; the deployer becomes the sponsor.

    An interrupted deployment is taken up where it was left when the same plan is deployed again.

    Args:
        node: the node of the chain to deploy on.
        deployer: pays for everything and rules the tank afterwards.
        plan: what to deploy.
        relayers: accounts that may spend from the tank.
        path: the deployment file; it must not exist yet.
        clock: for waiting.
        report: is told about each step in a sentence.

    Raises:
        DeploymentError: the file exists, another plan is half deployed, the deployer lacks the
            money, a step failed, or the chain did not take the steps in time.
        NodeError: the node does not answer. Run it again.
    """
    if path.exists():
        raise DeploymentError(
            f"{path} exists already: its contracts are deployed. "
            "Choose another file with --deployment to deploy again."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    chain_id = node.chain_id()
    journal = _resume_or_sign(node, deployer, plan, relayers, path, chain_id)
    blueprint = draw(plan, deployer.address, journal.first_nonce, relayers)
    receipts = _carry_through(node, journal, clock, report)
    deployment = _deployment(blueprint, receipts, chain_id, deployer.address)
    deployment.save(path)
    journal_path(path).unlink()
    return deployment


def _deployment(
    blueprint: Blueprint, receipts: list[Receipt], chain_id: int, sponsor: str
) -> Deployment:
    return blueprint.deployment(chain_id, receipts[0].block_number, sponsor)


def _resume_or_sign(
    node: Node,
    deployer: Signer,
    plan: DeployPlan,
    relayers: tuple[str, ...],
    path: Path,
    chain_id: int,
) -> Journal:
    plan_hash = _hash_of(plan, deployer.address, relayers)
    journal = load_journal(journal_path(path))
    if journal is None:
        journal = _sign_all(node, deployer, plan, relayers, chain_id, plan_hash)
        journal.save(journal_path(path))
        return journal
    same = (chain_id, deployer.address, plan_hash, relayers)
    if (journal.chain_id, journal.deployer, journal.plan_hash, journal.relayers) != same:
        raise DeploymentError(
            f"{journal_path(path)} belongs to another deployment that was interrupted. Finish it "
            "with its own plan, account and chain, or move the journal away to start anew."
        )
    return journal


def _hash_of(plan: DeployPlan, deployer: str, relayers: tuple[str, ...]) -> str:
    """Names the plan together with the compiled contracts it would deploy."""
    digest = hashlib.sha256()
    for step in draw(plan, deployer, 0, relayers).steps:
        digest.update(step.data + step.value_wei.to_bytes(32, "big"))
    return digest.hexdigest()


def _sign_all(
    node: Node,
    deployer: Signer,
    plan: DeployPlan,
    relayers: tuple[str, ...],
    chain_id: int,
    plan_hash: str,
) -> Journal:
    first_nonce = node.transaction_count(deployer.address)
    blueprint = draw(plan, deployer.address, first_nonce, relayers)
    fees = Fees(FEE_HEADROOM * node.head().base_fee_wei + TIP_WEI, TIP_WEI)
    _check_money(node, deployer.address, blueprint, fees)
    entries = []
    for offset, step in enumerate(blueprint.steps):
        fields = TransactionFields(
            chain_id, first_nonce + offset, step.to, step.data, step.gas_limit, step.value_wei
        )
        signed = deployer.sign(fields, fees)
        entries.append(JournalEntry(step.title, signed.hash, signed.raw.hex()))
    return Journal(chain_id, deployer.address, first_nonce, plan_hash, relayers, tuple(entries))


def _check_money(node: Node, deployer: str, blueprint: Blueprint, fees: Fees) -> None:
    needed_wei = sum(
        step.value_wei + step.gas_limit * fees.max_fee_per_gas_wei for step in blueprint.steps
    )
    balance_wei = node.balance_wei(deployer)
    if balance_wei < needed_wei:
        raise DeploymentError(
            f"the account {deployer} holds {balance_wei} wei and the deployment may need up to "
            f"{needed_wei} wei. Send it money, or lower tank.deposit_wei in the plan."
        )


def _carry_through(node: Node, journal: Journal, clock: Clock, report: Report) -> list[Receipt]:
    for entry in journal.entries:
        _broadcast(node, entry)
    give_up_at = clock.monotonic() + TIMEOUT_S
    receipts = []
    for number, entry in enumerate(journal.entries, start=1):
        receipt = _await_receipt(node, journal.entries[number - 1 :], clock, give_up_at)
        if not receipt.succeeded:
            raise DeploymentError(
                f"the step '{entry.title}' ({entry.hash}) reverted. "
                "Move the journal away and deploy again."
            )
        report(f"{number}/{len(journal.entries)} {entry.title}: {receipt.gas_used} gas")
        receipts.append(receipt)
    return receipts


def _broadcast(node: Node, entry: JournalEntry) -> None:
    try:
        node.send_raw(entry.raw)
    except NodeError as error:
        outcome = classify_send_error(error)
        taken = (SendOutcome.ALREADY_KNOWN, SendOutcome.NONCE_TOO_LOW)
        if outcome not in taken:
            raise DeploymentError(
                f"the node does not take the step '{entry.title}': {error} Run it again to go on."
            ) from error


def _await_receipt(
    node: Node, missing: Sequence[JournalEntry], clock: Clock, give_up_at: float
) -> Receipt:
    """Wait for the first of the steps that are missing; all are sent again now and then."""
    entry, resend_at = missing[0], clock.monotonic() + RESEND_EVERY_S
    while True:
        receipt = node.receipt(entry.hash)
        if receipt is not None:
            return receipt
        if clock.monotonic() >= resend_at:
            for each in missing:
                _broadcast(node, each)
            resend_at = clock.monotonic() + RESEND_EVERY_S
        if clock.monotonic() >= give_up_at:
            raise DeploymentError(
                f"the step '{entry.title}' ({entry.hash}) is in no block after {TIMEOUT_S:.0f} s. "
                "Run it again to go on waiting; if the account was used elsewhere meanwhile, move "
                "the journal away and deploy again."
            )
        clock.sleep(POLL_INTERVAL_S)
