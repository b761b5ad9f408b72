"""On the House: players sign, the house pays.

``create_app`` builds the service, ``Relayer`` embeds it in another Flask app, ``relayer.client``
is the kit for game backends.
"""

from __future__ import annotations

__version__ = "0.1.0"
