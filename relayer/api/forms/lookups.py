"""The form of what can be looked up: configuration, players, models, health."""

from __future__ import annotations

from typing import Any

from pydantic import with_config
from typing_extensions import TypedDict

from relayer.api.forms.allowances import HouseAllowance, PlayerAllowance
from relayer.api.forms.shared import PUBLISHED, Count, Gwei, Problem, Wei
from relayer.deployment import ClassifierEntry, MechanismEntry
from relayer.intake.schemas import Address


@with_config(PUBLISHED)
class Player(TypedDict):
    """What a player may sign next, and what the work so far has brought."""

    address: Address
    next_nonce: Count
    points: dict[str, int]
    """By trainer."""
    badges: dict[str, list[str]]
    """Slugs, by gamified trainer."""
    streak_days: dict[str, int]
    """By gamified trainer."""
    balance_wei: Wei
    """In the Forwarder."""
    unclaimed_wei: Wei
    """In the incentive mechanisms; a withdrawal collects it."""
    open_contributions: Count
    counts: dict[str, int]
    """Contributions by status."""
    allowance: PlayerAllowance


@with_config(PUBLISHED)
class Trainer(TypedDict):
    """One model that can be contributed to."""

    address: Address
    name: str
    labels: list[str]
    """The position is the label that is signed."""
    encoding: str
    hashing: str | None
    """How words become features; null: they do not."""
    classifier: ClassifierEntry
    mechanism: MechanismEntry
    data_handler: Address
    market_phase: str | None
    """Where a prediction market stands; it takes contributions in participation only."""
    stake_wei: Wei | None
    label_count: Count
    feature_count: Count | None
    max_sample_bytes: Count
    suggested_max_fee_gwei: Gwei | None
    """Enough for any sample at any gas price that the sponsor pays."""


@with_config(PUBLISHED)
class SigningForm(TypedDict):
    """How messages are signed (EIP-712), as wallets take it."""

    domain: dict[str, Any]
    types: dict[str, list[dict[str, str]]]


@with_config(PUBLISHED)
class WithdrawalFee(TypedDict):
    """What the relayer keeps of a withdrawal; null until it has seen the chain."""

    expected_fee_gwei: Gwei | None
    """At the gas price of now; less is refused as a signed maximum."""
    suggested_max_fee_gwei: Gwei | None
    """Still enough when the base fee doubles."""


class Limits(TypedDict):
    """What one request may hold."""

    max_contributions_per_request: Count
    max_body_bytes: Count
    min_deadline_s: Count
    max_deadline_s: Count


@with_config(PUBLISHED)
class Config(TypedDict):
    """Everything that a client needs to know, so that it hardcodes nothing."""

    chain_id: Count
    forwarder: Address
    eip712: SigningForm
    trainers: list[Trainer]
    withdrawals: WithdrawalFee
    limits: Limits
    confirmations: Count
    """Blocks on top until a block counts as final."""
    allowance: HouseAllowance
    now: Count
    """The relayer's own time."""


class Model(TypedDict):
    """What every published model begins with; the rest depends on its kind."""

    kind: str
    block_number: Count
    labels: list[str]


class Alive(TypedDict):
    """This process answers."""

    alive: bool


@with_config(PUBLISHED)
class Ready(TypedDict):
    """Contributions can be accepted."""

    ready: bool
    parts: dict[str, str]
    """Each part with ``ok``."""


@with_config(PUBLISHED)
class UnreadyProblem(Problem):
    """Why contributions cannot be accepted."""

    parts: dict[str, str]
    """Each part with ``ok``, or what is wrong."""
    failing: list[str]
    """The parts that are not ``ok``."""
