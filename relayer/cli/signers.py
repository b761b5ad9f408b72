"""``relayer signers``: the accounts that send, their money, and the sponsor's leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from eth_utils.address import is_address, to_checksum_address

from relayer.accounts import open_signers
from relayer.chain.pool import open_node
from relayer.cli.options import load_settings, setting_options
from relayer.cli.printing import json_option, print_json, progress
from relayer.cli.sponsor_account import open_sponsor, sponsor_options
from relayer.cli.sponsor_leave import SponsorDesk
from relayer.clock import SystemClock
from relayer.deployment import load_deployment
from relayer.errors import SettingsError, StoreError
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.statuses import TransactionStatus


@click.group("signers")
def command() -> None:
    """Show the accounts that send, or let the sponsor allow or forbid them."""


@command.command("list")
@json_option
@setting_options("database")
@click.pass_context
def list_signers(ctx: click.Context, /, as_json: bool, **flags: Any) -> None:
    """Show what each account holds and has under way.

    Reads the store and needs neither keys nor the node. Ends with 0 if one of them can send, else
    with 1.
    """
    settings = load_settings(ctx, flags).settings
    rows = read_signers(settings, SystemClock().now())
    if as_json:
        print_json(rows)
    else:
        for line in [line for row in rows for line in _lines(row)]:
            click.echo(line)
    ctx.exit(0 if any(row["paused"] is None for row in rows) else 1)


@command.command("allow")
@sponsor_options
@json_option
@setting_options(
    "rpc_url",
    "rpc_urls",
    "deployment",
    "sponsor",
    "signer_keystore",
    "signer_keystores",
    "external_signer_url",
    "external_signer_addresses",
)
@click.pass_context
def allow_signers(
    ctx: click.Context,
    /,
    sponsor_keystore: Path | None,
    development: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Let every account of the settings spend from the sponsor's tank.

    Accounts that it lets already are left alone.
    """
    settings = load_settings(ctx, flags).settings
    desk = _desk(settings, sponsor_keystore, development=development)
    accounts = [signer.address for signer in open_signers(settings)]
    shown = desk.decide(accounts, allowed=True, report=progress(as_json=as_json))
    if as_json:
        print_json(shown)


@command.command("forbid")
@click.argument("accounts", metavar="ADDRESS...", nargs=-1, required=True)
@sponsor_options
@json_option
@setting_options("rpc_url", "rpc_urls", "deployment", "sponsor")
@click.pass_context
def forbid_signers(
    ctx: click.Context,
    /,
    accounts: tuple[str, ...],
    sponsor_keystore: Path | None,
    development: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Let accounts spend nothing from the sponsor's tank any more.

    Their batches that no block holds yet come to nothing, and what these carried goes back to the
    queue for the other accounts. What the Forwarder owes them stays theirs.
    """
    addresses = [_address(account) for account in accounts]
    desk = _desk(load_settings(ctx, flags).settings, sponsor_keystore, development=development)
    shown = desk.decide(addresses, allowed=False, report=progress(as_json=as_json))
    if as_json:
        print_json(shown)


def _desk(settings: Settings, sponsor_keystore: Path | None, *, development: bool) -> SponsorDesk:
    deployment, node = load_deployment(settings.deployment), open_node(settings)
    sponsor = open_sponsor(node, sponsor_keystore, development=development)
    return SponsorDesk.open(settings, deployment, node, sponsor)


def _address(text: str) -> str:
    if not is_address(text):
        raise SettingsError(f"{text} is not an address; write 0x and 40 hex digits")
    return to_checksum_address(text)


def read_signers(settings: Settings, now: float) -> list[dict[str, Any]]:
    """Return what the store tells about the accounts that send.

    Raises:
        StoreError: there is no database yet.
    """
    if not settings.database.is_file():
        raise StoreError(
            f"there is no database {settings.database}; start `relayer work`, or name the file "
            "with --database"
        )
    store = Store(settings.database)
    try:
        store.check()
        return [
            {
                "address": signer.address,
                "balance_wei": str(signer.balance_wei),
                "block_number": signer.block_number,
                "allowed": signer.allowed,
                "paused": signer.paused,
                "under_way": _under_way(store, signer.address, now),
            }
            for signer in store.chain_state.view().signers
        ]
    finally:
        store.close()


def _under_way(store: Store, signer: str, now: float) -> list[dict[str, Any]]:
    """The transactions of a signer that no block holds, the first of its lane first."""
    rows = []
    for transaction in store.transactions.unfinished(signer):
        if transaction.status is TransactionStatus.MINED:
            continue
        attempts = store.transactions.attempts(transaction.id)
        rows.append(
            {
                "transaction": transaction.id,
                "kind": transaction.kind.value,
                "nonce": transaction.nonce,
                "age_s": round(now - transaction.created_at, 1),
                "attempts": len(attempts),
                "max_fee_per_gas_wei": str(attempts[-1].max_fee_per_gas_wei) if attempts else None,
                "cancelled": store.cancellations.of(transaction.id) is not None,
            }
        )
    return rows


def _lines(row: dict[str, Any]) -> list[str]:
    words = [f"{row['balance_wei']} wei", f"{len(row['under_way'])} under way"]
    if not row["allowed"]:
        words.append("not allowed by the sponsor")
    if row["paused"]:
        words.append("paused: too little money for the next transaction")
    return [f"{row['address']}  {', '.join(words)}", *map(_transaction_line, row["under_way"])]


def _transaction_line(row: dict[str, Any]) -> str:
    attempts = "1 attempt" if row["attempts"] == 1 else f"{row['attempts']} attempts"
    ending = ", being cancelled" if row["cancelled"] else ""
    return (
        f"  transaction {row['transaction']}: {row['kind']}, nonce {row['nonce']}, "
        f"{row['age_s']:.0f} s old, {attempts}{ending}"
    )
