"""The ops dashboard, and who may reach it."""

from __future__ import annotations

from dataclasses import dataclass, field

from relayer.settings.declaring import about


@dataclass(frozen=True, kw_only=True)
class OpsSettings:
    """The ops dashboard, and who may reach it."""

    ops: bool = field(
        default=True, metadata=about("whether the ops dashboard is mounted at `/ops`")
    )
    ops_from: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "addresses or networks from which the dashboard is reached; default: this machine, as "
            "long as nothing hints at a proxy"
        ),
    )
    ops_url: str | None = field(
        default=None,
        metadata=about("address under which operators reach the service; default: public_url"),
    )
    ops_session_idle_s: float = field(
        default=3_600.0,
        metadata=about("how long a login to the dashboard lasts without being used", least=60),
    )
    ops_session_most_s: float = field(
        default=43_200.0,
        metadata=about("how long a login to the dashboard lasts at most", least=60),
    )
    ops_confirmation_s: float = field(
        default=300.0,
        metadata=about(
            "age of a password from which on actions about money ask for it again", least=0
        ),
    )
    ops_user_tries: int = field(
        default=10, metadata=about("wrong passwords for one user of the dashboard", least=1)
    )
    ops_address_tries: int = field(
        default=20, metadata=about("wrong passwords from one address", least=1)
    )
    ops_tries_window_s: float = field(
        default=900.0, metadata=about("how long a wrong password counts", least=1)
    )
    ops_accuracy: bool = field(
        default=True,
        metadata=about(
            "whether the worker tries each model on every contribution before the model learns it, "
            "for the trainers' pages; it reads all data from the chain when it starts"
        ),
    )
    ops_explorer_url: str | None = field(
        default=None,
        metadata=about(
            "block explorer that the dashboard links to, as `https://sepolia.etherscan.io`"
        ),
    )
