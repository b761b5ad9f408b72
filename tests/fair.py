"""A market on a real chain with everybody who takes part in it.

`Fair` is one market of a deployment: its provider with a test set, players who contribute through
the relayer's queue, and what the twin of the contract says must come of it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from relayer.chain.contracts import Contract, bind
from relayer.chain.wire import Record, unpack_records
from relayer.clock import SystemClock
from relayer.deploy import DeployPlan
from relayer.deployment import TrainerEntry
from relayer.keys import Signer
from relayer.market.pieces import HiddenTestSet
from relayer.market.provider import Provider
from relayer.market.test_set_files import cut, read_records
from relayer.market.view import MarketView, Phase
from relayer.models.sparse_perceptron import SparsePerceptron, SparsePerceptronParameters
from simulation.mechanisms.prediction_market import Outcome, accounts_of, replay, score
from tests.chain import Chain, Player, make_plan
from tests.pipeline import Pipeline

PROVIDER_KEY = bytes.fromhex("33" * 32)
STRANGER_KEY = bytes.fromhex("44" * 32)
ETHER = 10**18
FEATURES = 64
STAKE_WEI = 10**15
BOUNTY_WEI = ETHER // 100
PHASE_S = 600
STEP_GAS = 5_000_000


def make_market(
    name: str = "Market", *, feature_count: int = FEATURES, **rules: Any
) -> dict[str, Any]:
    """A trainer of a plan: a market over a perceptron that knows nothing yet."""
    mechanism = {
        "kind": "prediction-market",
        "provider": Signer(PROVIDER_KEY).address,
        "stake_wei": STAKE_WEI,
        "max_contributions": 40,
        "opening_s": PHASE_S,
        "participation_s": PHASE_S,
        "reveal_s": PHASE_S,
        "replay_s": PHASE_S,
    }
    return {
        "name": name,
        "labels": ("ham", "spam"),
        "classifier": {"kind": "sparse-perceptron", "feature_count": feature_count},
        "mechanism": mechanism | rules,
    }


def make_market_plan() -> DeployPlan:
    """Markets beside the usual trainers: plain, grouped, wide, one whose fees pay for little."""
    plan = make_plan()
    markets = [make_market("Plain"), make_market("Grouped", grouped=True)]
    markets.append(make_market("Wide", feature_count=1_008))
    markets.append(make_market("Small", expected_test_samples=10))
    trainers = [trainer.model_dump() for trainer in plan.trainers]
    return make_plan(trainers=[*trainers, *markets])


def true_label(features: Sequence[int], feature_count: int = FEATURES) -> int:
    """The rule behind the data: spam has most of its features in the upper half."""
    return int(sum(2 * feature >= feature_count for feature in features) * 2 > len(features))


@dataclass
class Fair:
    """One market and its people.

    Args:
        chain: with `make_market_plan` on it.
        pipeline: the relayer's worker.
        folder: for files.
        name: which of the markets.
        test_samples: size of the test set.
        piece_records: records of a piece.
        sample_features: features of a sample.
    """

    chain: Chain
    pipeline: Pipeline
    folder: Path
    name: str = "Plain"
    test_samples: int = 24
    piece_records: int = 6
    sample_features: int = 5
    people: dict[int, Player] = field(default_factory=dict)
    test_set: HiddenTestSet | None = None

    @property
    def entry(self) -> TrainerEntry:
        """The market in the deployment file."""
        return next(e for e in self.chain.deployment.trainers if e.name == self.name)

    @property
    def feature_count(self) -> int:
        """Features of the model."""
        return self.entry.feature_count or 0

    @property
    def contract(self) -> Contract:
        """The market."""
        return bind("PredictionMarket", self.entry.address)

    @property
    def secret(self) -> Path:
        """Where the provider keeps the test set."""
        return self.folder / "secrets" / f"{self.entry.name}.json"

    def provider(self, key: bytes = PROVIDER_KEY) -> Provider:
        """Somebody at the provider's commands."""
        return Provider(
            self.chain.node, self.entry, Signer(key), clock=SystemClock(), step_gas=STEP_GAS
        )

    # --- acting

    def commit(self, bounty_wei: int = BOUNTY_WEI) -> HiddenTestSet:
        """The provider writes a file of samples, commits to it and waits for the drawing block."""
        path = self.folder / f"{self.entry.name}.jsonl"
        dice = random.Random(7)
        lines = []
        for _ in range(self.test_samples):
            features = self._sample(dice)
            label = ("ham", "spam")[true_label(features, self.feature_count)]
            lines.append(json.dumps({"label": label, "features": features}))
        path.write_text("\n".join(lines))
        for key in (PROVIDER_KEY, STRANGER_KEY):
            self.chain.node.request("anvil_setBalance", [Signer(key).address, hex(100 * ETHER)])
        self.test_set = self.provider().commit(
            self.chain.deployment.chain_id,
            lambda: cut(read_records(path, self.entry), self.piece_records),
            bounty_wei,
            self.secret,
        )
        self.chain.mine(5)
        return self.test_set

    def open(self) -> None:
        """From the commitment to participation; the relayer draws, the provider opens."""
        test_set = self.commit()
        self.pipeline.run_until(lambda: self.view.drawn)
        self.provider().advance(test_set)

    def contribute(self, count: int, *, players: int = 3, liars: int = 1) -> list[str]:
        """Players contribute through the queue; the first ones lie. Returns the ids."""
        dice = random.Random(count)
        deadline = self.chain.now() + 5_000
        signed = []
        for index in range(count):
            number = index % players
            player = self.people.setdefault(number, Player(number, self.chain.domain))
            features = self._sample(dice)
            label = true_label(features, self.feature_count) ^ int(number < liars)
            signed.append(
                player.contribute(
                    self.entry.address, deadline=deadline, label=label, features=features
                )
            )
        return self.pipeline.queue(signed)

    def contribute_directly(self, features: tuple[int, ...] = (1, 2, 3)) -> None:
        """A stranger contributes with a stake of its own."""
        sample = b"".join(feature.to_bytes(2, "big") for feature in features)
        data = self.contract.interface.encode("contribute", true_label(features), sample)
        self.chain.send(STRANGER_KEY, self.entry.address, data, STAKE_WEI)

    def end_participation(self) -> None:
        """Lets the time for contributing run out."""
        self.chain.pass_time(PHASE_S)

    def reveal(self) -> None:
        """The provider reveals everything."""
        while self.view.phase is Phase.REVEAL:
            self.provider().advance(self.test_set)

    def run_to_closed(self) -> None:
        """The worker drives the market to its end."""
        self.pipeline.run_until(lambda: self.view.phase is Phase.CLOSED)

    def _sample(self, dice: random.Random) -> tuple[int, ...]:
        return tuple(sorted(dice.sample(range(self.feature_count), self.sample_features)))

    # --- looking

    @property
    def view(self) -> MarketView:
        """Where the market stands."""
        return self.provider().view()

    def events(self, contract: Contract, name: str) -> list[dict[str, Any]]:
        """All events of a contract by name."""
        topic = "0x" + contract.interface.topic(name).hex()
        logs = self.chain.node.logs([contract.address], [topic], 0, self.chain.node.head().number)
        decoded = [contract.interface.decode_event(log) for log in logs]
        return [event[1] for event in decoded if event is not None]

    def contributions(self) -> list[Record]:
        """What was contributed, in order, from the data events."""
        data_handler = bind("DataHandler", self.entry.data_handler)
        return [
            record
            for event in self.events(data_handler, "DataAdded")
            for index, record in enumerate(unpack_records(event["records"]))
            if event["acceptedMap"] >> index & 1
        ]

    def expected(self, bounty_wei: int = BOUNTY_WEI) -> Outcome:
        """What the twin says."""
        contributions, opened = self.contributions(), self.view.opened_piece
        pieces = [] if self.test_set is None else self.test_set.pieces
        scoring = [
            record
            for number, piece in enumerate(pieces)
            if number != opened
            for record in unpack_records(piece.records)
        ]
        count = self.feature_count
        model = SparsePerceptron(SparsePerceptronParameters(count, 0, 1), [0] * count)
        return score(
            replay(model, contributions, scoring),
            accounts_of(contributions, grouped=self.name == "Grouped"),
            test_size=len(scoring),
            stake_wei=STAKE_WEI,
            bounty_wei=bounty_wei,
        )

    def payouts(self) -> tuple[int, ...]:
        """What the closed market pays each contribution."""
        numbers = range(1, self.view.contributions + 1)
        return tuple(self.contract.read(self.chain.node, "payoutWei", n) for n in numbers)
