"""A run of self-assessment, done by the real contracts: same purses to the wei, same model.

Every deed of the run is a transaction: agents contribute directly and claim, an account that is
nobody's settles. Each takes effect in a block of the second that the run has for it, and in its
order. The chain is not told what comes out: it decides by itself which contributions the model
agrees with and what they cost and bring.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from relayer.chain.answers import Receipt
from relayer.chain.contracts import Contract, load_artifact
from relayer.chain.node import Node
from relayer.deploy.classifier_steps import RECIPES
from relayer.models.chain_reading import read_sparse_perceptron
from relayer.models.sparse_perceptron import SparsePerceptron
from simulation.datasets.imdb import Reviews
from simulation.datasets.samples import Samples
from simulation.errors import ReplayError
from simulation.replay.development_chain import DevelopmentChain
from simulation.scenarios.self_assessment.ours import initial_model
from simulation.scenarios.self_assessment.outcome import Deed, Outcome
from simulation.scenarios.self_assessment.parameters import UNIT_WEI, SelfAssessmentScenario

NOBODY: Final = "0x" + "00" * 20
EVERYTHING: Final = (1 << 256) - 1


@dataclass(frozen=True)
class ChainEnd:
    """How the chain ended.

    Attributes:
        end_wei: what each agent has, as if gas cost nothing.
        left_wei: what is left in the mechanism.
        weights: the model's.
        transactions: how many deeds were sent.
    """

    end_wei: Mapping[str, int]
    left_wei: int
    weights: Sequence[int]
    transactions: int

    def differences(self, outcome: Outcome) -> list[str]:
        """Where the chain ended otherwise than a run; a sentence each."""
        found = [
            f"{name} has {self.end_wei[name]} wei on the chain and {wei} in the simulation."
            for name, wei in outcome.end_wei.items()
            if self.end_wei[name] != wei
        ]
        if self.left_wei != outcome.left_wei:
            found.append(
                f"{self.left_wei} wei are left on the chain, {outcome.left_wei} in the simulation."
            )
        if list(self.weights) != outcome.model.weights.tolist():
            found.append("The model on the chain has other weights than the simulated one.")
        return found


def replay_on_chain(
    node: Node, scenario: SelfAssessmentScenario, reviews: Reviews, outcome: Outcome
) -> ChainEnd:
    """Do a run once more on a development chain.

    Args:
        node: a node of a development chain, which is left without automatic mining.
        scenario: what was run; not an exact one.
        reviews: what was learnt and tested with.
        outcome: how it went.

    Raises:
        ReplayError: the node is no development chain, or the chain refuses a deed.
        NodeError: the node does not answer.
    """
    used = reviews.limited(scenario.samples, scenario.test_samples)
    start = int(len(used.train) * scenario.initial_share)
    samples = used.train.between(start, len(used.train))
    replay = Replay(node, scenario, samples, initial_model(used, scenario).twin())
    for _, deeds in groupby(outcome.deeds, key=lambda deed: deed.at):
        replay.do(list(deeds))
    return replay.end()


class Replay:
    """The contracts of a run, deployed anew, and who acts on them."""

    def __init__(
        self,
        node: Node,
        scenario: SelfAssessmentScenario,
        samples: Samples,
        model: SparsePerceptron,
    ) -> None:
        self._chain = DevelopmentChain(node)
        self._samples = samples
        self._supplied: dict[int, tuple[tuple[Any, ...], bytes]] = {}
        self._transactions = 0
        deployer, self._settler, *others = self._chain.accounts()
        if len(others) < len(scenario.agents):
            raise ReplayError(
                f"The node signs for {len(others)} agents and there are {len(scenario.agents)}: "
                "start anvil with more --accounts."
            )
        self._accounts = {
            agent.name: account for agent, account in zip(scenario.agents, others, strict=False)
        }
        for agent in scenario.agents:
            self._chain.give(self._accounts[agent.name], agent.start_units * UNIT_WEI)
        for account in (deployer, self._settler):
            self._chain.give(account, 0)
        self._deploy(deployer, scenario, model)

    def do(self, deeds: Sequence[Deed]) -> None:
        """Do what was done at one second, in one block.

        Raises:
            ReplayError: the chain refuses one of them.
        """
        for deed in deeds:
            self._send(deed)
        receipts = self._chain.mine(self._started_at + deeds[0].at)
        self._transactions += len(receipts)
        for deed, receipt in zip(deeds, receipts, strict=True):
            if deed.kind == "contributed":
                self._supplied[deed.number] = _supplied_in(receipt)

    def end(self) -> ChainEnd:
        """How the chain stands."""
        node = self._chain.node
        model = read_sparse_perceptron(node, self._classifier, node.head().number)
        return ChainEnd(
            {name: self._chain.balance_wei(account) for name, account in self._accounts.items()},
            node.balance_wei(self._mechanism.address),
            model.weights,
            self._transactions,
        )

    def _send(self, deed: Deed) -> None:
        account = self._accounts[deed.agent]
        if deed.kind == "contributed":
            sample = self._samples.encoded(deed.number)
            self._chain.send(
                account, self._trainer, "contribute", deed.label, sample, value_wei=deed.amount_wei
            )
        elif deed.kind == "claimed":
            self._chain.send(account, self._mechanism, "claim")
        else:
            header, records = self._supplied[deed.number]
            self._chain.send(self._settler, self._trainer, "settle", header, records, EVERYTHING)

    def _deploy(
        self, deployer: str, scenario: SelfAssessmentScenario, model: SparsePerceptron
    ) -> None:
        recipe, rules = RECIPES[model.kind], scenario.mechanism
        create, send = self._chain.create, self._chain.send
        self._classifier = create(deployer, "SparsePerceptron", *recipe.constructor(model))
        for lesson in recipe.lessons(model):
            send(deployer, self._classifier, "initialize", *lesson.arguments)
        self._chain.mine()
        data_handler = create(deployer, "DataHandler")
        self._mechanism: Contract = create(
            deployer,
            "SelfAssessment",
            rules.cost_weight,
            rules.min_stake_wei,
            rules.max_stake_wei,
            rules.refund_wait_s,
            rules.forfeit_wait_s,
        )
        self._started_at = self._chain.node.head().timestamp
        parts = (self._mechanism, data_handler, self._classifier)
        addresses = [part.address for part in parts]
        self._trainer: Contract = create(
            deployer, "CollaborativeTrainer", "A replayed run", NOBODY, *addresses
        )
        for part in parts:
            send(deployer, part, "bind", self._trainer.address)
        self._chain.mine()


def _supplied_in(receipt: Receipt) -> tuple[tuple[Any, ...], bytes]:
    """What settling must supply again: header and records of the batch that was added."""
    interface = load_artifact("DataHandler").interface
    for log in receipt.logs:
        name, values = interface.decode_event(log) or ("", {})
        if name == "DataAdded":
            return tuple(values["header"].values()), values["records"]
    raise ReplayError("The chain accepted a contribution and added nothing: report a bug.")
