"""The short form of `make chaos`: a few kills of each kind, reorganisations, lies, under load."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import faults, report
from tests.chaos.scenario import Scenario, play

DECK = (
    faults.worker_killed_at_point,
    faults.reorganisation,
    faults.web_killed_at_point,
    faults.nodes_lie,
    faults.worker_killed_at_gate,
    faults.reorganisation_while_worker_is_dead,
    faults.disk_full,
    faults.worker_killed_at_line,
    faults.node_restarts,
    faults.first_node_lies,
    faults.clock_jumps,
    faults.power_cut,
)


@pytest.mark.timeout(600)  # a machine under load starts processes slowly
def test_nothing_is_lost_doubled_or_stuck_while_everything_breaks(tmp_path: Path) -> None:
    told: list[str] = []
    verdict = play(Scenario(DECK, seed=5, longest_breath_s=1.0), tmp_path, told.append)
    summary = "\n".join([*told, report.as_text(verdict)])
    assert verdict.faultless, summary
    assert verdict.kills >= 7, summary
    assert verdict.reorgs >= 2, summary
    assert verdict.rpc_faults > 0, summary
    assert verdict.accepted > 20, summary
    assert verdict.on_chain_exactly_once + verdict.failed >= verdict.accepted, summary
