"""What can be seen on this machine: files, disk, store, worker, and how the house is exposed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from relayer.accounts import keystores_of, open_treasury
from relayer.checkup.findings import Finding, green, red, red_error, yellow
from relayer.errors import RelayerError, StoreError
from relayer.keys import load_keystore
from relayer.settings import Settings
from relayer.store import Store

MIB: Final = 1 << 20
#: Less room than this on the disk of the store is hardly enough for a day.
SCARCE_BYTES: Final = 1_024 * MIB
#: With less the store may stop within minutes.
FULL_BYTES: Final = 100 * MIB

_OTHERS_MAY: Final = stat.S_IRWXG | stat.S_IRWXO


def check_secret_files(files: Mapping[str, Path]) -> Iterator[Finding]:
    """Look whether others may read files with secrets.

    Args:
        files: by the setting that they belong to.
    """
    for name, path in files.items():
        check = f"secret file of {name}"
        try:
            mode = path.stat().st_mode
        except OSError as error:
            yield red(check, f"{path}: {error.strerror}", "write the secret into it")
            continue
        if mode & _OTHERS_MAY:
            yield red(check, f"{path} can be read by other users", f"chmod 600 {path}")
        else:
            yield green(check, f"{path} is its owner's alone")


def check_keystores(settings: Settings) -> Iterator[Finding]:
    """Open every keystore that the settings name."""
    addresses: list[str] = []
    try:
        keystores = keystores_of(settings)
    except RelayerError as error:
        yield red_error("keystores", error, "")
        keystores = []
    for path, password in keystores:
        try:
            addresses.append(load_keystore(path, password).address)
            yield green(f"keystore {path.name}", f"opens; account {addresses[-1]}")
        except RelayerError as error:
            yield _of_sentences(f"keystore {path.name}", error)
    for address in settings.external_signer_addresses:
        yield green("external signer", f"{address} is asked when it has to sign")
    if settings.treasury_keystore is not None:
        try:
            treasury = open_treasury(settings, addresses)
            yield green("treasury", f"opens; account {treasury.address if treasury else ''}")
        except RelayerError as error:
            yield _of_sentences("treasury", error)


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Look how much room the store has."""
    folder = _existing(settings.database.absolute().parent)
    free_bytes = shutil.disk_usage(folder).free
    said, remedy = f"{free_bytes // MIB} MiB free in {folder}", "make room on the disk"
    if free_bytes < FULL_BYTES:
        yield red("disk", said, remedy)
    elif free_bytes < SCARCE_BYTES:
        yield yellow("disk", said, remedy)
    else:
        yield green("disk", said)


def check_store(settings: Settings, now: float) -> Iterator[Finding]:
    """Look whether the database can be used; a file that is not there yet is not made."""
    path = settings.database
    if not path.exists():
        folder = _existing(path.absolute().parent)
        if os.access(folder, os.W_OK):
            yield green("store", f"{path} is not there yet; the first start makes it")
        else:
            yield red("store", f"{folder} cannot be written", "point database to another folder")
        return
    store = Store(path)
    try:
        behind = store.pending_migrations()
        if behind:
            yield yellow(
                "store",
                f"{path} is {len(behind)} versions behind this program",
                "back it up; the next start of `relayer web` or `relayer work` migrates it",
            )
            return
        store.check_usable(now)
        yield green("store", f"{path} can be read and written")
        yield from _worker(store, settings, now)
    except (StoreError, sqlite3.Error, OSError) as error:
        yield red_error("store", error, "restore a backup, or free the file or its disk")
    finally:
        store.close()


def check_exposure(settings: Settings) -> Iterator[Finding]:
    """Look at what strangers can reach, and on which conditions."""
    is_public = settings.public_url is not None or not _is_loopback(settings.host)
    if not is_public:
        yield green("public address", f"only this machine reaches {settings.host}")
        return
    if settings.public_url is None:
        yield yellow(
            "public address",
            f"the server listens on {settings.host} and no public_url is set",
            "set public_url to the address that players use",
        )
    elif not settings.public_url.startswith("https://"):
        yield yellow(
            "public address", f"{settings.public_url} is not https", "put TLS in front of it"
        )
    else:
        yield green("public address", settings.public_url)
    if settings.admission == "open":
        yield yellow(
            "admission",
            "whoever reaches the server may send contributions within the quotas",
            'set admission = "keys" if games have keys, and a daily_budget_gwei',
        )
    else:
        yield green("admission", "games with a key only")


def _worker(store: Store, settings: Settings, now: float) -> Iterator[Finding]:
    beat = store.chain_state.view().heartbeat
    if beat is None:
        yield yellow("worker", "none has run yet", "start `relayer work`")
        return
    age_s = max(0.0, now - beat.at)  # it may have beaten since the checks began
    if age_s > settings.heartbeat_stale_s:
        yield red("worker", f"no sign of life for {age_s:.0f} s", "start `relayer work` again")
    elif not beat.node_reachable:
        yield red("worker", f"it sees no node: {beat.detail}", "mend the node, or rpc_url")
    elif beat.detail:
        yield yellow("worker", beat.detail, "see `relayer status` and `relayer signers list`")
    else:
        yield green("worker", f"seen {age_s:.1f} s ago")


def _of_sentences(check: str, error: RelayerError) -> Finding:
    cause, _, remedy = str(error).partition(". ")
    return red(check, cause, remedy)


def _existing(folder: Path) -> Path:
    parents: Iterable[Path] = (folder, *folder.parents)
    return next(path for path in parents if path.is_dir())


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
