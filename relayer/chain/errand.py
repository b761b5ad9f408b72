"""One transaction of an account that no worker counts the nonces of, carried through to its block.

For people at the command line: the account is used by one command at a time. Nothing is kept on
disk, so the caller reads from the chain whether the errand is still to be run.
"""

from __future__ import annotations

from relayer.chain.answers import Receipt
from relayer.chain.errors import ChainError
from relayer.chain.fees import Fees
from relayer.chain.node import Node
from relayer.clock import Clock
from relayer.keys import Signer, TransactionFields

#: How far the base fee may rise while the transaction waits for its block.
FEE_HEADROOM = 2
TIP_WEI = 10**9
POLL_INTERVAL_S = 0.1
TIMEOUT_S = 120.0


class ErrandError(ChainError):
    """A transaction was not sent, not taken by a block in time, or failed in it."""


def run_errand(
    node: Node,
    signer: Signer,
    to: str,
    data: bytes,
    gas_limit: int,
    *,
    clock: Clock,
    value_wei: int = 0,
) -> Receipt:
    """Sends a transaction and waits for its block.

    Raises:
        ErrandError: the account has transactions under way or lacks the money, no block took it
            in time, or it failed.
        NodeError: the node does not answer; look at the chain before running it again.
    """
    nonce = node.transaction_count(signer.address)
    if node.transaction_count(signer.address, "pending") != nonce:
        raise ErrandError(
            f"{signer.address} has transactions under way. Wait until a block has taken them."
        )
    fees = Fees(FEE_HEADROOM * node.head().base_fee_wei + TIP_WEI, TIP_WEI)
    needed_wei = value_wei + gas_limit * fees.max_fee_per_gas_wei
    balance_wei = node.balance_wei(signer.address)
    if balance_wei < needed_wei:
        raise ErrandError(
            f"{signer.address} holds {balance_wei} wei and may need {needed_wei} wei. "
            "Send it money."
        )
    fields = TransactionFields(node.chain_id(), nonce, to, data, gas_limit, value_wei)
    signed = signer.sign(fields, fees)
    node.send_raw(signed.raw)
    return _await(node, signed.hash, clock)


def _await(node: Node, transaction_hash: str, clock: Clock) -> Receipt:
    give_up_at = clock.monotonic() + TIMEOUT_S
    while clock.monotonic() < give_up_at:
        receipt = node.receipt(transaction_hash)
        if receipt is not None and receipt.succeeded:
            return receipt
        if receipt is not None:
            raise ErrandError(f"the transaction {transaction_hash} reverted and changed nothing")
        clock.sleep(POLL_INTERVAL_S)
    raise ErrandError(
        f"no block took {transaction_hash} within {TIMEOUT_S:.0f} s. It may still come: "
        "look for it before you try again."
    )
