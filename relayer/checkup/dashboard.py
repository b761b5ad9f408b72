"""Who can log in to the ops dashboard, and from where it can be reached."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from relayer.checkup.findings import Finding, green, red, red_error, yellow
from relayer.errors import RelayerError, StoreError
from relayer.metrics.access import is_loopback
from relayer.ops.access.reach import Reach
from relayer.ops.audit import verify
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.ops_users import Role

#: A network of more addresses than one organisation has: its people are strangers.
_STRANGERS: Final = {4: 8, 6: 19}


def check_dashboard(settings: Settings) -> Iterator[Finding]:
    """Look at users, audit log and reach of the dashboard; nothing is changed."""
    if not settings.ops:
        yield green("dashboard", "switched off")
        return
    yield from _people(settings)
    try:
        Reach(settings)
    except RelayerError as error:
        yield red_error("dashboard's reach", error)
        return
    yield _reach(settings)


def _people(settings: Settings) -> Iterator[Finding]:
    if not settings.database.exists():
        return
    store = Store(settings.database)
    try:
        if store.pending_migrations():
            return
        yield _users(store)
        yield _audit(store)
    except (StoreError, sqlite3.Error, OSError):
        return  # the check of the store tells it
    finally:
        store.close()


def _users(store: Store) -> Finding:
    users = store.ops_users.all()
    if not users:
        return yellow("dashboard", "nobody can log in", "relayer ops user add NAME --role admin")
    admins = [user.name for user in users if user.role is Role.ADMIN]
    if not admins:
        return yellow(
            "dashboard",
            f"{len(users)} users, and no admin among them",
            "relayer ops user role NAME admin",
        )
    return green("dashboard", f"{len(users)} users; admins: {', '.join(admins)}")


def _audit(store: Store) -> Finding:
    found = verify(store)
    if found.faults:
        return red(
            "audit log",
            found.faults[0],
            "find out who writes to the database beside the relayer: relayer audit verify",
        )
    return green("audit log", f"{found.count} entries, whole as far as it tells itself")


def _reach(settings: Settings) -> Finding:
    check = "dashboard's reach"
    if not settings.ops_from:
        behind = settings.public_url is not None or settings.trusted_proxies
        if behind or not is_loopback(settings.host):
            return yellow(
                check,
                "nobody reaches it: strangers would look like this machine",
                "name the networks of operators with ops_from",
            )
        return green(check, "only this machine reaches it")
    wide = [entry for entry in settings.ops_from if _is_wide(ip_network(entry, strict=False))]
    if wide:
        return red(check, f"strangers reach it from {', '.join(wide)}", "narrow ops_from")
    url = settings.ops_url or settings.public_url
    own = all(ip_network(entry, strict=False).is_loopback for entry in settings.ops_from)
    if not own and not (url or "").startswith("https://"):
        return yellow(
            check,
            f"passwords travel to {', '.join(settings.ops_from)} as plain text",
            "put TLS in front of it, and set ops_url",
        )
    return green(check, f"reached from {', '.join(settings.ops_from)}")


def _is_wide(network: IPv4Network | IPv6Network) -> bool:
    return network.prefixlen < _STRANGERS[network.version]
