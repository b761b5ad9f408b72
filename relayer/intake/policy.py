"""What this relayer accepts: checks of one verified request that need no look into the store."""

from __future__ import annotations

from relayer.chain.phases import Phase
from relayer.deployment import Deployment, TrainerEntry
from relayer.errors import Refusal
from relayer.intake.fees import expected_price_wei, quote_gwei
from relayer.intake.sample_forms import form_of, label_count_of
from relayer.intake.signatures import SignedContribution
from relayer.models.errors import SampleError
from relayer.refusals import (
    ChainUnavailable,
    DeadlinePassed,
    DeadlineTooFar,
    FeatureOutOfRange,
    FeaturesNotIncreasing,
    IntakePaused,
    LabelOutOfRange,
    MarketNotOpen,
    MaxFeeTooLow,
    SampleMalformed,
    SampleTooLong,
    UnknownTrainer,
    VectorTooLong,
)
from relayer.settings import Settings
from relayer.store.chain_state import ChainView, HeadSnapshot, TankSnapshot, TrainerSnapshot

_SAMPLE_REFUSALS: dict[str, type[Refusal]] = {
    refusal.code: refusal
    for refusal in (
        SampleMalformed,
        SampleTooLong,
        FeaturesNotIncreasing,
        FeatureOutOfRange,
        VectorTooLong,
    )
}


def check_deadline(deadline_at: int, now: float, settings: Settings) -> None:
    """Check that there is time enough to be mined, and not too much.

    Raises:
        DeadlinePassed: less than ``min_deadline_s`` is left.
        DeadlineTooFar: more than ``max_deadline_s`` is left.
    """
    left_s = deadline_at - now
    pointer = "/message/deadline"
    if left_s < settings.min_deadline_s:
        raise DeadlinePassed(
            f"The deadline is {left_s:.0f} s away; at least {settings.min_deadline_s} s are "
            "needed. Sign again with a later deadline.",
            errors=((pointer, f"must be at least {settings.min_deadline_s} s from now"),),
        )
    if left_s > settings.max_deadline_s:
        raise DeadlineTooFar(
            f"The deadline is {left_s:.0f} s away; at most {settings.max_deadline_s} s are "
            "accepted. Sign again with an earlier deadline.",
            errors=((pointer, f"must be at most {settings.max_deadline_s} s from now"),),
        )


def find_trainer(address: str, deployment: Deployment) -> TrainerEntry:
    """Return the trainer with this address, in any spelling.

    Raises:
        UnknownTrainer: this relayer serves no such trainer.
    """
    entry = deployment.trainers_by_address.get(address.lower())
    if entry is None:
        raise UnknownTrainer(
            f"This relayer does not serve the trainer {address}. GET /v1/config lists those it "
            "serves.",
            errors=(("/message/trainer", "not served here"),),
        )
    return entry


def check_data(
    contribution: SignedContribution, entry: TrainerEntry, snapshot: TrainerSnapshot | None
) -> None:
    """Check that label and sample fit the trainer's model, as its contract will.

    Raises:
        LabelOutOfRange: the model has fewer labels.
        Refusal: the sample does not fit; see `relayer.intake.sample_forms`.
    """
    labels = label_count_of(entry, snapshot)
    if contribution.label >= labels:
        raise LabelOutOfRange(
            f"The label is {contribution.label}; the model has the labels 0 to "
            f"{labels - 1}. Choose one of them.",
            errors=(("/message/label", f"must be below {labels}"),),
        )
    try:
        form_of(entry, snapshot).check(contribution.sample)
    except SampleError as error:
        refusal = _SAMPLE_REFUSALS[error.code]
        raise refusal(str(error), errors=(("/message/sample", str(error)),)) from None


def _closed_by_sponsor(tank: TankSnapshot, trainer: TrainerSnapshot) -> str | None:
    """Why the sponsor does not pay, or None."""
    if tank.paused:
        return "The sponsor has paused contributions."
    if not tank.relayer_allowed:
        return "The sponsor lets none of this relayer's accounts spend from its tank."
    if not trainer.allowed:
        return "The sponsor does not pay for this trainer."
    return None


def require_chain(
    view: ChainView, entry: TrainerEntry, now: float, settings: Settings
) -> tuple[HeadSnapshot, TankSnapshot, TrainerSnapshot]:
    """Return the snapshots that an acceptance is based on.

    Raises:
        ChainUnavailable: the worker's view of the chain is missing or too old.
        MarketNotOpen: the trainer is a market, and not in its participation, or declined.
        IntakePaused: the sponsor paused spending, or does not pay this relayer or trainer, or no
            account of the relayer has the money to send anything.
    """
    trainer = view.trainers.get(entry.address)
    if (
        not view.is_fresh(now, settings.heartbeat_stale_s)
        or view.head is None
        or view.tank is None
        or trainer is None
    ):
        raise ChainUnavailable(
            "The relayer has not seen the chain lately, so nothing is accepted. Send the same "
            "request again in a few seconds."
        )
    if (closed := _closed_by_sponsor(view.tank, trainer)) is not None:
        raise IntakePaused(f"{closed} Send the same request again later.")
    if view.signers_fault is not None:
        raise IntakePaused(
            "The relayer's accounts are out of money. Send the same request again later."
        )
    check_market(trainer)
    return view.head, view.tank, trainer


def require_head(view: ChainView, now: float, settings: Settings) -> HeadSnapshot:
    """Return the newest block that the worker saw.

    Raises:
        ChainUnavailable: the worker's view of the chain is missing or too old.
    """
    if not view.is_fresh(now, settings.heartbeat_stale_s) or view.head is None:
        raise ChainUnavailable(
            "The relayer has not seen the chain lately, so nothing is accepted. Send the same "
            "request again in a few seconds."
        )
    return view.head


def check_market(trainer: TrainerSnapshot) -> None:
    """Check that a trainer that is a market takes contributions now.

    Raises:
        MarketNotOpen: it does not.
    """
    phase = trainer.market_phase
    if phase not in (None, Phase.PARTICIPATION.word):
        raise MarketNotOpen(
            f"The market is in the phase {phase}; contributions are taken during participation "
            "only. GET /v1/config tells market_phase."
        )
    if trainer.market_declined:
        raise MarketNotOpen(
            "This relayer takes no part in the market, because its test set costs more than its "
            "fees pay. Contribute to another trainer of GET /v1/config, or through another relayer."
        )


def check_fee(
    contribution: SignedContribution,
    head: HeadSnapshot,
    tank: TankSnapshot,
    trainer: TrainerSnapshot,
) -> None:
    """Check that the signed maximum covers the fee to be expected.

    Raises:
        MaxFeeTooLow: it does not.
    """
    least_gwei = quote_gwei(
        trainer.schedule,
        len(contribution.sample),
        add_price_wei=expected_price_wei(head, tank),
        settle_price_wei=tank.price_cap_wei,
    )
    if contribution.max_fee_gwei < least_gwei:
        raise MaxFeeTooLow(
            f"The signed maximum fee is {contribution.max_fee_gwei} gwei, the fee may reach "
            f"{least_gwei} gwei. It is paid out of rewards only; sign again with the "
            "suggested_max_fee_gwei of GET /v1/config.",
            errors=(("/message/maxFeeGwei", f"must be at least {least_gwei}"),),
        )
