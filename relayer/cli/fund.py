"""``relayer fund``: money into the sponsor's tank."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from relayer.accounts import sponsor_of
from relayer.chain.pool import open_node
from relayer.cli.amounts import Amount
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, progress, tell
from relayer.cli.sponsor_account import open_sponsor, sponsor_options
from relayer.clock import SystemClock
from relayer.deploy.funding import fund
from relayer.deployment import load_deployment


@click.command("fund")
@click.argument("amount_wei", metavar="AMOUNT", type=Amount())
@sponsor_options
@json_option
@setting_options("rpc_url", "rpc_urls", "deployment", "sponsor")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    amount_wei: int,
    sponsor_keystore: Path | None,
    development: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Put AMOUNT (as 0.5ether, 30gwei) into the sponsor's tank.

    Anybody may: the money comes from the account that you name, and only the sponsor can ever take
    out of the tank what is not spent.
    """
    settings = load_settings(ctx, flags).settings
    deployment = load_deployment(settings.deployment)
    node = open_node(settings, chain_id=deployment.chain_id)
    payer = open_sponsor(node, sponsor_keystore, development=development)
    sponsor = sponsor_of(settings, deployment)
    available_wei = fund(
        node,
        payer,
        deployment,
        sponsor,
        amount_wei,
        clock=SystemClock(),
        report=progress(as_json=as_json),
    )
    sentence = f"the tank of {sponsor} now has {available_wei} wei available"
    facts = {"sponsor": sponsor, "available_wei": str(available_wei)}
    tell(sentence, facts, as_json=as_json)
