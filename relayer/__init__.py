"""On the House: players sign, the house pays.

``create_app`` builds the service, ``Relayer`` embeds it in another Flask app, ``relayer.client``
is the kit for game backends.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from relayer.app import Relayer, create_app
    from relayer.settings import Settings

__version__ = "0.1.0"

__all__ = ["Relayer", "Settings", "__version__", "create_app"]

_HOMES = {
    "Relayer": "relayer.app",
    "Settings": "relayer.settings",
    "create_app": "relayer.app",
}


def __getattr__(name: str) -> Any:
    """Import the service only when it is asked for: the client does not need it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
