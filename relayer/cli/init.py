"""``relayer init``: a folder with everything that a new house needs."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from relayer.cli.printing import json_option, tell
from relayer.deploy import parse_plan
from relayer.errors import SettingsError
from relayer.keys import create_keystore

_SETTINGS: Final = """\
# The settings of this house; `relayer config` shows all of them, and where each comes from.
# Paths are relative to this file. Variables RELAYER_<NAME> and flags are stronger.

# The chain's node. More nodes of the same chain make the house survive the loss of one:
# rpc_urls = ["https://second.example", "https://third.example"]
rpc_url = {rpc_url}

# `relayer deploy` writes it; it names the contracts.
deployment = "deployment.json"

# What must not be lost: back it up.
database = "relayer.db"

# The account that sends and pays for gas first; the tank pays it back.
signer_keystore = "signer.json"
signer_password_file = "signer-password"

# Where the server listens. Put a proxy that speaks TLS in front of it and name its address:
# public_url = "https://house.example"
# trusted_proxies = ["127.0.0.1"]
host = "127.0.0.1"
port = {port}

# Monitoring reads /metrics with this.
metrics_token_file = "metrics-token"

# Who may send: everybody, or games with a key of `relayer keys create` only.
admission = "open"
# admission = "keys"

# Most that contributions may cost in a day, in gwei; the tank's own limit holds as well.
# daily_budget_gwei = 100000000

# Blocks on top until one counts as final; more where the chain reorganises deeper.
confirmations = 2
"""

_PLAN: Final = """\
# What `relayer deploy` puts on the chain.

[tank]
deposit_wei = "1000000000000000000"      # goes into the tank at once
daily_limit_wei = "1000000000000000000"  # most that it spends in a day (UTC)

[[trainers]]
name = {name}
labels = {labels}
classifier = {{ kind = "naive-bayes" }}

# A contribution is refunded when the model agrees after the refund wait, and lost when it still
# disagrees after the forfeit wait.
[trainers.mechanism]
refund_wait_s = 3600
forfeit_wait_s = 86400
"""

_NEXT: Final = (
    "relayer --config {config} deploy --plan {plan} --sponsor-keystore sponsor.json",
    "relayer --config {config} doctor",
    "relayer --config {config} work & relayer --config {config} web",
)


@click.command("init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option("--name", default="House", show_default=True, help="Name of the first trainer.")
@click.option(
    "--label",
    "labels",
    multiple=True,
    default=("yes", "no"),
    show_default=True,
    help="A label of the first trainer; give two or more.",
)
@click.option(
    "--rpc-url",
    default="http://127.0.0.1:8545",
    show_default=True,
    help="JSON-RPC address of the chain's node.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8080,
    show_default=True,
    help="Port that the server listens on.",
)
@json_option
def command(
    folder: Path, name: str, labels: tuple[str, ...], rpc_url: str, port: int, as_json: bool
) -> None:
    """Write settings, a plan, a keystore and secrets for a new house into FOLDER.

    Nothing that exists is overwritten. Tells the next three commands.
    """
    files = {
        "plan.toml": _PLAN.format(name=_quoted(name), labels=_quoted(list(labels))),
        "relayer.toml": _SETTINGS.format(rpc_url=_quoted(rpc_url), port=port),
    }
    private = {
        "signer-password": f"{secrets.token_urlsafe(32)}\n",
        "metrics-token": f"{secrets.token_urlsafe(32)}\n",
    }
    parse_plan(files["plan.toml"], folder / "plan.toml")
    _require_free(folder, (*private, "signer.json", *files))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in private.items():
            _write_new(folder / file, text, 0o600)
        signer = create_keystore(folder / "signer.json", private["signer-password"].strip())
        for file, text in files.items():
            _write_new(folder / file, text, 0o644)
    except OSError as error:
        raise SettingsError(
            f"cannot write into {folder}: {error.strerror}; choose another folder"
        ) from error
    written = [folder / file for file in (*private, "signer.json", *files)]
    _tell(folder, signer.address, written, as_json=as_json)


def _require_free(folder: Path, files: tuple[str, ...]) -> None:
    taken = [file for file in files if os.path.lexists(folder / file)]
    if taken:
        raise SettingsError(
            f"{folder} holds {', '.join(taken)} already, and nothing is overwritten; "
            "choose another folder, or move them away"
        )


def _write_new(path: Path, text: str, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _tell(folder: Path, signer: str, written: Sequence[Path], *, as_json: bool) -> None:
    paths = {"config": folder / "relayer.toml", "plan": folder / "plan.toml"}
    commands = [line.format(**paths) for line in _NEXT]
    lines = [
        *(f"wrote  {path}" for path in written),
        f"\nThe account that sends is {signer}; deploying gives it money and leave.",
        "On a local chain use --development instead of --sponsor-keystore. Next:\n",
        *(f"  {command}" for command in commands),
    ]
    facts = {"files": [str(path) for path in written], "signer": signer, "next": commands}
    tell("\n".join(lines), facts, as_json=as_json)


def _quoted(value: str | list[str]) -> str:
    """Text as TOML spells it: its strings are those of JSON."""
    return json.dumps(value, ensure_ascii=True)
