"""The oracle's responder, a process of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from relayer.settings.declaring import Secret, about


@dataclass(frozen=True, kw_only=True)
class OracleSettings:
    """The oracle's responder, a process of its own."""

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
