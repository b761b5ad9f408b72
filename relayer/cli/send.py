"""``relayer send``: sign one contribution, send it, and watch what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from relayer.cli.contribution_steps import steps
from relayer.cli.durations import Duration
from relayer.cli.environment_secrets import find_secret, keystore_password
from relayer.cli.exit_codes import ExitCode
from relayer.cli.printing import json_option, print_json_line
from relayer.client import (
    ApiError,
    RelayerClient,
    RelayerClientError,
    SignedRequest,
    TransportError,
    UnavailableError,
    UnexpectedAnswerError,
    WaitTimeoutError,
)
from relayer.client.catalogue import Catalogue
from relayer.client.following import WAY
from relayer.client.signing import Signer
from relayer.clock import Clock, SystemClock
from relayer.keys import load_keystore

#: Not RELAYER_…: they belong to player and game, and no relayer process ever needs them.
PASSWORD_VARIABLE = "PLAYER_PASSWORD"  # noqa: S105 - the name of a variable
KEY_VARIABLE = "GAME_KEY"

#: Pause before a relayer that gave no answer while it was watched is asked again.
AGAIN_S = 5.0


@click.command("send")
@click.argument("words", nargs=-1)
@click.option("--label", required=True, help="What the sample shows: name or number of a label.")
@click.option("--sample", help="The sample as an encoder gave it, in hex, instead of words.")
@click.option("--trainer", help="Name or address; needless when the relayer serves one only.")
@click.option(
    "--url", default="http://127.0.0.1:8080", show_default=True, help="Root address of the relayer."
)
@click.option(
    "--player-keystore",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Encrypted key file of the player; its password comes from PLAYER_PASSWORD or "
    "PLAYER_PASSWORD_FILE.  [default: a key made for this one contribution]",
)
@click.option("--watch", is_flag=True, help="Show each step of the contribution as it happens.")
@click.option(
    "--until", type=click.Choice(WAY[1:]), help="Watch it so far only.  [default: settled]"
)
@click.option("--timeout", "timeout_s", type=Duration(), help="Watch no longer than, as 90s or 2h.")
@json_option
def command(
    words: tuple[str, ...],
    label: str,
    sample: str | None,
    trainer: str | None,
    url: str,
    player_keystore: Path | None,
    watch: bool,
    until: str | None,
    timeout_s: int | None,
    as_json: bool,
) -> None:
    """Sign one contribution, send it to a running relayer, and print its id.

    WORDS are the sample, unless --sample is given. A house that admits only games wants a key:
    GAME_KEY or GAME_KEY_FILE.
    """
    if not watch and (until or timeout_s):
        raise click.UsageError("--until and --timeout go with --watch")
    clock = SystemClock()
    client = RelayerClient(url, clock=clock, key=find_secret(KEY_VARIABLE))
    shown = _Shown(client, as_json)
    try:
        entry = Catalogue(client.config()).trainer(trainer)
        signed = client.sign_contribution(
            _account(player_keystore),
            label=_label(entry, label),
            words=words or None,
            sample=_bytes(sample),
            trainer=entry["address"],
        )
        contribution = _submit(client, signed)
        shown.begin(contribution)
        if watch:
            contribution = _watch(client, shown, signed, until or WAY[-1], timeout_s, clock)
    except RelayerClientError as error:
        raise _failure(error, as_json=as_json) from error
    if contribution["status"] not in WAY:
        raise click.exceptions.Exit(ExitCode.ENDED)


@dataclass
class _Shown:
    """What was shown of a contribution so far."""

    client: RelayerClient
    as_json: bool
    status: str | None = None

    def begin(self, contribution: dict[str, Any]) -> None:
        """Show what was sent: all of it to programs, its id to people."""
        if self.as_json:
            self.status = contribution["status"]
            print_json_line(contribution)
        else:
            click.echo(contribution["id"])

    def go_on(self, contribution: dict[str, Any]) -> None:
        """Show what is new."""
        status, before = contribution["status"], self.status
        if status == before:
            return
        self.status = status
        if self.as_json:
            print_json_line(contribution)
            return
        for step in steps(contribution, before, self.client.config()["confirmations"]):
            click.echo(step if step == WAY[0] else f"-> {step}")


def _submit(client: RelayerClient, signed: SignedRequest) -> dict[str, Any]:
    """Send it; without a proper answer it may be accepted all the same, so its id is told."""
    try:
        return client.submit(signed)
    except (TransportError, UnexpectedAnswerError) as error:
        raise type(error)(
            f"{error} {signed.id} may have been accepted all the same; ask for it at "
            "/v1/contributions before you send another one."
        ) from error


def _watch(
    client: RelayerClient,
    shown: _Shown,
    signed: SignedRequest,
    until: str,
    timeout_s: int | None,
    clock: Clock,
) -> dict[str, Any]:
    """Follow a contribution through silences of the relayer; returns it as it stands then."""
    give_up_at = None if timeout_s is None else clock.monotonic() + timeout_s
    while True:
        left_s = None if give_up_at is None else give_up_at - clock.monotonic()
        try:
            for contribution in client.follow(signed.id, until=until, timeout_s=left_s):
                shown.go_on(contribution)
            return contribution
        except (TransportError, UnexpectedAnswerError, UnavailableError) as error:
            if left_s is not None and left_s <= AGAIN_S:
                raise WaitTimeoutError(str(error)) from error
            click.echo(f"waiting: {error}", err=True)
        clock.sleep(AGAIN_S)


def _account(keystore: Path | None) -> Signer:
    if keystore is not None:
        return load_keystore(keystore, keystore_password(PASSWORD_VARIABLE))
    from relayer.ethereum_account import Account  # slow: other commands do without

    account: Signer = Account.create()
    click.echo(
        f"signed by {account.address}, a key made for this one contribution: what it earns is "
        "nobody's; --player-keystore names one that stays",
        err=True,
    )
    return account


def _label(entry: dict[str, Any], label: str) -> int | str:
    """A name, where there is one of these letters; else a number."""
    return int(label) if label.isdecimal() and label not in entry["labels"] else label


def _bytes(sample: str | None) -> bytes | None:
    try:
        return None if sample is None else bytes.fromhex(sample.removeprefix("0x"))
    except ValueError:
        raise click.BadParameter("write it in hex, as 0x00010002", param_hint="--sample") from None


class _Refused(click.ClickException):
    exit_code = ExitCode.REFUSED


class _TimedOut(click.ClickException):
    exit_code = ExitCode.TIMED_OUT


def _failure(error: RelayerClientError, *, as_json: bool) -> click.ClickException:
    if isinstance(error, WaitTimeoutError):
        return _TimedOut(str(error))
    if not isinstance(error, ApiError):
        return click.ClickException(str(error))
    if as_json:
        print_json_line({"problem": error.problem})
    return _Refused(str(error))
