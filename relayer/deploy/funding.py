"""Tops up a sponsor's tank."""

from __future__ import annotations

from collections.abc import Callable

from relayer.chain.contracts import bind
from relayer.chain.fees import Fees
from relayer.chain.node import Node
from relayer.clock import Clock
from relayer.deployment import Deployment
from relayer.errors import DeploymentError
from relayer.keys import Signer, TransactionFields

DEPOSIT_GAS = 100_000
TIP_WEI = 10**9
FEE_HEADROOM = 2
POLL_INTERVAL_S = 0.1
TIMEOUT_S = 120.0


def fund(
    node: Node,
    payer: Signer,
    deployment: Deployment,
    sponsor: str,
    amount_wei: int,
    *,
    clock: Clock,
    report: Callable[[str], None] = lambda line: None,
) -> int:
    """Deposits into a sponsor's tank and returns what is available in it afterwards, in wei.

    Raises:
        DeploymentError: the payer lacks the money, is a relayer's account, or no block took the
            deposit in time.
        NodeError: the node does not answer.
    """
    forwarder = bind("Forwarder", deployment.forwarder)
    if forwarder.read(node, "isRelayer", sponsor, payer.address):
        raise DeploymentError(
            f"{payer.address} is a relayer's account: a running worker counts its nonces. "
            "Pay from another account."
        )
    fees = Fees(FEE_HEADROOM * node.head().base_fee_wei + TIP_WEI, TIP_WEI)
    needed_wei = amount_wei + DEPOSIT_GAS * fees.max_fee_per_gas_wei
    balance_wei = node.balance_wei(payer.address)
    if balance_wei < needed_wei:
        raise DeploymentError(
            f"{payer.address} holds {balance_wei} wei and needs {needed_wei} wei with the fee. "
            "Deposit less, or send it money."
        )
    data = forwarder.interface.encode("deposit", sponsor)
    nonce = node.transaction_count(payer.address, "pending")
    signed = payer.sign(
        TransactionFields(
            deployment.chain_id, nonce, forwarder.address, data, DEPOSIT_GAS, amount_wei
        ),
        fees,
    )
    report(f"depositing {amount_wei} wei in {signed.hash}")
    node.send_raw(signed.raw)
    _await_deposit(node, signed.hash, clock)
    available_wei: int = forwarder.read(node, "tank", sponsor)["availableWei"]
    return available_wei


def _await_deposit(node: Node, transaction_hash: str, clock: Clock) -> None:
    give_up_at = clock.monotonic() + TIMEOUT_S
    while clock.monotonic() < give_up_at:
        receipt = node.receipt(transaction_hash)
        if receipt is not None and receipt.succeeded:
            return
        if receipt is not None:
            raise DeploymentError(f"the deposit {transaction_hash} reverted; nothing was paid")
        clock.sleep(POLL_INTERVAL_S)
    raise DeploymentError(
        f"no block took the deposit {transaction_hash} within {TIMEOUT_S:.0f} s. "
        "Look for it before you deposit again: it may still come."
    )
