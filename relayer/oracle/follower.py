"""Writes down the requests that a responder has a seat for, from the events of final blocks."""

from __future__ import annotations

from relayer.chain.answers import Block, Log
from relayer.chain.node import Node
from relayer.clock import Clock
from relayer.oracle.contract import Oracle
from relayer.store import Store
from relayer.store.oracle_requests import NewOracleRequest

BLOCKS_PER_QUERY = 2_000


class RequestFollower:
    """Follows `Requested` of one oracle.

    A request that a reorganisation may still take back is not looked at: the service would be
    asked, and a label committed to, for nothing.

    Args:
        store: the database.
        node: is asked for logs.
        oracle: whose requests.
        responder: whose seat.
        first_block: where to begin with an empty database.
        confirmations: blocks on top from which on a block is final.
        clock: tells when.
    """

    def __init__(
        self,
        store: Store,
        node: Node,
        oracle: Oracle,
        responder: str,
        first_block: int,
        confirmations: int,
        clock: Clock,
    ) -> None:
        self._store = store
        self._node = node
        self._oracle = oracle
        self._responder = responder
        self._first_block = first_block
        self._confirmations = confirmations
        self._clock = clock

    def step(self, head: Block) -> int:
        """Reads the final blocks that are new; returns how many requests are for this responder.

        Raises:
            NodeError: the node does not answer; the blocks are read again later.
        """
        found = 0
        final = head.number - self._confirmations
        scanned = self._store.oracle_requests.scanned_until(self._oracle.address)
        start = self._first_block if scanned is None else scanned + 1
        while start <= final:
            end = min(start + BLOCKS_PER_QUERY - 1, final)
            found += self._scan(start, end)
            start = end + 1
        return found

    def _scan(self, start: int, end: int) -> int:
        topic = "0x" + self._oracle.contract.interface.topic("Requested").hex()
        logs = self._node.logs([self._oracle.address], [topic], start, end)
        # All questions to the node come before the transaction.
        requests = [request for request in map(self._read, logs) if request is not None]
        with self._store.transaction():
            for request in requests:
                self._store.oracle_requests.insert(request)
            self._store.oracle_requests.note_scanned(self._oracle.address, end, self._clock.now())
        return len(requests)

    def _read(self, entry: Log) -> NewOracleRequest | None:
        decoded = self._oracle.contract.interface.decode_event(entry)
        if decoded is None:
            return None
        event = decoded[1]
        seat = self._oracle.seat_of(event["panel"], self._responder)
        if seat is None:
            return None
        return NewOracleRequest(
            id="0x" + event["id"].hex(),
            oracle=self._oracle.address,
            sample=event["sample"],
            fee_wei=event["feeWei"],
            version=event["version"],
            seat=seat,
            commit_until=event["commitUntil"],
            deadline_at=event["deadline"],
        )
