"""The settings of the relayer: one table that drives loading, command line and documents.

A value comes from the first of: a flag of the command line, ``RELAYER_<NAME>`` in the environment,
the file ``relayer.toml``, the default. Secrets come only from the environment or from a file whose
path is in ``RELAYER_<NAME>_FILE``; they are never parsed and never shown.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from relayer.errors import SettingsError

#: Nodes refuse a replacement of a transaction that raises the fees by less.
LEAST_BUMP_PERCENT = 10


class Secret:
    """A string that shows itself only when asked by name."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


def about(text: str, *, least: float | None = None) -> dict[str, Any]:
    """Say what a setting means, and the smallest number that it takes."""
    return {"text": text, "least": least}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set. Frozen: a process has one truth from start to end.

    Raises:
        SettingsError: a value is outside its bounds.
    """

    rpc_url: str = field(
        default="http://127.0.0.1:8545", metadata=about("JSON-RPC address of the chain's node")
    )
    deployment: Path = field(
        default=Path("deployment.json"), metadata=about("file that `relayer deploy` wrote")
    )
    database: Path = field(default=Path("relayer.db"), metadata=about("SQLite file of the store"))
    sponsor: str | None = field(
        default=None, metadata=about("address whose tank pays; default: the deployer's")
    )
    signer_keystore: Path | None = field(
        default=None, metadata=about("encrypted key file of the relayer's account")
    )
    signer_password: Secret | None = field(default=None, metadata=about("password of the key file"))
    host: str = field(default="127.0.0.1", metadata=about("address that the web server listens on"))
    port: int = field(
        default=8080,
        metadata=about("port that the web server listens on; 0: any free one", least=0),
    )
    public_url: str | None = field(
        default=None, metadata=about("address under which players reach the service")
    )
    web_workers: int = field(default=2, metadata=about("processes of the web server", least=1))
    web_threads: int = field(default=8, metadata=about("threads of each web process", least=1))
    max_body_bytes: int = field(
        default=262_144, metadata=about("largest request body that is read", least=1024)
    )
    max_contributions_per_request: int = field(
        default=100, metadata=about("most contributions in one request", least=1)
    )
    min_deadline_s: int = field(
        default=60, metadata=about("least time from acceptance to deadline", least=0)
    )
    max_deadline_s: int = field(
        default=86_400, metadata=about("most time from acceptance to deadline", least=1)
    )
    heartbeat_stale_s: float = field(
        default=30.0,
        metadata=about("age of the worker's heartbeat from which on nothing is accepted", least=1),
    )
    max_wait_s: float = field(
        default=2.0, metadata=about("longest that a contribution waits for its batch", least=0)
    )
    max_batch_items: int = field(
        default=100, metadata=about("most contributions in one batch", least=1)
    )
    max_batch_gas: int = field(
        default=8_000_000, metadata=about("most gas that one batch may use", least=100_000)
    )
    confirmations: int = field(
        default=2, metadata=about("blocks on top until a block counts as final", least=0)
    )
    poll_interval_s: float = field(
        default=0.5, metadata=about("pause between two looks at the chain", least=0.01)
    )
    max_fee_per_gas_cap_wei: int = field(
        default=200_000_000_000,
        metadata=about("most that an attempt offers per gas, tip included", least=1),
    )
    priority_fee_wei: int = field(
        default=1_000_000_000, metadata=about("tip of a first attempt, per gas", least=0)
    )
    resend_after_s: float = field(
        default=12.0, metadata=about("age of an attempt that is then bumped", least=0.1)
    )
    bump_percent: int = field(
        default=12, metadata=about("by how much a bump raises both fees", least=LEAST_BUMP_PERCENT)
    )
    settle_min_items: int = field(
        default=20, metadata=about("open contributions that make settling worth it", least=1)
    )
    settle_max_delay_s: float = field(
        default=300.0,
        metadata=about("longest that fewer due contributions wait to be settled", least=0),
    )
    market_step_gas: int = field(
        default=5_000_000,
        metadata=about("most gas that one step of a prediction market may use", least=500_000),
    )
    market_oversize_percent: int = field(
        default=25,
        metadata=about(
            "how far a test set may exceed the size that the fees are fitted to and is replayed",
            least=0,
        ),
    )
    market_secrets: Path | None = field(
        default=None,
        metadata=about("folder with the secret files of markets that the worker opens and reveals"),
    )

    oracle_address: str | None = field(
        default=None,
        metadata=about("oracle to answer for; default: the only one of the deployment file"),
    )
    oracle_database: Path = field(
        default=Path("oracle.db"), metadata=about("SQLite file of the oracle's responder")
    )
    oracle_keystore: Path | None = field(
        default=None, metadata=about("encrypted key file of the responder's account")
    )
    oracle_password: Secret | None = field(
        default=None, metadata=about("password of the responder's key file")
    )
    oracle_service_url: str | None = field(
        default=None, metadata=about("where the responder posts its questions")
    )
    oracle_service_token: Secret | None = field(
        default=None, metadata=about("bearer token for the service, if it wants one")
    )
    oracle_timeout_s: float = field(
        default=10.0, metadata=about("longest that the service may be silent", least=0.1)
    )
    oracle_max_answer_bytes: int = field(
        default=65_536, metadata=about("largest answer that is read from the service", least=64)
    )
    oracle_parallel: int = field(
        default=4, metadata=about("most questions to the service at a time", least=1)
    )
    oracle_retry_s: float = field(
        default=1.0,
        metadata=about("pause before the service is asked again; it doubles each time", least=0.01),
    )
    oracle_cover_percent: int = field(
        default=100,
        metadata=about("how much of an answer's gas its share of the fee must cover", least=0),
    )

    def __post_init__(self) -> None:
        for declared in fields(self):
            self._check_least(declared)
        if self.max_batch_items > 255:
            raise SettingsError("max_batch_items must be at most 255, the Forwarder's own limit")
        if self.max_deadline_s <= self.min_deadline_s:
            raise SettingsError("max_deadline_s must be greater than min_deadline_s")

    def _check_least(self, declared: Field[Any]) -> None:
        least, value = declared.metadata["least"], getattr(self, declared.name)
        if least is not None and value < least:
            raise SettingsError(f"{declared.name} is {value}; it must be at least {least:g}")
