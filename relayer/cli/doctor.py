"""``relayer doctor``: every check green or red, with its remedy."""

from __future__ import annotations

from typing import Any

import click

from relayer.checkup.examination import examine
from relayer.checkup.findings import Colour, Finding, green, red_error
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, print_json
from relayer.clock import SystemClock
from relayer.errors import SettingsError


@click.command("doctor")
@json_option
@setting_options(
    "rpc_url",
    "rpc_urls",
    "deployment",
    "database",
    "sponsor",
    "signer_keystore",
    "signer_keystores",
    "host",
    "public_url",
)
@click.pass_context
def command(ctx: click.Context, /, as_json: bool, **flags: Any) -> None:
    """Check everything that the relayer needs, and tell what to do about what is missing.

    Looks at settings, files, store, nodes, contracts, money and clock. Ends with 0 if nothing is
    red, else with 1.
    """
    findings = _findings(ctx, flags)
    is_well = all(finding.colour is not Colour.RED for finding in findings)
    if as_json:
        print_json({"ok": is_well, "checks": [finding.as_json() for finding in findings]})
    else:
        width = max(len(finding.check) for finding in findings)
        for finding in findings:
            _show(finding, width)
    ctx.exit(0 if is_well else 1)


def _findings(ctx: click.Context, flags: dict[str, Any]) -> list[Finding]:
    try:
        loaded = load_settings(ctx, flags)
    except SettingsError as error:
        return [red_error("settings", error)]
    examined = examine(loaded.settings, loaded.secret_files, SystemClock().now())
    return [green("settings", "can be read"), *examined]


def _show(finding: Finding, width: int) -> None:
    colour = click.style(f"{finding.colour.value:<6}", fg=finding.colour.value)
    click.echo(f"{colour}  {finding.check:<{width}}  {finding.detail}")
    if finding.remedy:
        click.echo(f"{'':<6}  {'':<{width}}  -> {finding.remedy}")
