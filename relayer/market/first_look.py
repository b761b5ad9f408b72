"""A look at the piece that opens a market, before anything is contributed to it."""

from __future__ import annotations

import logging

from relayer.chain.answers import Block
from relayer.chain.errors import NodeError
from relayer.chain.node import Node
from relayer.chain.system import TrainerContracts
from relayer.chain.wire import unpack_records
from relayer.market.pay import ReplayPay, samples_of
from relayer.market.public_data import read_public_data
from relayer.market.view import MarketView
from relayer.models.replay_gas import ScoringSamples

log = logging.getLogger(__name__)


class FirstLook:
    """Reads each market's opened piece once, and reckons with it.

    Args:
        node: is asked for the event.
        pay: weighs what was found.
    """

    def __init__(self, node: Node, pay: ReplayPay) -> None:
        self._node = node
        self._pay = pay
        self._opened: dict[str, ScoringSamples] = {}

    def check(self, view: MarketView, contracts: TrainerContracts, head: Block) -> None:
        """Checks that a market in its participation looks as if its replay were paid for.

        An event that cannot be read decides nothing: the replay is weighed again when all is known.

        Raises:
            UnderpaidReplayError: it does not by far.
        """
        opened = self._opened.get(view.address)
        if opened is None:
            try:
                opened = self._read(view, contracts, head)
            except NodeError as error:
                log.info("market %s: %s", view.address, error, extra={"action": "first_look"})
                return
            self._opened[view.address] = opened
        self._pay.foresee(view, contracts.entry, opened)

    def _read(self, view: MarketView, contracts: TrainerContracts, head: Block) -> ScoringSamples:
        """The opened piece; no samples when the node has dropped the event."""
        data = read_public_data(
            self._node, contracts.trainer, contracts.data_handler, view.draw_block, head.number
        )
        piece = data.pieces.get(view.opened_piece)
        return samples_of([] if piece is None else unpack_records(piece.records))
