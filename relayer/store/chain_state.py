"""What the worker last saw on the chain, as the web processes read it.

One row per key; each value is the JSON of one of the dataclasses below. The worker writes, the web
reads, and the age of the heartbeat tells whether any of it can still be believed.

========================  ====================  ====================================================
key                       value                 written
========================  ====================  ====================================================
``heartbeat``             `Heartbeat`           on every turn of the worker's loop
``head``                  `HeadSnapshot`        when a new block was seen
``tank``                  `TankSnapshot`        when a new block was seen
``signers``               `SignerSnapshot` s    when a new block was seen
``trainer:<address>``     `TrainerSnapshot`     when a new block was seen
========================  ====================  ====================================================

The worker writes the tank in the same transaction in which it marks contributions as mined, or
later, and never from an older block: the intake subtracts what is queued and sent from the tank,
and the chain has already subtracted what is mined.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from relayer.store.connection import Connections


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A sign of life of the worker."""

    at: float  #: unix seconds of this turn
    started_at: float  #: unix seconds of the worker's start
    worker: str  #: ``host:process id``
    node_reachable: bool  #: whether the node answered in this turn
    detail: str | None = None  #: why not, in plain words


@dataclass(frozen=True, slots=True)
class HeadSnapshot:
    """The newest block that the worker saw."""

    chain_id: int
    number: int
    hash: str
    timestamp: int  #: the block's own time, unix seconds
    base_fee_wei: int


@dataclass(frozen=True, slots=True)
class TankSnapshot:
    """The sponsor's tank in the Forwarder at one block."""

    block_number: int
    available_wei: int
    reserved_wei: int
    daily_limit_wei: int
    spent_today_wei: int  #: of the UTC day ``day``
    day: int  #: days since 1970-01-01 UTC
    price_cap_wei: int  #: highest gas price that the sponsor refunds
    tip_cap_wei: int  #: highest tip that the sponsor refunds
    paused: bool
    relayer_allowed: bool  #: whether the sponsor lets one of this relayer's signers spend


@dataclass(frozen=True, slots=True)
class SignerSnapshot:
    """One of the accounts that send, at one block."""

    address: str
    block_number: int
    balance_wei: int
    allowed: bool  #: whether the sponsor lets it spend
    paused: str | None = None  #: why it sends nothing new, in plain words
    chain_nonce: int | None = None  #: how many nonces the chain has used; None: nobody looked


@dataclass(frozen=True, slots=True)
class FeeSchedule:
    """The sponsor's public schedule of gas units for one trainer."""

    add_units: int
    add_units_per_byte: int
    settle_units: int
    settle_units_per_byte: int
    add_batch_units: int
    settle_batch_units: int


@dataclass(frozen=True, slots=True)
class TrainerSnapshot:
    """One trainer at one block."""

    address: str
    block_number: int
    allowed: bool  #: whether the sponsor pays for this trainer
    stake_wei: int  #: deposit for one contribution in the next block
    schedule: FeeSchedule
    #: where a prediction market stands, as ``participation``; None for other trainers
    market_phase: str | None = None
    #: how far the model has grown; None when the worker has not looked
    label_count: int | None = None
    feature_count: int | None = None
    #: whether the worker leaves the market alone, because its fees would not pay for the replay
    market_declined: bool = False


@dataclass(frozen=True, slots=True)
class ChainView:
    """All snapshots together; a part that was never written is ``None`` or missing."""

    heartbeat: Heartbeat | None
    head: HeadSnapshot | None
    tank: TankSnapshot | None
    trainers: Mapping[str, TrainerSnapshot]
    signers: tuple[SignerSnapshot, ...] = ()

    @property
    def signers_fault(self) -> str | None:
        """Why none of the signers can send anything, in plain words; None: one of them can."""
        if not self.signers or any(signer.paused is None for signer in self.signers):
            return None
        return "; ".join(str(signer.paused) for signer in self.signers)

    def is_fresh(self, now: float, stale_after_s: float) -> bool:
        """Whether the worker showed signs of life lately and could see the chain then."""
        beat = self.heartbeat
        return (
            beat is not None
            and beat.node_reachable
            and now - beat.at <= stale_after_s
            and self.head is not None
            and self.tank is not None
        )


#: Stands between keys and values; JSON as it is written here holds no control character.
_MARK = "\x1e"
_ALL = "SELECT group_concat(key || char(30) || value, char(30)) FROM chain_state"


class ChainStateRoom:
    """Reads and writes the snapshots."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def view(self) -> ChainView:
        """Return all snapshots as of now."""
        return _view(self._connections.database.conn.execute(_ALL).fetchone()[0] or "")

    def write_heartbeat(self, heartbeat: Heartbeat) -> None:
        """Note a sign of life of the worker."""
        self._write("heartbeat", heartbeat, heartbeat.at)

    def write_head(self, head: HeadSnapshot, now: float) -> None:
        """Note the newest block."""
        self._write("head", head, now)

    def write_tank(self, tank: TankSnapshot, now: float) -> None:
        """Note the sponsor's tank."""
        self._write("tank", tank, now)

    def write_trainer(self, trainer: TrainerSnapshot, now: float) -> None:
        """Note the state of one trainer."""
        self._write(f"trainer:{trainer.address}", trainer, now)

    def write_signers(self, signers: Sequence[SignerSnapshot], now: float) -> None:
        """Note all accounts that send; those noted before are forgotten."""
        self._write_json("signers", json.dumps([asdict(signer) for signer in signers]), now)

    def _write(
        self, key: str, value: Heartbeat | HeadSnapshot | TankSnapshot | TrainerSnapshot, now: float
    ) -> None:
        self._write_json(key, json.dumps(asdict(value)), now)

    def _write_json(self, key: str, value: str, now: float) -> None:
        self._connections.database.conn.execute(
            "INSERT INTO chain_state (key, value, updated_at) VALUES (?, ?, ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value, "
            "updated_at = excluded.updated_at",
            (key, value, now),
        )


def _trainer(fields: dict[str, Any]) -> TrainerSnapshot:
    return TrainerSnapshot(**{**fields, "schedule": FeeSchedule(**fields["schedule"])})


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "heartbeat": lambda fields: Heartbeat(**fields),
    "head": lambda fields: HeadSnapshot(**fields),
    "tank": lambda fields: TankSnapshot(**fields),
    "signers": lambda rows: tuple(SignerSnapshot(**fields) for fields in rows),
    "trainer": _trainer,
}


@lru_cache(maxsize=4)
def _view(text: str) -> ChainView:
    """Snapshots change about once a second and are read with every request."""
    values = dict(zip(*[iter(text.split(_MARK))] * 2, strict=True)) if text else {}
    trainers = (_decode(key, value) for key, value in values.items() if key.startswith("trainer:"))
    return ChainView(
        heartbeat=_decode_optional("heartbeat", values),
        head=_decode_optional("head", values),
        tank=_decode_optional("tank", values),
        trainers={snapshot.address: snapshot for snapshot in trainers},
        signers=_decode_optional("signers", values) or (),
    )


@lru_cache(maxsize=64)
def _decode(key: str, value: str) -> Any:
    """Of the snapshots, mostly one at a time changes."""
    return _DECODERS[key.partition(":")[0]](json.loads(value))


def _decode_optional(key: str, values: Mapping[str, str]) -> Any:
    value = values.get(key)
    return None if value is None else _decode(key, value)
