"""How a prediction market is created: trainer and mechanism in one contract."""

from __future__ import annotations

from relayer.deploy.blueprint import Drawing
from relayer.deploy.mechanism_plans import PredictionMarketPlan
from relayer.deployment import PredictionMarketEntry


def create_market(
    drawing: Drawing,
    plan: PredictionMarketPlan,
    name: str,
    forwarder: str,
    data_handler: str,
    classifier: str,
) -> PredictionMarketEntry:
    """Draw the creation of a market and the binding of its data handler."""
    provider = plan.provider or drawing.deployer
    address = drawing.create(
        "PredictionMarket",
        name,
        {
            "provider": provider,
            "forwarder": forwarder,
            "dataHandler": data_handler,
            "classifier": classifier,
        },
        {
            "stakeWei": plan.stake_wei,
            "maxContributions": plan.max_contributions,
            "grouped": plan.grouped,
            "openingS": plan.opening_s,
            "participationS": plan.participation_s,
            "revealS": plan.reveal_s,
            "replayS": plan.replay_s,
        },
    )
    drawing.call("DataHandler", data_handler, "bind", address)
    return PredictionMarketEntry(
        kind="prediction-market",
        address=address,
        provider=provider,
        max_contributions=plan.max_contributions,
        grouped=plan.grouped,
        opening_s=plan.opening_s,
        participation_s=plan.participation_s,
        reveal_s=plan.reveal_s,
        replay_s=plan.replay_s,
        expected_test_samples=plan.expected_test_samples,
        expected_sample_features=plan.expected_sample_features,
    )
