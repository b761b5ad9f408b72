"""A market named by a plan: contracts, deployment file, approval, fees, what the worker tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from relayer.chain.contracts import bind
from relayer.deploy import SchedulePlan
from relayer.deploy.steps import draw
from relayer.deployment import PredictionMarketEntry, load_deployment
from relayer.keys import Signer
from relayer.market.view import Phase
from tests.chain import DEPLOYER_KEY, Chain, make_plan
from tests.fair import PHASE_S, PROVIDER_KEY, STAKE_WEI, Fair, make_market
from tests.pipeline import Pipeline


def schedule_of(**rules: Any) -> SchedulePlan:
    return make_plan(trainers=[make_market(**rules)]).trainers[0].fee_schedule


def test_the_market_on_chain_is_the_one_of_the_plan(chain: Chain, tmp_path: Path) -> None:
    fair = Fair(chain, Pipeline.start(chain, tmp_path), tmp_path, "Grouped")
    market, node = fair.contract, chain.node
    wanted = {
        "name": "Grouped",
        "provider": Signer(PROVIDER_KEY).address,
        "forwarder": chain.deployment.forwarder,
        "dataHandler": fair.entry.data_handler,
        "classifier": fair.entry.classifier.address,
        "mechanism": fair.entry.address,
        "stakeWei": STAKE_WEI,
        "maxContributions": 40,
        "grouped": True,
        "openingS": PHASE_S,
        "participationS": PHASE_S,
        "revealS": PHASE_S,
        "replayS": PHASE_S,
    }
    assert {name: market.read(node, name) for name in wanted} == wanted
    for part in (fair.entry.data_handler, fair.entry.classifier.address):
        assert bind("DataHandler", part).read(node, "trainer") == fair.entry.address


def test_the_deployment_file_tells_the_rules(chain: Chain) -> None:
    entry = load_deployment(chain.deployment_path).trainers[3]
    assert entry.mechanism == PredictionMarketEntry(
        kind="prediction-market",
        address=entry.address,
        provider=Signer(PROVIDER_KEY).address,
        max_contributions=40,
        grouped=True,
        opening_s=PHASE_S,
        participation_s=PHASE_S,
        reveal_s=PHASE_S,
        replay_s=PHASE_S,
        expected_test_samples=64,
    )


def test_the_sponsor_approves_the_market_with_its_schedule(chain: Chain, tmp_path: Path) -> None:
    fair = Fair(chain, Pipeline.start(chain, tmp_path), tmp_path)
    own = (chain.sponsor, fair.entry.address)
    assert chain.forwarder.read(chain.node, "approval", *own) == 1
    schedule = chain.forwarder.read(chain.node, "scheduleOf", *own)
    assert schedule["addUnits"] == schedule_of().add_units


def test_the_provider_is_the_deployer_unless_the_plan_names_one() -> None:
    deployer = Signer(DEPLOYER_KEY).address
    market = make_market()
    market["mechanism"].pop("provider")
    entry = draw(make_plan(trainers=[market]), deployer, 0, ()).trainers[0]
    assert isinstance(entry.mechanism, PredictionMarketEntry)
    assert entry.mechanism.provider == deployer


def test_adding_pays_for_the_replay_and_settling_does_not() -> None:
    plain, large = schedule_of(), schedule_of(expected_test_samples=640)
    assert large.add_units > 5 * plain.add_units
    assert large.settle_units == plain.settle_units
    assert large.settle_units < 20_000, "settling first must not earn what others replayed"


def test_fewer_expected_contributions_share_what_a_market_costs_once() -> None:
    assert schedule_of(expected_contributions=2).add_units > schedule_of().add_units


@pytest.mark.parametrize(
    "rules",
    [
        {"stake_wei": 0},
        {"stake_wei": 1 << 96},
        {"max_contributions": 0},
        {"max_contributions": 769},
        {"reveal_s": 0},
        {"provider": "nobody"},
        {"refund_wait_s": 60},
    ],
)
def test_rules_that_no_market_can_have_are_refused(rules: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make_plan(trainers=[make_market(**rules)])


def test_a_model_whose_replay_was_not_measured_needs_a_schedule() -> None:
    market = make_market()
    market["classifier"] = {"kind": "sparse-nearest-centroid", "feature_count": 100}
    with pytest.raises(ValidationError, match="needs a schedule of its own"):
        make_plan(trainers=[market])
    own = schedule_of().model_dump()
    plan = make_plan(trainers=[{**market, "schedule": own}])
    assert plan.trainers[0].fee_schedule.model_dump() == own


def test_the_worker_tells_the_web_where_the_market_stands(chain: Chain, tmp_path: Path) -> None:
    fair = Fair(chain, Pipeline.start(chain, tmp_path), tmp_path)

    def told() -> str | None:
        fair.pipeline.step()
        return fair.pipeline.store.chain_state.view().trainers[fair.entry.address].market_phase

    assert told() == Phase.ANNOUNCED.word
    fair.open()
    assert told() == Phase.PARTICIPATION.word
    fair.end_participation()
    fair.run_to_closed()
    assert told() == Phase.CLOSED.word
    ordinary = fair.pipeline.store.chain_state.view().trainers[chain.trainer.address]
    assert ordinary.market_phase is None
