"""A real node that refuses to try what a test names, as one whose limits are narrow."""

from __future__ import annotations

from typing import Any, Final

from relayer.chain.errors import CallRevertedError, NodeRefusalError
from relayer.chain.node import Node

#: What nodes say when they do not try a call to its end.
REFUSALS: Final = {
    "eth_call": NodeRefusalError("eth_call", -32000, "out of gas"),
    "eth_estimateGas": NodeRefusalError(
        "eth_estimateGas", -32000, "gas required exceeds allowance"
    ),
    "reverted": CallRevertedError("eth_estimateGas", 3, "execution reverted"),
}


class PickyNode(Node):
    """Refuses to try what holds some bytes, from the moment on that these are known."""

    refused: bytes | None = None
    error: NodeRefusalError

    def call(self, to: str, data: bytes, **named: Any) -> bytes:
        self._look_at("eth_call", data)
        return super().call(to, data, **named)

    def estimate_gas(self, to: str | None, data: bytes, **named: Any) -> int:
        self._look_at("eth_estimateGas", data)
        return super().estimate_gas(to, data, **named)

    def _look_at(self, method: str, data: bytes) -> None:
        if self.refused is not None and self.refused in data and str(self.error).startswith(method):
            raise self.error
