"""Prediction markets that the worker drives."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from relayer.settings.declaring import about


@dataclass(frozen=True, kw_only=True)
class MarketSettings:
    """Prediction markets that the worker drives."""

    market_step_gas: int = field(
        default=5_000_000,
        metadata=about("most gas that one step of a prediction market may use", least=500_000),
    )
    market_oversize_percent: int = field(
        default=25,
        metadata=about(
            "how far a test set may exceed, in samples or gas, what the fees pay for",
            least=0,
        ),
    )
    market_secrets: Path | None = field(
        default=None,
        metadata=about("folder with the secret files of markets that the worker opens and reveals"),
    )
