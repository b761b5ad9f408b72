"""Oracles of a plan: what is refused, and what ends up on chain."""

from __future__ import annotations

from typing import Any

import pytest
from eth_hash.auto import keccak
from pydantic import ValidationError

from relayer.deploy.oracle_plans import OraclePlan
from relayer.deployment import load_deployment
from relayer.keys import Signer
from tests.chain import GWEI
from tests.oracle_panel import RESPONDER_KEYS, Panel, make_oracle_plan
from tests.topic_service import TOPICS

SEATS = [Signer(key).address for key in RESPONDER_KEYS]


def test_the_oracle_on_chain_is_the_one_of_the_plan(panel: Panel) -> None:
    node, oracle = panel.chain.node, panel.oracle
    responders, quorum = oracle.read(node, "panelOf", 1)
    assert [address.lower() for address in responders] == [seat.lower() for seat in SEATS]
    assert quorum == 2
    facts = {name: oracle.read(node, name) for name in ("labelCount", "minFeeWei", "minWindowS")}
    assert facts == {"labelCount": 3, "minFeeWei": GWEI, "minWindowS": 20}
    assert oracle.read(node, "maxSampleBytes") == 4_096
    assert oracle.read(node, "cacheLifetimeS") == 0
    assert oracle.read(node, "model") == keccak(b"a handful of sentences")
    assert oracle.read(node, "owner") == panel.chain.sponsor


def test_the_deployment_file_names_it_with_its_labels(panel: Panel) -> None:
    entry = load_deployment(panel.chain.deployment_path).oracles[0]
    assert (entry.name, entry.labels) == ("Topics", list(TOPICS))
    assert panel.chain.node.code(entry.address)


@pytest.mark.parametrize(
    "overrides",
    [
        {"quorum": 1},  # 1 of 3 could tie
        {"quorum": 4},
        {"responders": [SEATS[0], SEATS[0], SEATS[1]]},
        {"responders": [SEATS[0], "0x" + "00" * 20, SEATS[1]]},
        {"responders": [SEATS[0].lower()], "quorum": 1},
        {"responders": []},
        {"labels": ["sport", "sport"]},
        {"labels": ["sport"]},
        {"min_fee_wei": 0},
        {"min_window_s": 1},
        {"min_window_s": 7 * 86_400 + 1},
        {"max_sample_bytes": 0},
        {"patience": 3},
    ],
)
def test_a_plan_that_the_contract_would_refuse_is_refused(overrides: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OraclePlan.model_validate(make_oracle_plan(**overrides))


def test_a_panel_of_one_is_its_own_quorum() -> None:
    plan = OraclePlan.model_validate(make_oracle_plan(responders=SEATS[:1], quorum=1))
    assert plan.responders == (SEATS[0],)
