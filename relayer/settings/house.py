"""Which chain, which contracts, which store, whose money."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from relayer.logs import JSON
from relayer.settings.declaring import about


@dataclass(frozen=True, kw_only=True)
class HouseSettings:
    """Which chain, which contracts, which store, whose money."""

    rpc_url: str = field(
        default="http://127.0.0.1:8545", metadata=about("JSON-RPC address of the chain's node")
    )
    rpc_urls: tuple[str, ...] = field(
        default=(),
        metadata=about("more nodes of the same chain, asked when the ones before them fail"),
    )
    deployment: Path = field(
        default=Path("deployment.json"), metadata=about("file that `relayer deploy` wrote")
    )
    database: Path = field(default=Path("relayer.db"), metadata=about("SQLite file of the store"))
    sponsor: str | None = field(
        default=None, metadata=about("address whose tank pays; default: the deployer's")
    )
    log_format: str = field(default="text", metadata=about("form of log lines: `text`, or `json`"))
    access_log: bool | None = field(
        default=None,
        metadata=about("whether each request gets a log line; default: where log_format is `json`"),
    )

    @property
    def writes_access_log(self) -> bool:
        """Whether each request gets a log line."""
        return self.log_format == JSON if self.access_log is None else self.access_log
