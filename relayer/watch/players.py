"""Reads players whose state on the chain has changed: nonces, balance, points, rewards, badges.

A forfeited stake changes the rewards of everybody who holds points, whatever they did last. So
after one all holders are read again, a request at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from relayer.chain.answers import Block
from relayer.chain.contracts import Contract
from relayer.chain.node import Node
from relayer.chain.system import System
from relayer.clock import Clock
from relayer.store import Store
from relayer.store.players import PlayerSnapshot, Standing

#: Players read in one JSON-RPC batch.
PLAYERS_PER_REQUEST = 50
#: Slugs of the contract's badges, in the order of its enum.
BADGES = ("first-clue", "ten-validated", "hundred-validated", "thousand-validated", "week-streak")


class PlayerReader:
    """Reads players from the chain into the store.

    Args:
        store: the database.
        node: is asked, many players at once.
        system: the contracts.
        clock: tells when a player was read.
    """

    def __init__(self, store: Store, node: Node, system: System, clock: Clock) -> None:
        self._store = store
        self._node = node
        self._system = system
        self._clock = clock
        self._dividends_at = clock.now()  # what an earlier worker left unread is read again

    def note_dividends(self) -> None:
        """Let every holder of points be read again, because a stake was shared among them."""
        self._dividends_at = self._clock.now()

    def catch_up(self, head: Block) -> None:
        """Reads some of the holders that were not read since the last dividends.

        Raises:
            NodeError: the node does not answer; they are read later.
        """
        if self._system.paying_dividends:
            before = self._dividends_at
            self.refresh(self._store.players.holders_read_before(before, PLAYERS_PER_REQUEST), head)

    def refresh(self, players: Iterable[str], head: Block) -> None:
        """Reads these players as of a block and writes them down.

        Raises:
            NodeError: the node does not answer; read them again later.
        """
        addresses = sorted(players)
        for start in range(0, len(addresses), PLAYERS_PER_REQUEST):
            part = addresses[start : start + PLAYERS_PER_REQUEST]
            snapshots = self._read(part, head)
            with self._store.transaction():
                self._store.players.write(snapshots)

    def _read(self, players: list[str], head: Block) -> list[PlayerSnapshot]:
        paying = self._system.paying_dividends.values()
        gamified = self._system.keeping_standings.values()
        calls: list[tuple[Contract, str, str]] = []
        for player in players:
            calls.append((self._system.forwarder, "player", player))
            calls.extend((contracts.mechanism, "account", player) for contracts in paying)
            calls.extend((contracts.mechanism, "standing", player) for contracts in gamified)
        answers = iter(
            self._node.call_many(
                [
                    (contract.address, contract.interface.encode(function, player))
                    for contract, function, player in calls
                ],
                head.number,
            )
        )
        now = self._clock.now()
        return [self._snapshot(player, answers, now) for player in players]

    def _snapshot(self, player: str, answers: Iterator[bytes], now: float) -> PlayerSnapshot:
        slot = self._system.forwarder.interface.decode("player", next(answers))
        balance_wei, highest_nonce, seen = slot
        points: dict[str, int] = {}
        unclaimed_wei = 0
        for address, contracts in self._system.paying_dividends.items():
            account = contracts.mechanism.interface.decode("account", next(answers))
            points[address] = account[0]
            unclaimed_wei += account[1]
        standings: dict[str, Standing] = {}
        for address, contracts in self._system.keeping_standings.items():
            (struct,) = contracts.mechanism.interface.decode("standing", next(answers))
            points[address] = struct["points"]
            standings[address] = _standing(struct)
        return PlayerSnapshot(
            address=player,
            highest_nonce=highest_nonce,
            seen=seen,
            balance_wei=balance_wei,
            refreshed_at=now,
            unclaimed_wei=unclaimed_wei,
            points=points,
            standings=standings,
        )


def _standing(struct: dict[str, Any]) -> Standing:
    return Standing(
        contributed=struct["contributed"],
        badges=tuple(name for bit, name in enumerate(BADGES) if struct["badges"] >> bit & 1),
        streak_days=struct["streakDays"],
        last_day=struct["lastDay"],
    )
