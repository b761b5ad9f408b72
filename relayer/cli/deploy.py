"""``relayer deploy``: contracts onto the chain, money into the tank, a file about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from eth_utils.address import is_address, to_checksum_address

from relayer.accounts import keystores_of
from relayer.chain.pool import open_node
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, progress, tell
from relayer.cli.sponsor_account import open_sponsor, sponsor_options
from relayer.clock import SystemClock
from relayer.deploy import deploy, load_plan
from relayer.deployment import Deployment
from relayer.errors import SettingsError
from relayer.keys import create_keystore, load_keystore
from relayer.settings import Settings


@click.command("deploy")
@click.option(
    "--plan",
    "plan_path",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="TOML file that says which trainers to deploy and how to fill the tank.",
)
@click.option(
    "--relayer",
    "relayers",
    multiple=True,
    metavar="ADDRESS",
    help="Another account that may spend from the tank; can be repeated.",
)
@sponsor_options
@json_option
@setting_options(
    "rpc_url",
    "rpc_urls",
    "deployment",
    "signer_keystore",
    "signer_keystores",
    "external_signer_url",
    "external_signer_addresses",
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    plan_path: Path,
    relayers: tuple[str, ...],
    sponsor_keystore: Path | None,
    development: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Deploy the contracts and write the deployment file.

    The account that deploys becomes the sponsor: it fills the tank, sets its limits and allows the
    relayer's accounts, whose keystores are created when there are none. An interrupted deployment
    is taken up where it was left when the same command runs again.
    """
    settings = load_settings(ctx, flags).settings
    plan = load_plan(plan_path)
    node = open_node(settings)
    report = progress(as_json=as_json)
    for trainer in plan.trainers:
        if trainer.underpayment is not None:
            report(f"warning   the market {trainer.name}: {trainer.underpayment}")
    sponsor = open_sponsor(node, sponsor_keystore, development=development)
    allowed = (*_relayer_accounts(settings, report), *(_address(relayer) for relayer in relayers))
    deployment = deploy(
        node,
        sponsor,
        plan,
        tuple(dict.fromkeys(allowed)),
        settings.deployment,
        clock=SystemClock(),
        report=report,
    )
    _tell(deployment, sponsor.address, settings.deployment, as_json=as_json)


def _tell(deployment: Deployment, sponsor: str, path: Path, *, as_json: bool) -> None:
    trainers = [{"address": each.address, "name": each.name} for each in deployment.trainers]
    lines = [
        f"forwarder {deployment.forwarder}, sponsor {sponsor}",
        *(f"trainer   {trainer['address']} {trainer['name']}" for trainer in trainers),
        f"wrote     {path}",
    ]
    facts = {
        "file": str(path),
        "chain_id": deployment.chain_id,
        "forwarder": deployment.forwarder,
        "sponsor": sponsor,
        "trainers": trainers,
    }
    tell("\n".join(lines), facts, as_json=as_json)


def _relayer_accounts(settings: Settings, report: Callable[[str], None]) -> list[str]:
    kept_here = [
        _relayer_account(path, password, report) for path, password in keystores_of(settings)
    ]
    return [*kept_here, *map(to_checksum_address, settings.external_signer_addresses)]


def _relayer_account(keystore: Path, password: str, report: Callable[[str], None]) -> str:
    if keystore.exists():
        return load_keystore(keystore, password).address
    signer = create_keystore(keystore, password)
    report(f"created   {keystore} for the relayer's account {signer.address}")
    return signer.address


def _address(text: str) -> str:
    if not is_address(text):
        raise SettingsError(f"--relayer {text} is not an address; write 0x and 40 hex digits")
    return to_checksum_address(text)
