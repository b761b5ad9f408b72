"""Every error that the relayer raises on purpose.

* RelayerError
    * SettingsError: a setting is unknown, malformed or missing
    * StoreError: the database file cannot be used
    * DeploymentError: the deployment file cannot be used
    * Refusal: a request is not accepted; its kinds are in `relayer.refusals`

A message names the cause and then the remedy. The docstring of a refusal is its title and what to
do about it, as ``/docs/errors`` shows it.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import ClassVar


class RelayerError(Exception):
    """Base of every error that the relayer raises on purpose."""


class SettingsError(RelayerError):
    """A setting is unknown, malformed or missing."""


class StoreError(RelayerError):
    """The database file cannot be used."""


class DeploymentError(RelayerError):
    """The deployment file cannot be used."""


class Refusal(RelayerError):  # noqa: N818 - an answer to a request, not a fault
    """A request that is not accepted.

    Args:
        detail: cause and remedy for this one occurrence, in plain words.
        errors: places in the request that are wrong, as (JSON pointer, what is wrong).
        headers: HTTP headers that belong to the answer.
        reason: what the operator wrote when closing the door, for whoever shows it to a player.
        until_at: unix seconds; when the door opens again by itself, if that is known.
    """

    #: The stable slug that clients switch on; also the anchor in the reference of errors.
    code: ClassVar[str]
    #: The HTTP status.
    status: ClassVar[int]
    #: Whether the same request may succeed later without being changed.
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        detail: str,
        *,
        errors: tuple[tuple[str, str], ...] = (),
        headers: Mapping[str, str] | None = None,
        reason: str | None = None,
        until_at: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})
        self.reason = reason
        self.until_at = None if until_at is None else int(until_at)

    @classmethod
    def title(cls) -> str:
        """Return the summary, the same for every occurrence."""
        return inspect.cleandoc(cls.__doc__ or "").partition("\n")[0].rstrip(".")

    @classmethod
    def advice(cls) -> str:
        """Return what to do about it, the same for every occurrence."""
        return " ".join(inspect.cleandoc(cls.__doc__ or "").partition("\n")[2].split())
