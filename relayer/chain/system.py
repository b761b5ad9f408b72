"""All contracts that one relayer serves, bound to their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relayer.chain.contracts import Contract, bind
from relayer.chain.eip712 import Domain
from relayer.deployment import (
    Deployment,
    GamifiedEntry,
    PredictionMarketEntry,
    SelfAssessmentEntry,
    TrainerEntry,
)

MECHANISM_CONTRACTS = {
    "self-assessment": "SelfAssessment",
    "gamified": "Gamified",
    "prediction-market": "PredictionMarket",
}
#: Mechanisms that are trainer and mechanism in one.
TRAINER_CONTRACTS = {"prediction-market": "PredictionMarket"}


@dataclass(frozen=True)
class TrainerContracts:
    """One trainer and what belongs to it."""

    entry: TrainerEntry
    trainer: Contract
    data_handler: Contract
    mechanism: Contract
    classifier: Contract
    growing: Contract

    @property
    def is_market(self) -> bool:
        """Whether the trainer is a prediction market."""
        return isinstance(self.entry.mechanism, PredictionMarketEntry)

    @property
    def has_features(self) -> bool:
        """Whether the model has features at all: one behind an oracle takes any bytes."""
        return not self.entry.is_behind_oracle

    @classmethod
    def of(cls, entry: TrainerEntry) -> TrainerContracts:
        """Binds the contracts of an entry of the deployment file."""
        kind = entry.mechanism.kind
        return cls(
            entry=entry,
            trainer=bind(TRAINER_CONTRACTS.get(kind, "CollaborativeTrainer"), entry.address),
            data_handler=bind("DataHandler", entry.data_handler),
            mechanism=bind(MECHANISM_CONTRACTS[kind], entry.mechanism.address),
            classifier=bind("IClassifier", entry.classifier.address),
            growing=bind("IGrowing", entry.classifier.address),
        )


@dataclass(frozen=True)
class System:
    """The Forwarder, the sponsor whose tank pays, and the trainers by address."""

    chain_id: int
    first_block: int
    sponsor: str
    forwarder: Contract
    trainers: Mapping[str, TrainerContracts]

    @classmethod
    def of(cls, deployment: Deployment, sponsor: str) -> System:
        """Binds everything that a deployment file names."""
        return cls(
            chain_id=deployment.chain_id,
            first_block=deployment.block_number,
            sponsor=sponsor,
            forwarder=bind("Forwarder", deployment.forwarder),
            trainers={entry.address: TrainerContracts.of(entry) for entry in deployment.trainers},
        )

    @property
    def paying_dividends(self) -> Mapping[str, TrainerContracts]:
        """The trainers whose mechanisms keep points and dividends for players."""
        return {
            address: contracts
            for address, contracts in self.trainers.items()
            if isinstance(contracts.entry.mechanism, SelfAssessmentEntry)
        }

    @property
    def keeping_standings(self) -> Mapping[str, TrainerContracts]:
        """The trainers whose mechanisms keep points and badges instead of money."""
        return {
            address: contracts
            for address, contracts in self.trainers.items()
            if isinstance(contracts.entry.mechanism, GamifiedEntry)
        }

    @property
    def domain(self) -> Domain:
        """The EIP-712 domain of everything that players sign."""
        return Domain(self.chain_id, self.forwarder.address)
