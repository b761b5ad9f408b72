"""The web server, and how much it reads of one request."""

from __future__ import annotations

from dataclasses import dataclass, field

from relayer.settings.declaring import MOST_PORT, Secret, about


@dataclass(frozen=True, kw_only=True)
class WebSettings:
    """The web server, and how much it reads of one request."""

    host: str = field(default="127.0.0.1", metadata=about("address that the web server listens on"))
    port: int = field(
        default=8080,
        metadata=about(
            "port that the web server listens on; 0: any free one", least=0, most=MOST_PORT
        ),
    )
    public_url: str | None = field(
        default=None, metadata=about("address under which players reach the service")
    )
    metrics_token: Secret | None = field(
        default=None,
        metadata=about("bearer token for `/metrics`; default: told to this machine alone"),
    )
    web_workers: int = field(default=2, metadata=about("processes of the web server", least=1))
    web_threads: int = field(default=16, metadata=about("threads of each web process", least=1))
    web_one_processor: bool = field(
        default=True,
        metadata=about("whether each web process keeps to one processor, which is faster"),
    )
    max_body_bytes: int = field(
        default=262_144, metadata=about("largest request body that is read", least=1024)
    )
    request_timeout_s: float = field(
        default=15.0,
        metadata=about("longest time from the first byte of a request to its last", least=1),
    )
