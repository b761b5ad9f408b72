"""Errors of the chain package.

* ChainError (RelayerError)
  * SignatureMalformedError: bytes that are no low-s signature
  * FramingError: packed bytes that are no whole list, or cannot be packed
  * ArtifactError: a compiled contract is missing or lacks what is asked of it
  * NodeError: anything that went wrong between us and the node
    * NodeUnreachableError: no answer, so the outcome is unknown
      * NodeBusyError: the node asked for a pause
      * NodeAnswerError: an answer that cannot be true, which is worth as little as none
    * NodeRefusalError: the node answered with an error
      * CallRevertedError: the contract reverted in a call or an estimate
  * FeeCapError: the network is dearer than the operator allows
"""

from __future__ import annotations

from relayer.errors import RelayerError


class ChainError(RelayerError):
    """Base of all errors of this package."""


class SignatureMalformedError(ChainError):
    """Bytes that are no low-s ECDSA signature. Sign again with an EIP-712 capable wallet."""


class FramingError(ChainError):
    """Packed bytes do not end where their last element ends, or an element cannot be packed."""


class ArtifactError(ChainError):
    """A compiled contract is missing or has no such member. Reinstall the package."""


class NodeError(ChainError):
    """Something went wrong between the relayer and its node. No state is decided from it."""


class NodeUnreachableError(NodeError):
    """The node did not answer, or not in JSON-RPC: what it did with the request is unknown."""


class NodeBusyError(NodeUnreachableError):
    """The node answered that it was asked too often. Ask less, or use another node.

    Attributes:
        retry_after_s: the pause that the node asks for, 0 when it named none.
    """

    def __init__(self, message: str, retry_after_s: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class NodeAnswerError(NodeUnreachableError):
    """The node answered with something that cannot be read, or that contradicts itself."""


class NodeRefusalError(NodeError):
    """The node answered with a JSON-RPC error.

    Attributes:
        code: the JSON-RPC error code, 0 when the node gave none.
        reason: the node's own words.
        data: the revert data, when there is any.
    """

    def __init__(self, method: str, code: int, reason: str, data: bytes = b"") -> None:
        super().__init__(f"{method}: the node refused ({code}): {reason}")
        self.code = code
        self.reason = reason
        self.data = data


class CallRevertedError(NodeRefusalError):
    """The contract reverted; `data` holds its custom error."""


class FeeCapError(ChainError):
    """The network asks for more than the operator's cap. Wait, or raise the cap."""
