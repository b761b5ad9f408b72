"""What can be seen of prediction markets: whether their fees pay for what driving them takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from relayer.chain.node import Node
from relayer.chain.system import System
from relayer.checkup.findings import Finding, green, yellow
from relayer.deployment import PredictionMarketEntry
from relayer.market.pay import read_fee
from relayer.models.replay_gas import expected_replay_gas

_REMEDY: Final = (
    "let the sponsor set a schedule that pays, as one is of a plan without [trainers.schedule]; "
    "until then the worker leaves such a test set alone"
)


def check_markets(node: Node, system: System) -> Iterator[Finding]:
    """Hold the sponsor's fee schedules against the test sets that are expected.

    Raises:
        NodeError: the node does not answer.
    """
    for address, contracts in system.trainers.items():
        entry, mechanism = contracts.entry, contracts.entry.mechanism
        if not isinstance(mechanism, PredictionMarketEntry):
            continue
        check = f"market {entry.name}"
        samples, features = mechanism.expected_test_samples, mechanism.expected_sample_features
        gas = expected_replay_gas(entry.classifier.kind, len(entry.labels), samples, features)
        if gas is None:
            yield green(check, f"nobody measured a replay over a {entry.classifier.kind}")
            continue
        lack = gas.shortfall(read_fee(node, system.forwarder, system.sponsor, address))
        if lack is None:
            yield green(check, f"its fees pay for {samples} test samples of the expected length")
        else:
            yield yellow(check, lack, _REMEDY)
