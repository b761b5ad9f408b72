"""Markets, whose model learns in a replay, and classifiers that do not learn from data at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from eth_hash.auto import keccak

from relayer.chain.contracts import Contract, bind, load_artifact
from relayer.chain.node import Node
from relayer.chain.wire import Record
from relayer.clock import ManualClock
from relayer.models.samples import encode
from relayer.rebuild.errors import Discrepancy
from relayer.rebuild.finding import Subject
from relayer.rebuild.source import Source
from relayer.rebuild.verification import ModelCheck, Verification, verify
from tests.chain import Anvil
from tests.integration.market_on_chain import NO_PLAYER, REPLAY, MarketOnChain, Piece

#: 12 features, 3 labels, no growth, rate 1.
MODEL = ("SparseMulticlassPerceptron", (12, 12, 3, 3, 1))
MOST_CONTRIBUTIONS = 5
LAPSE_WAIT_S = 500


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    """A chain with nothing on it."""
    chain = Anvil()
    yield chain
    chain.stop()


def check(node: Node, trainer: str) -> Verification:
    source = Source.open(node, trainer, ManualClock())
    try:
        return source.at_block(
            lambda: source.confirmed_block(0), lambda block: verify(source, block)
        )
    finally:
        source.close()


def record(player: str, label: int, *features: int) -> Record:
    return Record(player, label, encode(features))


def open_market(anvil: Anvil) -> MarketOnChain:
    """A market in its participation, with a batch, direct contributions, and one too many."""
    pieces = [
        Piece(bytes([number]) * 32, (record(NO_PLAYER, number % 3, number, 9),))
        for number in range(3)
    ]
    market = MarketOnChain.deploy(
        anvil.node,
        MODEL,
        pieces,
        stake_wei=10**9,
        max_contributions=MOST_CONTRIBUTIONS,
        grouped=False,
    )
    market.commit_and_open(10**12)
    one, two, *_ = market.players
    market.add_batch([record(one, 1, 1, 2), record(one, 7, 3), record(two, 2, 4, 5)])
    market.contribute(record(two, 0, 1, 4))
    market.add_batch([record(two, 1, 6), record(one, 2, 7), record(one, 0, 8), record(two, 1, 9)])
    return market


def test_a_market_is_followed_through_participation_replay_and_pay_out(anvil: Anvil) -> None:
    market = open_market(anvil)
    in_participation = check(anvil.node, market.contract.address)
    assert in_participation.model_check is ModelCheck.COMPARED
    assert "taught 0 contributions" in in_participation.model_note
    assert in_participation.ledger.accepted == MOST_CONTRIBUTIONS

    market.reveal()
    market._send(market.players[0], "replay", *replay_arguments(market, 5))
    trained = market.read("replayCursor")["trained"]
    assert 0 < trained < MOST_CONTRIBUTIONS
    in_replay = check(anvil.node, market.contract.address)
    assert f"taught {trained} contributions" in in_replay.model_note

    assert market.phase == REPLAY
    market.replay(1_000)
    market.play_passes(1_000)
    market.settle_all()
    closed = check(anvil.node, market.contract.address)
    assert f"taught {MOST_CONTRIBUTIONS} contributions" in closed.model_note
    assert closed.ledger.open == 0
    assert closed.foreign_code == ()


def replay_arguments(market: MarketOnChain, limit: int) -> tuple[Any, ...]:
    return market._leaves, 0, market._pieces, market.supplied, limit


def test_a_wrong_byte_in_a_market_s_model_is_named(anvil: Anvil) -> None:
    market = open_market(anvil)
    market.reveal()
    market.replay(1_000)
    classifier = market.read("classifier")
    (word,) = bind(MODEL[0], classifier).read(anvil.node, "weightWords", 0, 1)
    slot = next(
        number
        for number in range(50)
        if int(anvil.node.request("eth_getStorageAt", [classifier, hex(number), "latest"]), 16)
        == word
    )
    anvil.node.request(
        "anvil_setStorageAt", [classifier, f"0x{slot:064x}", f"0x{word ^ 1 << 40:064x}"]
    )
    anvil.node.request("anvil_mine", ["0x1"])

    with pytest.raises(Discrepancy) as caught:
        check(anvil.node, market.contract.address)

    found = caught.value.finding
    assert (found.subject, found.word_index, found.byte_index) == (Subject.MODEL, 0, 26)


def test_a_classifier_that_does_not_learn_is_said_to_be_unchecked(anvil: Anvil) -> None:
    responders = anvil.node.request("eth_accounts", [])[1:4]
    oracle = ("OracleClassifier", ((2, 64, 1, 10, 1_000), responders, 2, b"\1" * 32))
    room = Room(anvil, oracle, ("SelfAssessment", (1, 1, 10**9, 60, 600)))
    room.publish(Record("0x" + "34" * 20, 1, b"any bytes at all"))

    result = check(anvil.node, room.trainer.address)

    assert result.model_check is ModelCheck.NOT_REPLAYABLE
    assert "kind oracle does not learn" in result.model_note
    assert result.ledger.accepted == 1
    assert result.as_json()["model"] == "not-replayable"
    assert result.foreign_code == ()


def test_a_gamified_trainer_s_data_teach_as_any_other_s(anvil: Anvil) -> None:
    room = Room(anvil, MODEL, ("Gamified", (1, LAPSE_WAIT_S)))
    one, two, three = ("0x" + f"{number:02x}" * 20 for number in (17, 18, 19))
    room.add(record(one, 1, 1, 2), record(two, 7, 3), record(three, 2, 1, 4))
    room.add(record(two, 0, 5))
    anvil.node.request("evm_increaseTime", [hex(LAPSE_WAIT_S + 1)])
    room.settle(1)

    result = check(anvil.node, room.trainer.address)

    assert result.parts.mechanism_kind == "gamified"
    assert result.model_check is ModelCheck.COMPARED
    assert (result.ledger.forfeited, result.ledger.open) == (2, 1)
    assert result.foreign_code == ()


class Room:
    """A trainer of any classifier and mechanism; its Forwarder is a plain account."""

    def __init__(
        self,
        anvil: Anvil,
        classifier: tuple[str, tuple[Any, ...]],
        mechanism: tuple[str, tuple[Any, ...]],
    ) -> None:
        self._node = anvil.node
        self._sender = anvil.node.request("eth_accounts", [])[0]
        names = (classifier, mechanism, ("DataHandler", ()))
        parts = [self._create(name, *arguments) for name, arguments in names]
        model, rule, self._handler = parts
        self.trainer = self._create(
            "CollaborativeTrainer",
            "a trainer",
            self._sender,
            rule.address,
            self._handler.address,
            model.address,
        )
        for part in parts:
            self._call(self._sender, part, "bind", self.trainer.address)

    def add(self, *records: Record) -> None:
        """Add a batch as the Forwarder does."""
        packed = b"".join(each.pack() for each in records)
        self._call(self._sender, self.trainer, "addBatch", packed, len(records), bytes(32))

    def settle(self, batch_id: int) -> None:
        """Settle what is due in a batch, as the Forwarder does."""
        topics = ["0x" + self._handler.interface.topic("DataAdded").hex(), f"0x{batch_id:064x}"]
        logs = self._node.logs([self._handler.address], topics, 0, self._node.head().number)
        _, event = self._handler.interface.decode_event(logs[0]) or ("", {})
        arguments = event["header"], event["records"], (1 << 255) - 1
        self._call(self._sender, self.trainer, "settleBatch", *arguments)

    def publish(self, added: Record) -> None:
        """Publish a record in the trainer's name, without its classifier."""
        header = (0, 0, 1, 0, 1, 0, self._sender, b"\0" * 32, keccak(added.pack()))
        self._node.request("anvil_impersonateAccount", [self.trainer.address])
        self._node.request("anvil_setBalance", [self.trainer.address, hex(10**18)])
        self._call(self.trainer.address, self._handler, "add", header, 1, added.pack())

    def _create(self, name: str, *arguments: Any) -> Contract:
        artifact = load_artifact(name)
        code = artifact.bytecode + artifact.interface.encode_constructor(*arguments)
        return bind(name, self._send({"from": self._sender, "data": "0x" + code.hex()}))

    def _call(self, sender: str, contract: Contract, function: str, *arguments: Any) -> None:
        data = contract.interface.encode(function, *arguments)
        self._send({"from": sender, "to": contract.address, "data": "0x" + data.hex()})

    def _send(self, fields: dict[str, str]) -> str:
        sent = self._node.request("eth_sendTransaction", [{**fields, "gas": hex(20_000_000)}])
        self._node.request("anvil_mine", ["0x1"])
        receipt = self._node.request("eth_getTransactionReceipt", [sent])
        if int(receipt["status"], 16) != 1:
            raise AssertionError(f"a transaction failed: {receipt}")
        return str(receipt["contractAddress"])
