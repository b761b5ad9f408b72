"""The sponsor's key for `deploy` and `fund`: a keystore, or the development chain's own account."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click

from relayer.chain.node import Node
from relayer.cli.environment_secrets import keystore_password
from relayer.errors import SettingsError
from relayer.keys import Signer, load_keystore

_Command = TypeVar("_Command", bound=Callable[..., Any])

#: Not RELAYER_…: this password belongs to the sponsor and no relayer process ever needs it.
PASSWORD_VARIABLE = "SPONSOR_PASSWORD"  # noqa: S105 - the name of a variable

DEVELOPMENT_CHAIN_ID = 31_337
#: First account of anvil and hardhat, known to everybody: worthless outside development chains.
DEVELOPMENT_KEY = bytes.fromhex("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
_LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


def sponsor_options(command: _Command) -> _Command:
    """Give a command the flags that choose the sponsor's account."""
    command = click.option(
        "--development",
        is_flag=True,
        help="Use the well-known account of a local development chain (anvil, hardhat).",
    )(command)
    return click.option(
        "--sponsor-keystore",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Encrypted key file of the sponsor; its password comes from SPONSOR_PASSWORD or "
        "SPONSOR_PASSWORD_FILE.",
    )(command)


def open_sponsor(node: Node, keystore: Path | None, *, development: bool) -> Signer:
    """The account that pays; see `open_account`."""
    return open_account(
        node, keystore, "--sponsor-keystore", PASSWORD_VARIABLE, development=development
    )


def open_account(
    node: Node, keystore: Path | None, flag: str, password_variable: str, *, development: bool
) -> Signer:
    """An account of a person at the command line.

    Args:
        node: tells whether the chain is a development chain.
        keystore: the key file, if it is chosen.
        flag: how the key file is chosen.
        password_variable: the variable with its password; with `_FILE`, with a file of it.
        development: whether the development chain's own account is chosen.

    Raises:
        SettingsError: none or both of the two ways are chosen, there is no such key file, or the
            chain is no local development chain.
        SignerKeyError: the keystore cannot be opened.
    """
    if development == (keystore is not None):
        raise SettingsError(f"choose who pays: {flag} FILE, or --development on a local chain")
    if keystore is not None:
        if not keystore.is_file():
            raise SettingsError(f"there is no key file {keystore}; name yours with {flag}")
        return load_keystore(keystore, keystore_password(password_variable))
    hosts = {urlsplit(url).hostname for url in node.urls}
    if not hosts <= set(_LOCAL_HOSTS) or node.chain_id() != DEVELOPMENT_CHAIN_ID:
        raise SettingsError(
            f"--development is for a chain {DEVELOPMENT_CHAIN_ID} on this machine; "
            f"use {flag} elsewhere"
        )
    return Signer(DEVELOPMENT_KEY)
