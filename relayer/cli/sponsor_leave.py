"""The sponsor's leave to spend from its tank: given to accounts, and taken from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from relayer.accounts import sponsor_of
from relayer.chain.contracts import Contract, bind
from relayer.chain.errand import run_errand
from relayer.chain.node import Node
from relayer.clock import SystemClock
from relayer.deployment import Deployment
from relayer.errors import SettingsError
from relayer.keys import Signer
from relayer.settings import Settings

LEAVE_GAS = 100_000


@dataclass(frozen=True)
class SponsorDesk:
    """Where a sponsor says who may spend."""

    node: Node
    forwarder: Contract
    sponsor: Signer

    @classmethod
    def open(
        cls, settings: Settings, deployment: Deployment, node: Node, sponsor: Signer
    ) -> SponsorDesk:
        """Return the desk of a deployment.

        Raises:
            SettingsError: the account is not the sponsor's.
        """
        if sponsor.address != sponsor_of(settings, deployment):
            raise SettingsError(
                f"{sponsor.address} is not the sponsor {sponsor_of(settings, deployment)}; "
                "only the sponsor lets accounts spend from its tank"
            )
        return cls(node, bind("Forwarder", deployment.forwarder), sponsor)

    def is_allowed(self, account: str) -> bool:
        """Whether an account may spend from the tank."""
        return bool(self.forwarder.read(self.node, "isRelayer", self.sponsor.address, account))

    def decide(
        self, accounts: Iterable[str], *, allowed: bool, report: Callable[[str], None]
    ) -> list[dict[str, str | bool]]:
        """Give or take leave, by a transaction for each account where that changes something.

        Args:
            accounts: whose leave it is.
            allowed: whether they may spend from then on.
            report: is told about each in a sentence.

        Raises:
            ChainError: the chain did not take it; what was reported is done.
        """
        shown: list[dict[str, str | bool]] = []
        for account in accounts:
            before = self.is_allowed(account)
            if before is not allowed:
                data = self.forwarder.interface.encode("setRelayer", account, allowed)
                run_errand(
                    self.node,
                    self.sponsor,
                    self.forwarder.address,
                    data,
                    LEAVE_GAS,
                    clock=SystemClock(),
                )
            when = "already" if before is allowed else "now"
            report(f"{account} is {'allowed' if allowed else 'forbidden'} {when}")
            shown.append({"address": account, "allowed_before": before})
        return shown
