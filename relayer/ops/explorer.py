"""Links to a block explorer, where the setting names one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explorer:
    """The addresses of an explorer's pages, as Etherscan, Blockscout and Otterscan have them.

    Attributes:
        root: the setting ``ops_explorer_url``; None: there is no explorer, and so no link.
    """

    root: str | None

    def transaction(self, transaction_hash: str) -> str | None:
        """Return where a transaction is shown."""
        return self._page("tx", transaction_hash)

    def address(self, address: str) -> str | None:
        """Return where an account or a contract is shown."""
        return self._page("address", address)

    def block(self, number: int) -> str | None:
        """Return where a block is shown."""
        return self._page("block", str(number))

    def _page(self, kind: str, name: str) -> str | None:
        return None if self.root is None else f"{self.root.rstrip('/')}/{kind}/{name}"
