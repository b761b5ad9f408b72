"""The prediction market's contract and its Python twin agree to the wei on random markets."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from relayer.chain.wire import Record
from relayer.models.classifier import Classifier
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from relayer.models.samples import encode
from relayer.models.sparse_perceptron import SparsePerceptron, SparsePerceptronParameters
from simulation.mechanisms.prediction_market import Outcome, accounts_of, replay, score, time_out
from tests.chain import Anvil
from tests.integration.market_on_chain import (
    CLOSED,
    LAPSED,
    NO_PLAYER,
    MarketOnChain,
    Piece,
)

FEATURES = 12
#: Each example deploys three contracts and mines some dozens of blocks.
EXAMPLES = 12
PLAYERS = range(3)
UNFIT_LABEL = 2


@dataclass(frozen=True)
class Plan:
    """A random market. Players are numbers, and `None` is one whose record comes in a batch."""

    pieces: list[list[tuple[int, bytes]]]
    weights: list[int]
    batches: list[list[tuple[int, int, bytes]]]
    direct: list[bool]
    grouped: bool
    bayes: bool
    stake_wei: int
    bounty_wei: int
    step: int


@st.composite
def plans(draw: DrawFn) -> Plan:
    sample = st.sets(st.integers(0, FEATURES - 1), min_size=1, max_size=5).map(encode)
    test_record = st.tuples(st.integers(0, 1), sample)
    # One label in four does not fit the model.
    contribution = st.tuples(
        st.sampled_from(PLAYERS), st.sampled_from([0, 1, 0, UNFIT_LABEL]), sample
    )
    batches = draw(st.lists(st.lists(contribution, min_size=1, max_size=4), max_size=4))
    amount = st.integers(1, 50) | st.integers(1, 10**24)
    return Plan(
        pieces=draw(
            st.lists(st.lists(test_record, min_size=1, max_size=8), min_size=2, max_size=4)
        ),
        weights=draw(st.lists(st.integers(-3, 3), min_size=FEATURES, max_size=FEATURES)),
        batches=batches,
        direct=draw(st.lists(st.booleans(), min_size=len(batches), max_size=len(batches))),
        grouped=draw(st.booleans()),
        bayes=draw(st.booleans()),
        stake_wei=draw(amount),
        bounty_wei=draw(amount),
        step=draw(st.integers(1, 20)),
    )


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    """A chain with nothing on it."""
    chain = Anvil()
    yield chain
    chain.stop()


@settings(max_examples=EXAMPLES, deadline=None, print_blob=True)
@given(plans())
def test_contract_and_twin_agree_who_wins_to_the_wei(anvil: Anvil, plan: Plan) -> None:
    market = _open_market(anvil, plan)
    contributions = _contribute_all(market, plan)
    market.end_phase()
    if not contributions:
        assert market.phase == LAPSED
        market.lapse()
        _assert_paid(market, plan, [], time_out(0, stake_wei=1, bounty_wei=plan.bounty_wei))
        return
    market.reveal()
    market.replay(plan.step)
    test_set = market.scoring_records
    rights = replay(_model(plan), contributions, test_set)
    assert [market.read("rightAnswers", i) for i in range(len(rights))] == rights
    market.play_passes(plan.step)
    outcome = score(
        rights,
        accounts_of(contributions, grouped=plan.grouped),
        test_size=len(test_set),
        stake_wei=plan.stake_wei,
        bounty_wei=plan.bounty_wei,
    )
    _assert_paid(market, plan, contributions, outcome)


@settings(max_examples=5, deadline=None, print_blob=True)
@given(plans())
def test_contract_and_twin_agree_what_a_time_out_pays(anvil: Anvil, plan: Plan) -> None:
    market = _open_market(anvil, plan)
    contributions = _contribute_all(market, plan)
    market.end_phase()
    market.end_phase()
    market.lapse()
    outcome = time_out(len(contributions), stake_wei=plan.stake_wei, bounty_wei=plan.bounty_wei)
    _assert_paid(market, plan, contributions, outcome)


def _open_market(anvil: Anvil, plan: Plan) -> MarketOnChain:
    pieces = [
        Piece(
            index.to_bytes(32, "big"),
            tuple(Record(NO_PLAYER, label, sample) for label, sample in piece),
        )
        for index, piece in enumerate(plan.pieces)
    ]
    perceptron = ("SparsePerceptron", (FEATURES, FEATURES, 0, 1))
    market = MarketOnChain.deploy(
        anvil.node,
        ("NaiveBayes", (2, 2, 4, 128)) if plan.bayes else perceptron,
        pieces,
        weight_words=[] if plan.bayes else [_packed(plan.weights)],
        stake_wei=plan.stake_wei,
        max_contributions=100,
        grouped=plan.grouped,
    )
    market.commit_and_open(plan.bounty_wei)
    return market


def _model(plan: Plan) -> Classifier:
    """The twin of the classifier that was deployed."""
    if plan.bayes:
        return NaiveBayes(NaiveBayesParameters(label_bound=2, inverse_alpha=4, vocabulary=128))
    return SparsePerceptron(SparsePerceptronParameters(FEATURES, 0, 1), plan.weights)


def _contribute_all(market: MarketOnChain, plan: Plan) -> list[Record]:
    """Contribute everything, directly or in batches; return what took effect, in order."""
    contributions: list[Record] = []
    for batch, direct in zip(plan.batches, plan.direct, strict=True):
        records = [Record(market.players[who], label, sample) for who, label, sample in batch]
        fitting = [record for record in records if record.label != UNFIT_LABEL]
        if direct:
            for record in fitting:
                market.contribute(record)
        else:
            market.add_batch(records)
        contributions += fitting
    return contributions


def _assert_paid(
    market: MarketOnChain, plan: Plan, contributions: list[Record], outcome: Outcome
) -> None:
    assert market.phase == CLOSED
    assert market.read("claimableWei", market.provider) == outcome.returned_wei
    numbers = range(1, len(contributions) + 1)
    assert tuple(market.read("payoutWei", number) for number in numbers) == outcome.payouts_wei
    refund_wei = sum(min(payout, plan.stake_wei) for payout in outcome.payouts_wei)
    rewards_wei = sum(max(payout - plan.stake_wei, 0) for payout in outcome.payouts_wei)
    settlements = market.settle_all()
    assert sum(settlement["refundWei"] for settlement in settlements) == refund_wei
    assert sum(sum(settlement["rewardsWei"]) for settlement in settlements) == rewards_wei
    market.claim_all()
    assert market.balance_wei == 0


def _packed(weights: list[int]) -> int:
    """Sixteen weights in a storage word, the first one lowest."""
    return sum((weight & 0xFFFF) << 16 * lane for lane, weight in enumerate(weights))
