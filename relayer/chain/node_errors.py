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


#: For each outcome the words of geth, erigon, nethermind, besu, anvil and their kin; where several
#: say the same the first that did is named. Checked against their sources in November 2026.
_WORDS: Final[tuple[tuple[SendOutcome, tuple[str, ...]], ...]] = (
    (
        SendOutcome.REJECTED,
        (
            r"execution reverted",
            # gas
            r"intrinsic ?gas (too (low|high)|exceeds)",  # geth; anvil; besu
            r"^(.*: )?IntrinsicGas$",  # erigon
            r"floor data gas",  # geth: EIP-7623
            r"exceeds (the )?block gas limit",  # geth, besu
            r"greater than the block gas limit",  # anvil
            r"gas limit (is )?too high",  # geth: EIP-7825; erigon
            r"gas limit reached",  # nethermind
            r"GasLimit(Cap)?Exceeded",  # nethermind: above the block's, or EIP-7825
            r"gas ?uint(64)? ?overflow",  # geth, erigon
            r"transaction cost overflow|Int256Overflow",  # nethermind
            # size and form
            r"oversized data|RLPTooLong|transaction too large|MaxTxSizeExceeded",
            r"initcode (size exceeded|too large)",
            r"negative value",
            r"priority fee per gas (is )?(higher than|exceeds) max fee",  # geth, besu
            r"InvalidMaxPriorityFeePerGas",  # nethermind
            r"(transaction type|type of transaction|TxType).*not supported|NotSupportedTxType",
            r"(unsupported|invalid) transaction type|InvalidTxType",  # nethermind, besu
            r"transaction type is not activated",  # erigon
            # signature, sender and chain
            r"invalid sender|failed to (recover|resolve) ?sender|FailedToResolveSender",
            r"invalid (transaction )?signature|InvalidTxSignature",
            r"sender not an eoa|SenderIsContract",
            r"not authorized to send transactions",  # besu in permissioned networks
            r"(invalid|wrong) chain ?id|InvalidTxChainId|chain ?id mismatch",
            r"chain ?id (does not match|not supported|is required)",
            r"signed for another chain|only replay-protected",  # anvil; geth
            # what the node's operator lets one transaction cost at most
            r"exceeds the configured cap|transaction fee cap exceeded",  # geth; besu
        ),
    ),
    (
        SendOutcome.ALREADY_KNOWN,
        (
            r"already known",  # geth, erigon, nethermind
            r"already imported",  # anvil, openethereum
            r"AlreadyKnown",  # nethermind until 2025
            r"(?<!un)known transaction",  # besu, old geth
            r"existing (tx|txn|transaction) with (the )?same hash",  # erigon
            r"already in (the )?mempool",
            r"tx already exists in cache",
        ),
    ),
    (
        SendOutcome.NONCE_TOO_LOW,
        (
            r"(?<!authority )nonce (is )?too low",  # all; geth's authority is of EIP-7702
            r"OldNonce",  # nethermind until 2025
            r"nonce below",
            r"nonce (has )?already (been )?used",
            r"^(.*: )?mined$",  # erigon
        ),
    ),
    (
        SendOutcome.UNDERPRICED,
        (
            r"underpriced",  # geth, erigon, besu, nethermind
            r"fee ?too ?low",  # erigon; nethermind until 2025, also FeeTooLowToCompete
            r"insufficient gas price to replace",  # anvil, reth
            r"could not replace existing|replaced by transaction with higher",  # erigon
            r"ReplacementNotAllowed",  # nethermind until 2025
            r"max fee per gas less than block base fee",  # geth, anvil
            r"fee cap less than block base fee",
            r"lower than the (pending )?block base fee",
            r"gas price (is )?(too low|below)",  # besu, geth, openethereum
            r"below configured minimum",
        ),
    ),
    (
        SendOutcome.INSUFFICIENT_FUNDS,
        (
            r"insufficient (funds|balance)",  # all
            r"InsufficientFunds|InsufficientMaxFeePerGasForSenderBalance",  # nethermind until 2025
            r"(not|n't) .*enough funds",  # hardhat, openethereum
            r"exceeds account balance",  # besu
        ),
    ),
)
_TABLE: Final = tuple(
    (outcome, re.compile("|".join(phrases), re.IGNORECASE)) for outcome, phrases in _WORDS
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
#: Code for history that the node keeps no more (geth and reth, for EIP-4444).
_PRUNED_HISTORY: Final = 4444
_INABILITY: Final = re.compile(
    r"rate.?limit|too many requests|(requests|compute units) per second|request count exceeded"
    r"|method .*(not found|not supported|not available|does not exist|not whitelisted)"
    r"|header not found|block not found|unknown block|missing trie node|historical state"
    r"|state .*(not available|unavailable|pruned|missing)|distance to target block"
    r"|\bpruned\b|history .*(not available|unavailable)|(receipts|block) .*not available"
    r"|archive (node|data)|not an archive"
    r"|(node is|still) syncing|sync is still in progress|transaction pool not enabled"
    r"|method not enabled",
    re.IGNORECASE,
)


def is_inability(error: NodeError) -> bool:
    """Whether the node refused what another node may well do: it lacks state, method or leisure."""
    if not isinstance(error, NodeRefusalError) or isinstance(error, CallRevertedError):
        return False
    is_told_by_code = error.code in (_NO_SUCH_METHOD, _PRUNED_HISTORY)
    return is_told_by_code or _INABILITY.search(error.reason) is not None
