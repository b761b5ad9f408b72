"""The words of the common clients, one by one."""

from __future__ import annotations

import pytest

from relayer.chain.errors import CallRevertedError, NodeRefusalError, NodeUnreachableError
from relayer.chain.node_errors import SendOutcome, classify_send_error, is_inability

REJECTED, KNOWN = SendOutcome.REJECTED, SendOutcome.ALREADY_KNOWN
LOW_NONCE, UNDERPRICED = SendOutcome.NONCE_TOO_LOW, SendOutcome.UNDERPRICED
POOR, UNKNOWN = SendOutcome.INSUFFICIENT_FUNDS, SendOutcome.UNKNOWN

GETH = {
    "already known": KNOWN,
    "nonce too low: next nonce 5, tx nonce 4": LOW_NONCE,
    "nonce too low: address 0x71562b71999873DB5b286dF957af199Ec94617F7, tx: 0 state: 1": LOW_NONCE,
    "replacement transaction underpriced": UNDERPRICED,
    "transaction underpriced: gas tip cap 0, minimum needed 1": UNDERPRICED,
    "transaction gas price below minimum: gas tip cap 0, minimum needed 1000000": UNDERPRICED,
    "max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 7": (
        UNDERPRICED
    ),
    "insufficient funds for gas * price + value: balance 0, tx cost 21000, overshot 21000": POOR,
    "insufficient funds for transfer": POOR,
    "intrinsic gas too low: gas 20000, minimum needed 21000": REJECTED,
    "exceeds block gas limit": REJECTED,
    "transaction gas limit too high (cap: 16777216, tx: 20000000)": REJECTED,
    "insufficient gas for floor data gas cost: gas 1, minimum needed 2": REJECTED,
    "invalid chain id for signer: have 1 want 5": REJECTED,
    "oversized data: transaction size 200000, limit 131072": REJECTED,
    "invalid sender": REJECTED,
    "negative value": REJECTED,
    "gas uint64 overflow": REJECTED,
    "transaction type not supported": REJECTED,
    "max initcode size exceeded: code size 50000, limit 49152": REJECTED,
    "max priority fee per gas higher than max fee per gas: address 0x1": REJECTED,
    "tx fee (1.10 ether) exceeds the configured cap (1.00 ether)": REJECTED,
    "only replay-protected (EIP-155) transactions allowed over RPC": REJECTED,
    "sender not an eoa: address 0x1, codehash: 0x2": REJECTED,
    "account limit exceeded": UNKNOWN,
    "future transaction tries to replace pending": UNKNOWN,
    "address already reserved": UNKNOWN,
    "authority nonce too low": UNKNOWN,
    "in-flight transaction limit reached for delegated accounts": UNKNOWN,
    "txpool is full": UNKNOWN,
    "nonce too high": UNKNOWN,
    "rlp: expected input list for types.DynamicFeeTx": UNKNOWN,
}
ERIGON = {
    "already known": KNOWN,
    "ALREADY_EXISTS: already known": KNOWN,
    "existing txn with same hash": KNOWN,
    "INTERNAL_ERROR: existing tx with same hash": KNOWN,
    "mined": LOW_NONCE,
    "INTERNAL_ERROR: nonce too low": LOW_NONCE,
    "underpriced": UNDERPRICED,
    "replacement transaction underpriced": UNDERPRICED,
    "could not replace existing tx": UNDERPRICED,
    "replaced by transaction with higher tip": UNDERPRICED,
    "fee too low": UNDERPRICED,
    "insufficient funds": POOR,
    "oversized data": REJECTED,
    "invalid sender": REJECTED,
    "negative value": REJECTED,
    "GasUintOverflow": REJECTED,
    "IntrinsicGas": REJECTED,
    "INTERNAL_ERROR: IntrinsicGas": REJECTED,
    "RLPTooLong": REJECTED,
    "initcode too large": REJECTED,
    "gas limit is too high": REJECTED,
    "fork supporting this transaction type is not activated yet": REJECTED,
    "spammer": UNKNOWN,
    "pending sub-pool is full": UNKNOWN,
    "baseFee sub-pool is full": UNKNOWN,
    "queued sub-pool is full": UNKNOWN,
    "not set": UNKNOWN,
}
NETHERMIND = {
    "already known": KNOWN,
    "AlreadyKnown": KNOWN,
    "nonce too low, Current nonce: 5, nonce of rejected tx: 4": LOW_NONCE,
    "OldNonce, Current nonce: 5, nonce of rejected tx: 4": LOW_NONCE,
    "transaction underpriced": UNDERPRICED,
    "replacement transaction underpriced": UNDERPRICED,
    "FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 1, BaseFee: 7": UNDERPRICED,
    "FeeTooLowToCompete": UNDERPRICED,
    "ReplacementNotAllowed": UNDERPRICED,
    "insufficient funds for gas * price + value": POOR,
    "InsufficientFunds, Account balance: 0, cumulative cost: 21000": POOR,
    "InsufficientMaxFeePerGasForSenderBalance": POOR,
    "gas limit reached": REJECTED,
    "GasLimitExceeded, Gas limit: 1": REJECTED,
    "transaction invalid, TxGasLimitCapExceeded: Gas limit 2 exceeded cap of 1.": REJECTED,
    "Invalid, InvalidTxSignature: Signature is invalid.": REJECTED,
    "Invalid, InvalidTxChainId: Expected 1, got 5.": REJECTED,
    "InvalidMaxPriorityFeePerGas: Cannot be higher than maxFeePerGas.": REJECTED,
    "InvalidTxType: Transaction type in Custom is not supported.": REJECTED,
    "failed to recover sender": REJECTED,
    "FailedToResolveSender": REJECTED,
    "transaction cost overflow": REJECTED,
    "transaction too large": REJECTED,
    "unsupported transaction type": REJECTED,
    "sender not an eoa": REJECTED,
    "nonce too high": UNKNOWN,
    "NonceGap, Future nonce. Expected nonce: 5": UNKNOWN,
    "nonce too far in future": UNKNOWN,
    "pending transaction type conflict": UNKNOWN,
    "node is syncing": UNKNOWN,
}
BESU = {
    "Known transaction": KNOWN,
    "Nonce too low": LOW_NONCE,
    "Replacement transaction underpriced": UNDERPRICED,
    "Gas price below configured minimum gas price": UNDERPRICED,
    "Gas price below current base fee": UNDERPRICED,
    "Upfront cost exceeds account balance": POOR,
    "Invalid signature": REJECTED,
    "Invalid transaction type": REJECTED,
    "Intrinsic gas exceeds gas limit": REJECTED,
    "Transaction gas limit exceeds block gas limit": REJECTED,
    "Sender account not authorized to send transactions": REJECTED,
    "Wrong chainId": REJECTED,
    "ChainId not supported": REJECTED,
    "ChainId is required": REJECTED,
    "Transaction fee cap exceeded": REJECTED,
    "Max priority fee per gas exceeds max fee per gas": REJECTED,
    "Nonce too high": UNKNOWN,
    "Transaction nonce is too distant from current sender nonce": UNKNOWN,
    "An invalid transaction with a lower nonce exists": UNKNOWN,
    "Plugin has marked the transaction as invalid": UNKNOWN,
    "Initial sync is still in progress": UNKNOWN,
    "Internal error": UNKNOWN,
}
ANVIL = {
    "transaction already imported": KNOWN,
    "Tx: [0x5e0f] already Imported": KNOWN,
    "nonce too low": LOW_NONCE,
    "Tx: [0x5e0f] insufficient gas price to replace existing transaction": UNDERPRICED,
    "max fee per gas less than block base fee": UNDERPRICED,
    "Insufficient funds for gas * price + value": POOR,
    "intrinsic gas too low": REJECTED,
    "intrinsic gas too high -- CallGasLimitMoreThanBlock": REJECTED,
    "Transaction gas limit is greater than the block gas limit, gas_limit: 2, cap: 1": REJECTED,
    "max priority fee per gas higher than max fee per gas": REJECTED,
    "invalid chain id for signer": REJECTED,
    "Incompatible EIP-155 transaction, signed for another chain": REJECTED,
    "Nonce too high": UNKNOWN,
    "Failed to decode signed transaction": UNKNOWN,
}
OTHERS = {
    "Transaction with the same hash was already imported.": KNOWN,
    "Transaction nonce is too low. Try incrementing the nonce.": LOW_NONCE,
    "Sender doesn't have enough funds to send tx. The max upfront cost is: 5": POOR,
    # no decision can rest on these
    "unknown transaction": UNKNOWN,
    "header not found": UNKNOWN,
    "rate limit exceeded": UNKNOWN,
    "": UNKNOWN,
    "the undermined fee": UNKNOWN,
    # permanent first: a revert text may quote anything
    "execution reverted: nonce too low": REJECTED,
    "execution reverted: insufficient funds": REJECTED,
    "Execution reverted": REJECTED,
}
CASES = [
    pytest.param(words, outcome, id=f"{client}: {words}")
    for client, table in {
        "geth": GETH,
        "erigon": ERIGON,
        "nethermind": NETHERMIND,
        "besu": BESU,
        "anvil": ANVIL,
        "others": OTHERS,
    }.items()
    for words, outcome in table.items()
]


@pytest.mark.parametrize(("words", "outcome"), CASES)
def test_words_of_clients_are_understood(words: str, outcome: SendOutcome) -> None:
    error = NodeRefusalError("eth_sendRawTransaction", -32000, words)
    assert classify_send_error(error) is outcome


def test_transport_errors_are_unknown_even_if_they_quote_words() -> None:
    error = NodeUnreachableError("timeout after 'nonce too low'")
    assert classify_send_error(error) is SendOutcome.UNKNOWN


INABILITIES = [
    (-32601, "the method eth_sendRawTransaction does not exist/is not available"),
    (-32000, "missing trie node 5e2f (path ) state 0x5e2f is not available"),
    (4444, "pruned history unavailable"),
    (-32000, "history has been pruned for this block"),
    (-32000, "historical state 5e2f.. is not available"),
    (-32603, "state at block #100 is pruned"),
    (-32000, "block #100 not available: pruned"),
    (-32000, "old data not available due to pruning: not an archive node"),
    (-32000, "header not found"),
    (-32000, "World state unavailable"),
    (-39001, "Unknown block"),
    (-32008, "Initial sync is still in progress"),
    (-32000, "node is syncing"),
    (-32002, "Transaction pool not enabled. (Either txpool explicitly disabled, or not in sync)."),
    (-32604, "Method not enabled"),
    (-32005, "daily request count exceeded, request rate limited"),
    (429, "Your app has exceeded its compute units per second capacity"),
    (-32000, "too many requests"),
]


@pytest.mark.parametrize(("code", "words"), INABILITIES)
def test_what_another_node_may_do_is_an_inability(code: int, words: str) -> None:
    assert is_inability(NodeRefusalError("eth_call", code, words))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (-32005, "Transaction gas limit exceeds block gas limit"),
        (-32001, "Nonce too low"),
        (-32000, "transaction type not supported"),
        (-32000, "execution went wrong"),
    ],
)
def test_what_every_node_would_refuse_is_none(code: int, words: str) -> None:
    assert not is_inability(NodeRefusalError("eth_sendRawTransaction", code, words))
    assert not is_inability(CallRevertedError("eth_call", 3, "header not found"))
    assert not is_inability(NodeUnreachableError("rate limit"))
