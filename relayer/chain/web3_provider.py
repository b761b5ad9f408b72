"""The relayer's nodes for web3: contracts of one's own are read with the same care.

::

    web3 = Web3(NodeProvider(open_node(settings)))
    shop = web3.eth.contract(address, abi=abi)
    shop.functions.priceOf(7).call()

Failover, time limits and the distrust of odd answers come with the nodes; see `relayer.chain.pool`.
"""

from __future__ import annotations

from typing import Any

from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from relayer.chain.errors import NodeError, NodeRefusalError
from relayer.chain.node import Node


class NodeProvider(JSONBaseProvider):
    """Asks a node, or a pool of them, what web3 wants to know.

    Args:
        node: is asked; raises `NodeUnreachableError` when no answer comes that can be believed.
    """

    def __init__(self, node: Node) -> None:
        super().__init__()
        self._node = node

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """Return the node's answer, or its refusal as web3 expects it.

        Raises:
            NodeUnreachableError: no answer came.
        """
        try:
            return {"jsonrpc": "2.0", "id": 0, "result": self._node.request(method, params)}
        except NodeRefusalError as error:
            refusal: Any = {
                "code": error.code,
                "message": error.reason,
                "data": f"0x{error.data.hex()}",
            }
            return {"jsonrpc": "2.0", "id": 0, "error": refusal}

    def is_connected(self, show_traceback: bool = False) -> bool:
        """Whether a node answers."""
        try:
            self._node.chain_id()
        except NodeError:
            if show_traceback:
                raise
            return False
        return True
