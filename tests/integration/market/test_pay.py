"""A test set that costs more than the fees pay is left alone, and nobody's money with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from relayer.chain.answers import Log
from relayer.chain.errors import NodeUnreachableError
from relayer.chain.node import Node
from relayer.chain.system import System
from relayer.chain.wire import Record
from relayer.checkup.findings import Colour
from relayer.checkup.markets import check_markets
from relayer.clock import SystemClock
from relayer.keys import Signer
from relayer.market.errors import UnderpaidReplayError, UnusableTestSetError
from relayer.market.first_look import FirstLook
from relayer.market.pay import ReplayPay, read_fee
from relayer.market.pieces import HiddenTestSet, Piece
from relayer.market.provider import Provider
from relayer.market.test_set_files import NO_PLAYER, cut
from relayer.market.view import Phase
from tests.chain import Chain
from tests.fair import BOUNTY_WEI, ETHER, FEATURES, PHASE_S, PROVIDER_KEY, STEP_GAS, Fair
from tests.pipeline import Pipeline

#: Six times as long as the test samples that the fees of the market "Small" pay for, ten of them.
LONG = b"".join(feature.to_bytes(2, "big") for feature in range(FEATURES - 4))
SCORING = 12
CONTRIBUTIONS = 3


def make_fair(chain: Chain, folder: Path, **settings: Any) -> Fair:
    chain.node.request("anvil_setBalance", [Signer(PROVIDER_KEY).address, hex(100 * ETHER)])
    return Fair(chain, Pipeline.start(chain, folder, **settings), folder, "Small")


def bring_to_replay(fair: Fair, piece_records: int = 6) -> list[str]:
    """From a commitment past the command, which refuses it, to the end of the reveal."""
    count = SCORING + piece_records
    open_with(
        fair, cut([Record(NO_PLAYER, index % 2, LONG) for index in range(count)], piece_records)
    )
    ids = fair.contribute(CONTRIBUTIONS)
    fair.pipeline.run_until(fair.pipeline.all_are(ids, "confirmed"))
    fair.end_participation()
    fair.reveal()
    return ids


def open_with(fair: Fair, pieces: Sequence[Piece]) -> None:
    fair.test_set = HiddenTestSet(31337, fair.entry.address, tuple(pieces))
    data = fair.contract.interface.encode("commit", fair.test_set.leaves)
    fair.chain.send(PROVIDER_KEY, fair.entry.address, data, BOUNTY_WEI)
    fair.chain.mine(5)
    fair.pipeline.run_until(lambda: fair.view.drawn)
    fair.provider().open_or_reveal(fair.test_set)


def step(fair: Fair) -> str | None:
    """A few turns of the worker; returns why the market stands still."""
    for _ in range(3):
        fair.pipeline.step()
        fair.chain.mine()
    return fair.pipeline.worker.markets.blocked.get(fair.entry.address)


def test_samples_longer_than_the_fees_pay_for_cost_the_house_nothing_and_nobody_a_stake(
    chain: Chain, tmp_path: Path
) -> None:
    fair = make_fair(chain, tmp_path, market_oversize_percent=20)
    before = chain.tank()
    ids = bring_to_replay(fair)
    why = str(step(fair))
    assert "12 test samples of 720 features" in why
    assert "market_oversize_percent" in why
    beat = fair.pipeline.store.chain_state.view().heartbeat
    assert beat is not None
    assert why in str(beat.detail)
    assert fair.view.cursor.trained == fair.view.cursor.scored == 0
    assert fair.pipeline.store.markets.replay_gas(fair.entry.address) == 0

    chain.pass_time(PHASE_S)
    fair.pipeline.run_until(fair.pipeline.all_are(ids, "settled"))
    share_wei = BOUNTY_WEI // CONTRIBUTIONS
    for row in fair.pipeline.rows(ids):
        assert (row.outcome, row.reward_wei) == ("refunded", share_wei)
    after = chain.tank()
    assert after["reservedWei"] == 0
    settled = fair.events(chain.forwarder, "BatchSettled")
    own_wei = sum(event["feesWei"] - event["fromRewardsWei"] for event in settled)
    assert before["availableWei"] - after["availableWei"] == own_wei, "every stake is back"
    assert fair.entry.address not in fair.pipeline.worker.markets.blocked


def test_no_contributions_are_taken_to_a_market_whose_opened_piece_is_too_long_by_far(
    chain: Chain, tmp_path: Path
) -> None:
    fair = make_fair(chain, tmp_path)
    open_with(fair, cut([Record(NO_PLAYER, index % 2, LONG) for index in range(64)], 16))
    assert "48 test samples of 2880 features" in str(step(fair))
    assert is_declined(fair)
    fair.end_participation()
    assert step(fair) is None
    assert not is_declined(fair)


@pytest.mark.parametrize(("count", "piece_records", "sample"), [(18, 6, LONG), (32, 16, LONG[:2])])
def test_a_piece_that_tells_little_or_is_short_turns_no_market_down(
    chain: Chain, tmp_path: Path, count: int, piece_records: int, sample: bytes
) -> None:
    fair = make_fair(chain, tmp_path)
    records = [Record(NO_PLAYER, index % 2, sample) for index in range(count)]
    open_with(fair, cut(records, piece_records))
    assert step(fair) is None
    assert not is_declined(fair)


class WithoutEvents(Node):
    """A node that gives no events out."""

    def logs(self, *_: Any) -> list[Log]:
        raise NodeUnreachableError("the events are gone")


def test_an_opened_piece_that_cannot_be_read_decides_nothing(chain: Chain, tmp_path: Path) -> None:
    fair = make_fair(chain, tmp_path)
    open_with(fair, cut([Record(NO_PLAYER, 0, LONG)] * 64, 16))
    contracts = System.of(chain.deployment, chain.sponsor).trainers[fair.entry.address]
    head, pay = chain.node.head(), ReplayPay(fair.pipeline.store, 25)
    FirstLook(WithoutEvents(chain.url), pay).check(fair.view, contracts, head)
    with pytest.raises(UnderpaidReplayError):
        FirstLook(chain.node, pay).check(fair.view, contracts, head)


def is_declined(fair: Fair) -> bool:
    """What the web is told."""
    return fair.pipeline.store.chain_state.view().trainers[fair.entry.address].market_declined


def test_an_operator_may_replay_at_a_loss_and_the_gas_is_counted(
    chain: Chain, tmp_path: Path
) -> None:
    fair = make_fair(chain, tmp_path, market_oversize_percent=30)
    bring_to_replay(fair)
    fair.run_to_closed()
    replayed = fair.pipeline.store.markets.replay_gas(fair.entry.address)
    with fair.pipeline.store.transaction() as connection:
        row = connection.execute(
            "SELECT sum(t.gas_used) AS gas FROM transactions AS t "
            "JOIN market_steps AS m ON m.transaction_id = t.id WHERE m.step = 'replay'"
        ).fetchone()
    assert replayed == row["gas"] > 100_000


def test_a_replay_stops_where_it_has_taken_more_than_the_fees_pay(
    chain: Chain, tmp_path: Path
) -> None:
    fair = make_fair(chain, tmp_path, market_oversize_percent=30, market_step_gas=500_000)
    bring_to_replay(fair, piece_records=1)
    taken = partial(fair.pipeline.store.markets.replay_gas, fair.entry.address)
    fair.pipeline.run_until(lambda: taken() > 0)
    # As on a chain where the same step is several times as dear.
    with fair.pipeline.store.transaction() as connection:
        connection.execute("UPDATE transactions SET gas_used = gas_used + 1000000")
    assert "its replay has taken" in str(step(fair))
    assert fair.view.phase is Phase.REPLAY
    fair.chain.pass_time(PHASE_S)
    fair.run_to_closed()


def test_a_schedule_that_is_raised_after_adding_does_not_make_a_replay_worth_it(
    chain: Chain, tmp_path: Path
) -> None:
    fair = make_fair(chain, tmp_path, market_oversize_percent=20)
    bring_to_replay(fair)
    set_units(fair, 10_000_000)
    assert "test samples of 720 features" in str(step(fair))


def set_units(fair: Fair, units: int) -> None:
    """The sponsor gives the market another fee."""
    chain = fair.chain
    schedule = chain.forwarder.read(chain.node, "scheduleOf", chain.sponsor, fair.entry.address)
    data = chain.forwarder.interface.encode(
        "setTrainer", fair.entry.address, True, {**schedule, "addUnits": units}
    )
    chain.send(chain.deployer_key, chain.forwarder.address, data)


def test_the_command_commits_to_no_samples_that_relayers_would_leave_alone(
    chain: Chain, tmp_path: Path
) -> None:
    fair = make_fair(chain, tmp_path)
    provider = Provider(
        chain.node,
        fair.entry,
        Signer(PROVIDER_KEY),
        clock=SystemClock(),
        step_gas=STEP_GAS,
        fee=read_fee(chain.node, chain.forwarder, chain.sponsor, fair.entry.address),
    )
    pieces = cut([Record(NO_PLAYER, index % 2, LONG) for index in range(12)], 2)
    with pytest.raises(UnusableTestSetError, match="larger expected_sample_features"):
        provider.commit(31337, lambda: pieces, BOUNTY_WEI, fair.secret)
    assert fair.view.phase is Phase.ANNOUNCED
    assert not fair.secret.exists()


def test_the_doctor_names_a_market_whose_fees_do_not_pay(chain: Chain, tmp_path: Path) -> None:
    fair = make_fair(chain, tmp_path)
    system = System.of(chain.deployment, chain.sponsor)

    def said() -> dict[str, Colour]:
        return {found.check: found.colour for found in check_markets(chain.node, system)}

    assert set(said().values()) == {Colour.GREEN}
    set_units(fair, 20_000)
    assert [name for name, colour in said().items() if colour is Colour.YELLOW] == ["market Small"]
