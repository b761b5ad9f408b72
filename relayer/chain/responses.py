"""What a JSON-RPC response says: a result, a refusal, or nothing that can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from relayer.chain.errors import (
    CallRevertedError,
    NodeAnswerError,
    NodeError,
    NodeRefusalError,
)

#: JSON-RPC code of an execution error with revert data (geth, erigon, anvil, reth).
_EXECUTION_REVERTED: Final = 3


@contextmanager
def reading(method: str) -> Iterator[None]:
    """Turns an answer that cannot be read into a failure of the node, whatever it looks like."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise NodeAnswerError(
            f"{method}: the node's answer cannot be read ({error}). Use another node."
        ) from error


def result_of(method: str, response: Mapping[str, Any]) -> Any:
    """The result in a response.

    Raises:
        CallRevertedError: it is the error of a contract that reverted.
        NodeRefusalError: it is another error.
    """
    error = response.get("error")
    if error is not None:
        raise _refusal(method, error)
    return response["result"]


def _refusal(method: str, error: Any) -> NodeError:
    if not isinstance(error, dict):
        return NodeRefusalError(method, 0, str(error))
    code, reason, data = error.get("code"), str(error.get("message", "")), error.get("data")
    code = code if isinstance(code, int) else 0
    reverted = code == _EXECUTION_REVERTED or "revert" in reason.lower()
    kind = CallRevertedError if reverted else NodeRefusalError
    return kind(method, code, reason, _revert_data(data))


def _revert_data(data: Any) -> bytes:
    """Revert data where the node gives any; some nodes put plain words in its place."""
    try:
        return bytes.fromhex(data[2:]) if isinstance(data, str) and data[:2] == "0x" else b""
    except ValueError:
        return b""


def number_in(answer: Any) -> int:
    """The number that a node wrote as 0x-hex; ValueError or TypeError for anything else."""
    number = int(answer, 16)
    if number < 0:
        raise ValueError("a negative number")
    return number


def bytes_in(answer: Any) -> bytes:
    """The bytes that a node wrote as 0x-hex; ValueError or TypeError for anything else."""
    if answer[:2] != "0x":
        raise ValueError("no 0x-hex")
    return bytes.fromhex(answer[2:])
