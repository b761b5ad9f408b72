"""The provider's key for `relayer market`: a keystore, or the development chain's own account."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from relayer.chain.contracts import bind
from relayer.chain.node import Node
from relayer.cli.sponsor_account import open_account
from relayer.deployment import Deployment
from relayer.errors import DeploymentError
from relayer.keys import Signer

_Command = TypeVar("_Command", bound=Callable[..., Any])

#: Not RELAYER_…: this password belongs to the provider and no relayer process ever needs it.
PASSWORD_VARIABLE = "PROVIDER_PASSWORD"  # noqa: S105 - the name of a variable


def provider_options(command: _Command) -> _Command:
    """Give a command the flags that choose the provider's account."""
    command = click.option(
        "--development",
        is_flag=True,
        help="Use the well-known account of a local development chain (anvil, hardhat).",
    )(command)
    return click.option(
        "--provider-keystore",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Encrypted key file of the provider; its password comes from PROVIDER_PASSWORD or "
        "PROVIDER_PASSWORD_FILE.",
    )(command)


def open_provider(
    node: Node, deployment: Deployment, keystore: Path | None, *, development: bool
) -> Signer:
    """The provider's account.

    Raises:
        SettingsError: none or both of the two ways are chosen, or the chain is no local
            development chain.
        SignerKeyError: the keystore cannot be opened.
        DeploymentError: the account is a relayer's.
    """
    signer = open_account(
        node, keystore, "--provider-keystore", PASSWORD_VARIABLE, development=development
    )
    forwarder = bind("Forwarder", deployment.forwarder)
    sponsor = deployment.sponsor
    if sponsor is not None and forwarder.read(node, "isRelayer", sponsor, signer.address):
        raise DeploymentError(
            f"{signer.address} is a relayer's account: a running worker counts its nonces. "
            "Use another account."
        )
    return signer
