"""The words of the common clients, one by one."""

from __future__ import annotations

import pytest

from relayer.chain.errors import NodeRefusalError, NodeUnreachableError
from relayer.chain.node_errors import SendOutcome, classify_send_error

CASES = [
    # geth, erigon, reth
    ("already known", SendOutcome.ALREADY_KNOWN),
    ("nonce too low: next nonce 5, tx nonce 4", SendOutcome.NONCE_TOO_LOW),
    ("replacement transaction underpriced", SendOutcome.UNDERPRICED),
    ("transaction underpriced: gas tip cap 0, minimum needed 1", SendOutcome.UNDERPRICED),
    (
        "max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 7",
        SendOutcome.UNDERPRICED,
    ),
    ("insufficient funds for gas * price + value: balance 0", SendOutcome.INSUFFICIENT_FUNDS),
    ("intrinsic gas too low: gas 20000, minimum needed 21000", SendOutcome.REJECTED),
    ("exceeds block gas limit", SendOutcome.REJECTED),
    ("transaction gas limit too high (cap: 16777216, tx: 20000000)", SendOutcome.REJECTED),
    ("insufficient gas for floor data gas cost: gas 1, minimum needed 2", SendOutcome.REJECTED),
    ("invalid chain id for signer: have 1 want 5", SendOutcome.REJECTED),
    ("oversized data: transaction size 200000, limit 131072", SendOutcome.REJECTED),
    # anvil
    ("transaction already imported", SendOutcome.ALREADY_KNOWN),
    ("nonce too low", SendOutcome.NONCE_TOO_LOW),
    ("Insufficient funds for gas * price + value", SendOutcome.INSUFFICIENT_FUNDS),
    # nethermind
    ("AlreadyKnown", SendOutcome.ALREADY_KNOWN),
    ("OldNonce, Current nonce: 5, nonce of rejected tx: 4", SendOutcome.NONCE_TOO_LOW),
    ("FeeTooLowToCompete", SendOutcome.UNDERPRICED),
    ("InsufficientFunds, Account balance: 0", SendOutcome.INSUFFICIENT_FUNDS),
    ("GasLimitExceeded, Gas limit: 1", SendOutcome.REJECTED),
    # besu
    ("Known transaction", SendOutcome.ALREADY_KNOWN),
    ("Nonce too low", SendOutcome.NONCE_TOO_LOW),
    ("Replacement transaction underpriced", SendOutcome.UNDERPRICED),
    ("Upfront cost exceeds account balance", SendOutcome.INSUFFICIENT_FUNDS),
    ("Transaction gas limit exceeds block gas limit", SendOutcome.REJECTED),
    # openethereum and its descendants
    ("Transaction with the same hash was already imported.", SendOutcome.ALREADY_KNOWN),
    ("Transaction nonce is too low. Try incrementing the nonce.", SendOutcome.NONCE_TOO_LOW),
    # no decision can rest on these
    ("unknown transaction", SendOutcome.UNKNOWN),
    ("header not found", SendOutcome.UNKNOWN),
    ("txpool is full", SendOutcome.UNKNOWN),
    ("rate limit exceeded", SendOutcome.UNKNOWN),
    ("nonce too high", SendOutcome.UNKNOWN),
    # permanent first: a revert text may quote anything
    ("execution reverted: nonce too low", SendOutcome.REJECTED),
    ("execution reverted: insufficient funds", SendOutcome.REJECTED),
]


@pytest.mark.parametrize(("words", "outcome"), CASES)
def test_words_of_clients_are_understood(words: str, outcome: SendOutcome) -> None:
    error = NodeRefusalError("eth_sendRawTransaction", -32000, words)
    assert classify_send_error(error) is outcome


def test_transport_errors_are_unknown_even_if_they_quote_words() -> None:
    error = NodeUnreachableError("timeout after 'nonce too low'")
    assert classify_send_error(error) is SendOutcome.UNKNOWN
