"""Oracles that a plan may name: models behind services, answered for by a panel.

::

    [[oracles]]
    name = "Topics"
    labels = ["sport", "weather", "food"]
    responders = ["0x…", "0x…", "0x…"]
    quorum = 2
    model = "topics-2026-11"

The account that deploys becomes the owner: it may change panel, model and least fee. One trainer
of the plan may name an oracle as its model; see `OracleModelPlan`.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, model_validator

from relayer.chain.keccak import keccak
from relayer.deploy.plan_parts import GWEI, PlanPart, Wei
from relayer.deployment import Address

ORACLE_CONTRACT: Final = "OracleClassifier"
#: The contract's own limit: maps and labels of a panel fit storage words.
MAX_SEATS: Final = 16
_MAX_WINDOW_S: Final = 7 * 86_400


class OraclePlan(PlanPart):
    """An oracle with its rules and its first panel."""

    name: str = Field(min_length=1, max_length=64)
    labels: tuple[str, ...] = Field(min_length=2, max_length=65_535)
    responders: tuple[Address, ...] = Field(min_length=1, max_length=MAX_SEATS)
    quorum: int
    #: Any words that name the model that the responders serve; its hash goes on chain.
    model: str = ""
    max_sample_bytes: Annotated[int, Field(ge=1, lt=1 << 16)] = 4_096
    min_fee_wei: Annotated[Wei, Field(ge=1, lt=1 << 96)] = 100_000 * GWEI
    min_window_s: Annotated[int, Field(ge=2, le=_MAX_WINDOW_S)] = 120
    cache_lifetime_s: Annotated[int, Field(ge=0, lt=1 << 32)] = 0

    @property
    def model_bytes(self) -> bytes:
        """The fingerprint of the model."""
        return keccak(self.model.encode())

    @model_validator(mode="after")
    def _panel_is_sound(self) -> OraclePlan:
        seats = len(self.responders)
        if len(set(self.responders)) != seats or "0x" + 40 * "0" in self.responders:
            raise ValueError("responders must be different accounts")
        if len(set(self.labels)) != len(self.labels):
            raise ValueError("a label occurs twice")
        if not seats < 2 * self.quorum <= 2 * seats:
            raise ValueError("a quorum is more than half of the responders, and at most all")
        return self
