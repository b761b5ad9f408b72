"""``relayer deploy``: contracts onto the chain, money into the tank, a file about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from eth_utils.address import is_address, to_checksum_address

from relayer.accounts import keystores_of
from relayer.chain.pool import open_node
from relayer.cli.options import load_settings, setting_options
from relayer.cli.sponsor_account import open_sponsor, sponsor_options
from relayer.clock import SystemClock
from relayer.deploy import deploy, load_plan
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
    sponsor = open_sponsor(node, sponsor_keystore, development=development)
    allowed = (*_relayer_accounts(settings), *(_address(relayer) for relayer in relayers))
    deployment = deploy(
        node,
        sponsor,
        plan,
        tuple(dict.fromkeys(allowed)),
        settings.deployment,
        clock=SystemClock(),
        report=click.echo,
    )
    click.echo(f"forwarder {deployment.forwarder}, sponsor {sponsor.address}")
    for trainer in deployment.trainers:
        click.echo(f"trainer   {trainer.address} {trainer.name}")
    click.echo(f"wrote     {settings.deployment}")


def _relayer_accounts(settings: Settings) -> list[str]:
    kept_here = [_relayer_account(path, password) for path, password in keystores_of(settings)]
    return [*kept_here, *map(to_checksum_address, settings.external_signer_addresses)]


def _relayer_account(keystore: Path, password: str) -> str:
    if keystore.exists():
        return load_keystore(keystore, password).address
    signer = create_keystore(keystore, password)
    click.echo(f"created   {keystore} for the relayer's account {signer.address}")
    return signer.address


def _address(text: str) -> str:
    if not is_address(text):
        raise SettingsError(f"--relayer {text} is not an address; write 0x and 40 hex digits")
    return to_checksum_address(text)
