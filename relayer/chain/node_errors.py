"""What a node's answer to `eth_sendRawTransaction` means, over the wordings of the common clients.

Order matters: permanent rejections are tested first, because the text of a revert may quote the
words "nonce" or "funds". What no line matches is *unknown*, never a rejection: the attempt stays
stored, is broadcast again and is watched by its hash, and only the chain decides.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from relayer.chain.errors import CallRevertedError, NodeError, NodeRefusalError


class SendOutcome(Enum):
    """What became of a broadcast, as far as the node's answer tells."""

    ACCEPTED = "accepted"
    ALREADY_KNOWN = "already-known"
    NONCE_TOO_LOW = "nonce-too-low"
    UNDERPRICED = "underpriced"
    INSUFFICIENT_FUNDS = "insufficient-funds"
    REJECTED = "rejected"
    UNKNOWN = "unknown"

    @property
    def is_in_pool(self) -> bool:
        """Whether the node holds the transaction now."""
        return self in (SendOutcome.ACCEPTED, SendOutcome.ALREADY_KNOWN)


_TABLE: Final[tuple[tuple[SendOutcome, re.Pattern[str]], ...]] = tuple(
    (outcome, re.compile("|".join(phrases), re.IGNORECASE))
    for outcome, phrases in (
        (
            SendOutcome.REJECTED,
            (
                r"execution reverted",
                r"intrinsic gas too low",  # geth, erigon, anvil
                r"floor data gas",  # geth: EIP-7623
                r"exceeds block gas limit",  # geth, erigon
                r"exceeds (the )?block gas limit",  # besu
                r"gas limit too high",  # geth, anvil: EIP-7825
                r"GasLimitExceeded",  # nethermind
                r"oversized data",
                r"invalid sender",
                r"invalid (transaction )?signature",
                r"invalid chain ?id",
                r"chain ?id mismatch",
                r"chain ?id does not match",
                r"transaction type not supported",
                r"max(imum)? initcode size exceeded",
                r"priority fee per gas higher than max fee",  # geth
                r"max priority fee per gas exceeds max fee",  # besu
                r"gas uint64 overflow",
                r"rlp: ",
            ),
        ),
        (
            SendOutcome.ALREADY_KNOWN,
            (
                r"already known",  # geth, erigon
                r"already imported",  # anvil, openethereum
                r"AlreadyKnown",  # nethermind
                r"(?<!un)known transaction",  # besu, old geth
                r"already in (the )?mempool",
                r"tx already exists in cache",
            ),
        ),
        (
            SendOutcome.NONCE_TOO_LOW,
            (
                r"nonce (is )?too low",  # geth, erigon, anvil, reth, openethereum
                r"OldNonce",  # nethermind
                r"nonce below",  # besu: nonce below current nonce
                r"nonce has already been used",
                r"nonce already used",
            ),
        ),
        (
            SendOutcome.UNDERPRICED,
            (
                r"underpriced",  # geth, erigon, besu, anvil
                r"FeeTooLow",  # nethermind, also FeeTooLowToCompete
                r"max fee per gas less than block base fee",  # geth
                r"fee cap less than block base fee",
                r"lower than the (pending )?block base fee",  # anvil
                r"gas price (is )?(too low|below)",  # besu, openethereum
                r"below configured minimum",
            ),
        ),
        (
            SendOutcome.INSUFFICIENT_FUNDS,
            (
                r"insufficient (funds|balance)",  # geth, erigon, anvil
                r"InsufficientFunds",  # nethermind
                r"InsufficientMaxFeePerGasForSenderBalance",
                r"enough funds",  # hardhat, openethereum
                r"exceeds account balance",  # besu
            ),
        ),
    )
)


def classify_send_error(error: NodeError) -> SendOutcome:
    """What a failed `eth_sendRawTransaction` means; `UNKNOWN` for transport errors."""
    if not isinstance(error, NodeRefusalError):
        return SendOutcome.UNKNOWN
    for outcome, pattern in _TABLE:
        if pattern.search(error.reason):
            return outcome
    return SendOutcome.UNKNOWN


#: JSON-RPC code for a method that the node does not have (JSON-RPC 2.0, section 5.1). The codes of
#: rate limits and missing blocks are used for other things by other clients: there the words count.
_NO_SUCH_METHOD: Final = -32601
_INABILITY: Final = re.compile(
    r"rate.?limit|too many requests|(requests|compute units) per second|request count exceeded"
    r"|method .*(not found|not supported|not available|does not exist|not whitelisted)"
    r"|header not found|block not found|unknown block|missing trie node|historical state"
    r"|state .*(not available|unavailable|pruned|missing)|distance to target block",
    re.IGNORECASE,
)


def is_inability(error: NodeError) -> bool:
    """Whether the node refused what another node may well do: it lacks state, method or leisure."""
    if not isinstance(error, NodeRefusalError) or isinstance(error, CallRevertedError):
        return False
    return error.code == _NO_SUCH_METHOD or _INABILITY.search(error.reason) is not None
