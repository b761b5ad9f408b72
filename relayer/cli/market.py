"""``relayer market``: a prediction market as its provider sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
from eth_utils.address import to_checksum_address

from relayer.chain.contracts import bind
from relayer.chain.errand import ErrandError
from relayer.chain.errors import NodeError
from relayer.chain.pool import open_node
from relayer.cli.amounts import Amount
from relayer.cli.market_account import open_provider, provider_options
from relayer.cli.market_table import market_table
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, print_json, print_json_line, progress, tell
from relayer.clock import SystemClock
from relayer.deployment import (
    Deployment,
    PredictionMarketEntry,
    TrainerEntry,
    load_deployment,
)
from relayer.errors import DeploymentError
from relayer.market.errors import NotYourTurnError, StepRefusedError
from relayer.market.pay import read_fee
from relayer.market.pieces import HiddenTestSet, load_test_set
from relayer.market.provider import Provider, Report
from relayer.market.test_set_files import MOST_PIECE_RECORDS, PIECE_RECORDS, cut, read_records
from relayer.market.view import Phase
from relayer.settings import Settings

_Command = TypeVar("_Command", bound=Callable[..., Any])

_MARKET_SETTINGS = ("rpc_url", "rpc_urls", "deployment")
#: Pause between two looks at the market.
ATTEND_INTERVAL_S = 5.0


@click.group("market")
def command() -> None:
    """Provide the test set and the bounty of a prediction market.

    Drawing, replay, passes and settlement are driven by `relayer work`.
    """


def _market_option(command: _Command) -> _Command:
    return click.option(
        "--market",
        "market",
        metavar="ADDRESS",
        help="The market; needless when the deployment has one only.",
    )(command)


def _secret_option(command: _Command) -> _Command:
    return click.option(
        "--secret",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Secret file with the pieces of the test set.  [default: market-ADDRESS.json]",
    )(command)


@command.command("commit")
@click.argument("test_set_file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--bounty",
    "bounty_wei",
    type=Amount(),
    required=True,
    help="What the market pays for accuracy, as 0.5ether; locked at once.",
)
@click.option(
    "--piece-records",
    type=click.IntRange(1, MOST_PIECE_RECORDS),
    default=PIECE_RECORDS,
    help=f"Samples of a piece; one piece is opened and scores nothing.  [default: {PIECE_RECORDS}]",
)
@_secret_option
@_market_option
@provider_options
@json_option
@setting_options(*_MARKET_SETTINGS, "market_step_gas")
@click.pass_context
def commit(
    ctx: click.Context,
    /,
    test_set_file: Path,
    bounty_wei: int,
    piece_records: int,
    secret: Path | None,
    market: str | None,
    provider_keystore: Path | None,
    development: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Lock the bounty and commit to the labelled samples in FILE (JSON Lines).

    The samples are shuffled and cut into salted pieces. The secret file is written first; when it
    is there already, it is what an interrupted commitment left, and is used as it is.
    """
    settings = load_settings(ctx, flags).settings
    deployment, entry = _find(settings, market)
    signer = _Signer(provider_keystore, development)
    provider = _provider(settings, deployment, entry, signer, progress(as_json=as_json))
    test_set = provider.commit(
        deployment.chain_id,
        lambda: cut(read_records(test_set_file, entry), piece_records),
        bounty_wei,
        secret or _default_secret(entry),
    )
    pieces = len(test_set.pieces)
    tell(
        f"committed to {pieces} pieces of {entry.name} at {entry.address}",
        {"market": entry.address, "pieces": pieces, "bounty_wei": str(bounty_wei)},
        as_json=as_json,
    )


@command.command("attend")
@click.option(
    "--drive",
    "drives",
    is_flag=True,
    help="Replay, play the passes and close as well, instead of leaving it to a relayer.",
)
@_secret_option
@_market_option
@provider_options
@json_option
@setting_options(*_MARKET_SETTINGS, "market_step_gas")
@click.pass_context
def attend(
    ctx: click.Context,
    /,
    drives: bool,
    secret: Path | None,
    market: str | None,
    provider_keystore: Path | None,
    development: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Draw, open, reveal and claim, each when it is due, until the market is over.

    Kill it and start it again as you like: what is to be done is read from the chain.
    """
    settings = load_settings(ctx, flags).settings
    deployment, entry = _find(settings, market)
    test_set = _load_secret(secret, deployment, entry)
    signer = _Signer(provider_keystore, development)
    provider = _provider(settings, deployment, entry, signer, progress(as_json=as_json))
    clock = SystemClock()
    seen: Phase | None = None
    while True:
        try:
            phase = provider.view().phase
            if phase is not seen:
                seen = phase
                _tell_phase(phase, as_json=as_json)
            if provider.advance(test_set, drives=drives) is not None:
                continue
            if phase.is_over:
                return
        except (NodeError, ErrandError, StepRefusedError) as error:
            click.echo(f"waiting   {error}", err=True)
        clock.sleep(ATTEND_INTERVAL_S)


def _tell_phase(phase: Phase, *, as_json: bool) -> None:
    if as_json:
        print_json_line({"phase": phase.word})
    else:
        click.echo(f"phase     {phase.word}")


@command.command("reveal")
@_secret_option
@_market_option
@provider_options
@json_option
@setting_options(*_MARKET_SETTINGS, "market_step_gas")
@click.pass_context
def reveal(
    ctx: click.Context,
    /,
    secret: Path | None,
    market: str | None,
    provider_keystore: Path | None,
    development: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Open the drawn piece, or reveal the others, whichever is due now.

    Any account may: the secret file is what counts.
    """
    settings = load_settings(ctx, flags).settings
    deployment, entry = _find(settings, market)
    test_set = _load_secret(secret, deployment, entry)
    signer = _Signer(provider_keystore, development)
    provider = _provider(settings, deployment, entry, signer, progress(as_json=as_json))
    taken = provider.open_or_reveal(test_set)
    if taken == 0:
        raise NotYourTurnError(
            f"the market is in the phase {provider.view().phase.word}: nothing can be opened or "
            "revealed now; `relayer market status` tells when it ends"
        )
    if as_json:
        print_json({"market": entry.address, "transactions": taken})


@command.command("claim")
@_market_option
@provider_options
@json_option
@setting_options(*_MARKET_SETTINGS, "market_step_gas")
@click.pass_context
def claim(
    ctx: click.Context,
    /,
    market: str | None,
    provider_keystore: Path | None,
    development: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Take out what the market keeps for the account: unspent bounty, or own pay-outs."""
    settings = load_settings(ctx, flags).settings
    deployment, entry = _find(settings, market)
    signer = _Signer(provider_keystore, development)
    provider = _provider(settings, deployment, entry, signer, progress(as_json=as_json))
    claimed_wei = provider.claim()
    facts = {"market": entry.address, "claimed_wei": str(claimed_wei)}
    tell(f"claimed   {claimed_wei} wei", facts, as_json=as_json)


@command.command("status")
@json_option
@_market_option
@setting_options(*_MARKET_SETTINGS)
@click.pass_context
def status(ctx: click.Context, /, as_json: bool, market: str | None, **flags: Any) -> None:
    """Show where a market stands, read from the chain."""
    settings = load_settings(ctx, flags).settings
    _, entry = _find(settings, market)
    table = market_table(open_node(settings), entry)
    if as_json:
        print_json(table)
        return
    width = max(map(len, table))
    for name, value in table.items():
        click.echo(f"{name.replace('_', ' '):<{width}}  {'-' if value is None else value}")


def _find(settings: Settings, market: str | None) -> tuple[Deployment, TrainerEntry]:
    deployment = load_deployment(settings.deployment)
    markets = [
        entry
        for entry in deployment.trainers
        if isinstance(entry.mechanism, PredictionMarketEntry)
        and (market is None or entry.address.lower() == market.lower())
    ]
    if len(markets) != 1:
        raise DeploymentError(
            f"{settings.deployment} names {len(markets)} markets of that description; "
            "name one of its addresses with --market"
        )
    return deployment, markets[0]


@dataclass(frozen=True)
class _Signer:
    """Which account the command was told to use."""

    keystore: Path | None
    is_development: bool


def _provider(
    settings: Settings,
    deployment: Deployment,
    entry: TrainerEntry,
    chosen: _Signer,
    report: Report,
) -> Provider:
    node = open_node(settings)
    signer = open_provider(node, deployment, chosen.keystore, development=chosen.is_development)
    forwarder = bind("Forwarder", deployment.forwarder)
    sponsor = settings.sponsor or deployment.sponsor
    return Provider(
        node,
        entry,
        signer,
        clock=SystemClock(),
        step_gas=settings.market_step_gas,
        first_block=deployment.block_number,
        fee=None if sponsor is None else read_fee(node, forwarder, sponsor, entry.address),
        report=report,
    )


def _load_secret(secret: Path | None, deployment: Deployment, entry: TrainerEntry) -> HiddenTestSet:
    test_set = load_test_set(secret or _default_secret(entry))
    wanted = (deployment.chain_id, entry.address)
    if (test_set.chain_id, to_checksum_address(test_set.market)) != wanted:
        raise NotYourTurnError(
            f"the secret file belongs to the market {test_set.market} on chain "
            f"{test_set.chain_id}; name the file of {entry.address} with --secret"
        )
    return test_set


def _default_secret(entry: TrainerEntry) -> Path:
    return Path(f"market-{entry.address}.json")
