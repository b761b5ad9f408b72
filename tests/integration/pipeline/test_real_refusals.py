"""What a real anvil says to bad transactions is understood."""

from __future__ import annotations

import pytest

from relayer.chain.errors import NodeError
from relayer.chain.fees import Fees
from relayer.chain.node_errors import SendOutcome, classify_send_error
from relayer.keys import Signer, TransactionFields
from tests.chain import ETHER, GWEI, Chain

RICH, POOR = Signer(bytes.fromhex("44" * 32)), Signer(bytes.fromhex("45" * 32))
DEAR, CHEAP = Fees(100 * GWEI, GWEI), Fees(50 * GWEI, GWEI)


@pytest.fixture
def still_chain(chain: Chain) -> Chain:
    """A chain that keeps transactions in its pool."""
    chain.node.request("anvil_setBalance", [RICH.address, hex(ETHER)])
    chain.stop_mining()
    return chain


def outcome(
    chain: Chain,
    signer: Signer = RICH,
    *,
    nonce: int = 0,
    gas: int = 21_000,
    fees: Fees = DEAR,
    chain_id: int | None = None,
) -> SendOutcome:
    fields = TransactionFields(
        chain_id or chain.deployment.chain_id, nonce, signer.address, b"", gas
    )
    try:
        chain.node.send_raw(signer.sign(fields, fees).raw)
    except NodeError as error:
        return classify_send_error(error)
    return SendOutcome.ACCEPTED


def test_a_pool_tells_known_transactions_from_cheap_replacements(still_chain: Chain) -> None:
    assert outcome(still_chain) is SendOutcome.ACCEPTED
    assert outcome(still_chain) is SendOutcome.ALREADY_KNOWN
    assert outcome(still_chain, fees=CHEAP) is SendOutcome.UNDERPRICED
    assert outcome(still_chain, fees=Fees(111 * GWEI, 2 * GWEI)) is SendOutcome.ACCEPTED
    still_chain.mine()
    assert outcome(still_chain) is SendOutcome.NONCE_TOO_LOW


def test_poverty_fees_and_impossible_transactions_are_told_apart(still_chain: Chain) -> None:
    assert outcome(still_chain, POOR) is SendOutcome.INSUFFICIENT_FUNDS
    assert outcome(still_chain, gas=20_000) is SendOutcome.REJECTED
    assert outcome(still_chain, gas=40_000_000, fees=Fees(2 * GWEI, 1)) is SendOutcome.REJECTED
    assert outcome(still_chain, fees=Fees(GWEI, 2 * GWEI)) is SendOutcome.REJECTED
    assert outcome(still_chain, chain_id=5) is SendOutcome.REJECTED
    assert outcome(still_chain, fees=Fees(1, 1)) is SendOutcome.UNDERPRICED
