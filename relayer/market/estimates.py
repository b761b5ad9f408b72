"""What a step would need now, told by the node."""

from __future__ import annotations

from relayer.chain.contracts import Contract
from relayer.chain.errors import NodeRefusalError
from relayer.chain.node import Node
from relayer.market.errors import StepRefusedError


def estimate_step(
    node: Node, market: Contract, data: bytes, sender: str, value_wei: int = 0
) -> int | None:
    """The gas of a call to a market, or None when it is more than the node grants a call.

    Nodes tell a call that ran out of gas in words of their own; a refusal by the market carries
    one of its errors.

    Raises:
        StepRefusedError: the market refuses the call.
        NodeError: the node does not answer.
    """
    try:
        return node.estimate_gas(market.address, data, sender=sender, value_wei=value_wei)
    except NodeRefusalError as error:
        if not error.data:
            return None
        named = market.interface.decode_error(error.data)
        reason = error.reason if named is None else f"{named[0]} {named[1]}"
        raise StepRefusedError(f"the market refuses it: {reason}") from error
