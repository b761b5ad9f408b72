"""What nobody ends in time the worker ends, and the money goes where the rule says."""

from __future__ import annotations

from pathlib import Path

import pytest

from relayer.market.errors import NotYourTurnError
from relayer.market.view import Phase
from simulation.mechanisms.prediction_market import time_out
from tests.chain import Chain
from tests.fair import BOUNTY_WEI, PHASE_S, STAKE_WEI, Fair
from tests.pipeline import Pipeline


def make_fair(chain: Chain, folder: Path) -> Fair:
    return Fair(chain, Pipeline.start(chain, folder), folder)


def contribute(fair: Fair, count: int = 6) -> list[str]:
    ids = fair.contribute(count)
    fair.pipeline.run_until(fair.pipeline.all_are(ids, "confirmed"))
    fair.end_participation()
    return ids


def assert_bounty_is_shared(fair: Fair, ids: list[str]) -> None:
    """Stakes to the tank, equal shares to the players, what does not divide to the provider."""
    outcome = time_out(len(ids), stake_wei=STAKE_WEI, bounty_wei=BOUNTY_WEI)
    fair.pipeline.run_until(fair.pipeline.all_are(ids, "settled"))
    share_wei = BOUNTY_WEI // len(ids)
    for row in fair.pipeline.rows(ids):
        assert (row.outcome, row.reward_wei) == ("refunded", share_wei)
    assert fair.contract.read(fair.chain.node, "state")["voided"]
    if outcome.returned_wei:
        assert fair.provider().claim() == outcome.returned_wei
    with pytest.raises(NotYourTurnError):
        fair.provider().claim()
    assert fair.chain.node.balance_wei(fair.entry.address) == 0


def test_a_provider_that_never_reveals_loses_the_bounty_to_the_participants(
    chain: Chain, tmp_path: Path
) -> None:
    fair = make_fair(chain, tmp_path)
    fair.open()
    ids = contribute(fair, 7)
    fair.pipeline.run_until(lambda: fair.view.phase is Phase.REVEAL)
    fair.pipeline.step()
    assert set(fair.pipeline.statuses(ids)) == {"confirmed"}, "nothing is due yet"
    chain.pass_time(PHASE_S)
    assert fair.view.phase is Phase.LAPSED
    assert_bounty_is_shared(fair, ids)


def test_half_a_reveal_is_none(chain: Chain, tmp_path: Path) -> None:
    fair = make_fair(chain, tmp_path)
    test_set = fair.commit()
    fair.pipeline.run_until(lambda: fair.view.drawn)
    fair.provider().open_or_reveal(test_set)
    ids = contribute(fair)
    first = fair.view.first_hidden_piece
    data = fair.contract.interface.encode(
        "reveal",
        test_set.leaves,
        first,
        [(test_set.pieces[first].salt, test_set.pieces[first].records)],
    )
    chain.send(chain.deployer_key, fair.entry.address, data)
    chain.pass_time(PHASE_S)
    assert_bounty_is_shared(fair, ids)


def test_a_market_that_nobody_replays_in_time_shares_the_bounty(
    chain: Chain, tmp_path: Path
) -> None:
    fair = make_fair(chain, tmp_path)
    fair.open()
    ids = contribute(fair)
    fair.reveal()
    assert fair.view.phase is Phase.REPLAY
    chain.pass_time(PHASE_S)  # the worker was away all the time
    assert_bounty_is_shared(fair, ids)


def test_a_market_that_stands_in_its_passes_too_long_shares_the_bounty(
    chain: Chain, tmp_path: Path
) -> None:
    fair = make_fair(chain, tmp_path)
    fair.open()
    ids = contribute(fair)
    fair.reveal()
    fair.pipeline.run_until(lambda: fair.view.phase is Phase.PASSES)
    chain.pass_time(PHASE_S)
    assert_bounty_is_shared(fair, ids)


def test_a_market_without_contributions_gives_the_bounty_back(chain: Chain, tmp_path: Path) -> None:
    fair = make_fair(chain, tmp_path)
    fair.open()
    fair.end_participation()
    fair.run_to_closed()
    assert fair.provider().claim() == BOUNTY_WEI
    assert chain.node.balance_wei(fair.entry.address) == 0


def test_a_market_that_is_never_opened_gives_the_bounty_back(chain: Chain, tmp_path: Path) -> None:
    fair = make_fair(chain, tmp_path)
    fair.commit()
    fair.pipeline.run_until(lambda: fair.view.drawn)
    chain.pass_time(PHASE_S)
    fair.run_to_closed()
    assert fair.provider().claim() == BOUNTY_WEI


def test_a_draw_that_was_missed_is_not_tried_again(chain: Chain, tmp_path: Path) -> None:
    fair = make_fair(chain, tmp_path)
    fair.commit()
    chain.mine(260)
    assert not fair.view.can_be_drawn
    fair.pipeline.step()
    assert steps_sent(fair) == []
    chain.pass_time(PHASE_S)
    fair.run_to_closed()
    assert fair.provider().claim() == BOUNTY_WEI


def test_the_provider_closes_a_lapsed_market_by_claiming(chain: Chain, tmp_path: Path) -> None:
    fair = make_fair(chain, tmp_path)
    fair.commit()
    chain.pass_time(PHASE_S)
    phases = [fair.view.phase]
    assert fair.provider().claim() == BOUNTY_WEI
    phases.append(fair.view.phase)
    assert phases == [Phase.LAPSED, Phase.CLOSED]
    fair.pipeline.step()
    assert steps_sent(fair) == []


def steps_sent(fair: Fair) -> list[str]:
    with fair.pipeline.store.transaction() as connection:
        rows = connection.execute("SELECT step FROM market_steps ORDER BY id").fetchall()
    return [row["step"] for row in rows]
