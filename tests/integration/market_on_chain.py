"""A prediction market on a chain: every party is an account that anvil signs for."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from eth_hash.auto import keccak

from relayer.chain.answers import Receipt
from relayer.chain.contracts import Contract, bind, load_artifact
from relayer.chain.node import Node
from relayer.chain.wire import Record

ANNOUNCED, DRAWING, PARTICIPATION, REVEAL, REPLAY, PASSES, LAPSED, CLOSED = range(8)
#: Length of every phase in these markets.
PHASE_S: Final = 1_000
NO_PLAYER: Final = "0x" + "00" * 20
EVERYTHING: Final = (1 << 256) - 1
RICH_WEI: Final = 10**32
MINING_TIMEOUT_S: Final = 30.0


@dataclass(frozen=True)
class Piece:
    """A piece of the test set: salt and records."""

    salt: bytes
    records: tuple[Record, ...]

    @property
    def packed(self) -> bytes:
        """The records' bytes."""
        return b"".join(record.pack() for record in self.records)

    @property
    def leaf(self) -> bytes:
        """What the provider commits to."""
        return keccak(self.salt + keccak(self.packed))


@dataclass
class MarketOnChain:
    """A deployed market with its test set, and everything that was contributed so far.

    The Forwarder is an account as well: what the real one adds is tested elsewhere.
    """

    node: Node
    contract: Contract
    provider: str
    forwarder: str
    players: Sequence[str]
    stake_wei: int
    pieces: Sequence[Piece]
    supplied: list[tuple[tuple[Any, ...], bytes]] = field(default_factory=list)

    @classmethod
    def deploy(
        cls,
        node: Node,
        classifier: tuple[str, Sequence[Any]],
        pieces: Sequence[Piece],
        *,
        weight_words: Sequence[int] = (),
        stake_wei: int,
        max_contributions: int,
        grouped: bool,
    ) -> Self:
        """Create classifier, data handler and market, and bind the former two to the latter."""
        sender, provider, forwarder, *players = node.request("eth_accounts", [])
        for account in (sender, provider, forwarder, *players):
            node.request("anvil_setBalance", [account, hex(RICH_WEI)])
        model = create(node, sender, classifier[0], *classifier[1])
        if weight_words:
            transact(node, sender, model, "initialize", 0, list(weight_words))
        data_handler = create(node, sender, "DataHandler")
        parts = (provider, forwarder, data_handler.address, model.address)
        rules = (stake_wei, max_contributions, grouped, PHASE_S, PHASE_S, PHASE_S, PHASE_S)
        market = create(node, sender, "PredictionMarket", "a market", parts, rules)
        for part in (model, data_handler):
            transact(node, sender, part, "bind", market.address)
        return cls(node, market, provider, forwarder, players, stake_wei, pieces)

    # --- acting

    def commit_and_open(self, bounty_wei: int) -> None:
        """Lock the bounty, wait for the draw and open the drawn piece."""
        self._send(self.provider, "commit", self._leaves, value_wei=bounty_wei)
        self.node.request("anvil_mine", [hex(5)])
        self._send(self.players[0], "draw")
        drawn = self._pieces[self.opened_piece]
        self._send(self.provider, "open", self._leaves, drawn)

    def contribute(self, record: Record) -> None:
        """Contribute directly, with the player's own stake."""
        receipt = self._send(
            record.player, "contribute", record.label, record.sample, value_wei=self.stake_wei
        )
        self._note(receipt)

    def add_batch(self, records: Sequence[Record]) -> None:
        """Bring a batch as the Forwarder does."""
        packed = b"".join(record.pack() for record in records)
        value_wei = self.stake_wei * len(records)
        self._note(
            self._send(
                self.forwarder, "addBatch", packed, len(records), bytes(32), value_wei=value_wei
            )
        )

    def end_phase(self) -> None:
        """Let the time of the present phase run out."""
        self.node.request("evm_increaseTime", [hex(PHASE_S)])
        self.node.request("anvil_mine", [])

    def reveal(self) -> None:
        """Reveal all pieces."""
        self._send(self.provider, "reveal", self._leaves, 0, self._pieces)

    def replay(self, limit: int) -> None:
        """Replay in steps of `limit` evaluations, supplying everything each time."""
        while self.phase == REPLAY:
            self._send(
                self.players[0], "replay", self._leaves, 0, self._pieces, self.supplied, limit
            )

    def play_passes(self, limit: int) -> None:
        """Play all passes, `limit` in a call."""
        while self.phase == PASSES:
            self._send(self.players[0], "playPasses", limit)

    def lapse(self) -> None:
        """Close the market that a time-out ended."""
        self._send(self.players[0], "lapse")

    def settle_all(self) -> list[dict[str, Any]]:
        """Settle every batch; return what the market answered for each."""
        settlements = []
        for header, records in self.supplied:
            payer = header[6].lower()
            by_forwarder = payer == self.forwarder.lower()
            function = "settleBatch" if by_forwarder else "settle"
            sender = self.forwarder if by_forwarder else self.players[0]
            data = self.contract.interface.encode(function, header, records, EVERYTHING)
            answer = self.node.call(self.contract.address, data, sender=sender)
            settlements.append(self.contract.interface.decode(function, answer)[0])
            self._send(sender, function, header, records, EVERYTHING)
        return settlements

    def claim_all(self) -> None:
        """Let the provider and every player claim."""
        for account in (self.provider, *self.players):
            self._send(account, "claim")

    # --- looking

    def read(self, function: str, *arguments: Any) -> Any:
        """Call a view."""
        return self.contract.read(self.node, function, *arguments)

    @property
    def phase(self) -> int:
        """The phase that holds now."""
        return int(self.read("phase"))

    @property
    def opened_piece(self) -> int:
        """The piece that was drawn."""
        return int(self.read("state")["openedPiece"])

    @property
    def balance_wei(self) -> int:
        """All money of the market."""
        return self.node.balance_wei(self.contract.address)

    @property
    def scoring_records(self) -> list[Record]:
        """The test set without the opened piece."""
        opened = self.opened_piece
        return [
            record
            for index, piece in enumerate(self.pieces)
            if index != opened
            for record in piece.records
        ]

    @property
    def _leaves(self) -> list[bytes]:
        return [piece.leaf for piece in self.pieces]

    @property
    def _pieces(self) -> list[tuple[bytes, bytes]]:
        return [(piece.salt, piece.packed) for piece in self.pieces]

    def _send(self, sender: str, function: str, *arguments: Any, value_wei: int = 0) -> Receipt:
        return transact(self.node, sender, self.contract, function, *arguments, value_wei=value_wei)

    def _note(self, receipt: Receipt) -> None:
        """Keep header and records of the batch that a transaction added, if it added one."""
        interface = load_artifact("DataHandler").interface
        for log in receipt.logs:
            name, values = interface.decode_event(log) or ("", {})
            if name == "DataAdded":
                self.supplied.append((tuple(values["header"].values()), values["records"]))


def create(node: Node, sender: str, name: str, *arguments: Any) -> Contract:
    """Deploy a contract from an account that anvil signs for."""
    artifact = load_artifact(name)
    code = artifact.bytecode + artifact.interface.encode_constructor(*arguments)
    address = _mine(node, {"from": sender, "data": "0x" + code.hex()}).contract_address
    if address is None:
        raise AssertionError(f"{name} has no address")
    return bind(name, address)


def transact(
    node: Node,
    sender: str,
    contract: Contract,
    function: str,
    *arguments: Any,
    value_wei: int = 0,
) -> Receipt:
    """Call a contract from an account that anvil signs for and require that it succeeds."""
    data = contract.interface.encode(function, *arguments)
    fields = {
        "from": sender,
        "to": contract.address,
        "data": "0x" + data.hex(),
        "value": hex(value_wei),
    }
    return _mine(node, fields)


def _mine(node: Node, fields: dict[str, str]) -> Receipt:
    transaction_hash = node.request("eth_sendTransaction", [{**fields, "gas": hex(15_000_000)}])
    give_up_at = time.monotonic() + MINING_TIMEOUT_S
    # anvil mines in the background: the receipt may come a moment after the hash.
    while (receipt := node.receipt(transaction_hash)) is None:
        if time.monotonic() > give_up_at:
            raise AssertionError(f"{transaction_hash} was not mined")
    if not receipt.succeeded:
        raise AssertionError(f"a transaction failed: {receipt}")
    return receipt
