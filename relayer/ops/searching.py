"""What words in the search box mean, and which page shows that."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from eth_utils.address import to_checksum_address

from relayer.store import Store
from relayer.store.exploring import ContributionFilter
from relayer.store.finding import Hit

_HASH: Final = re.compile(r"(?:0x)?([0-9a-fA-F]{64})")
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")
_NUMBER: Final = re.compile(r"#?([0-9]{1,15})")
_ADDRESS_AND_NONCE: Final = re.compile(r"(0x[0-9a-fA-F]{40})[\s:/,#]+([0-9]{1,15})")
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class Target:
    """A page that shows what was asked for."""

    page: str
    label: str
    values: dict[str, Any] = field(default_factory=dict)


def find(store: Store, words: str, is_trainer: Callable[[str], bool]) -> list[Target]:
    """Return the pages that words lead to; none: nothing here is called that.

    Args:
        store: where it is looked up.
        words: of the search box.
        is_trainer: whether an address is a trainer's.
    """
    if words.startswith("0X"):
        words = f"0x{words[2:]}"
    both = _ADDRESS_AND_NONCE.fullmatch(words)
    if both is not None:
        return _of_nonce(store, to_checksum_address(both[1]), int(both[2]))
    hash_match = _HASH.fullmatch(words)
    if hash_match is not None:
        return _targets(store.finding.by_hash(f"0x{hash_match[1].lower()}"))
    if _ADDRESS.fullmatch(words):
        return _of_address(store, to_checksum_address(words), is_trainer)
    number = _NUMBER.fullmatch(words)
    if number is not None:
        return _targets(store.finding.by_number(int(number[1])))
    return _of_name(store, words) if _NAME.fullmatch(words) else []


def _of_address(store: Store, address: str, is_trainer: Callable[[str], bool]) -> list[Target]:
    targets = _targets(store.finding.by_address(address))
    if is_trainer(address):
        targets.insert(0, Target("trainer", f"Trainer {address}", {"address": address}))
    return targets


def _of_nonce(store: Store, address: str, nonce: int) -> list[Target]:
    """A nonce of a signer's, or of a player's."""
    transaction = store.transactions.of_nonce(address, nonce)
    targets = []
    if transaction is not None:
        targets.append(_transaction(transaction.id))
    wanted = ContributionFilter(player=address, nonce=nonce)
    found = store.exploring.contributions(wanted, None, 2).rows
    if len(found) == 1:
        targets.append(_contribution(found[0].id))
    elif found:
        values = {"player": address, "nonce": nonce}
        targets.append(Target("contributions", "Contributions of that nonce", values))
    return targets


def _of_name(store: Store, name: str) -> list[Target]:
    """A receiver, a message, a game or an order; a request among the latest contributions."""
    targets = _targets(store.finding.by_name(name))
    found = store.exploring.contributions(ContributionFilter(request_id=name), None, 1)
    if found.rows:
        values = {"request_id": name}
        targets.append(Target("contributions", f"Contributions of request {name}", values))
    return targets


def _targets(hits: list[Hit]) -> list[Target]:
    return [_PAGES[hit.kind](hit.reference) for hit in hits]


def _contribution(reference: str) -> Target:
    return Target("contribution", f"Contribution {reference}", {"identity": reference})


def _transaction(reference: str | int) -> Target:
    return Target("transaction", f"Transaction {reference}", {"number": int(reference)})


_PAGES: Final[dict[str, Callable[[str], Target]]] = {
    "contribution": _contribution,
    "transaction": _transaction,
    "batch": lambda name: Target("batch", f"Batch {name}", {"number": int(name)}),
    "player": lambda name: Target("player", f"Player {name}", {"address": name}),
    "signer": lambda name: Target("signers", f"Signer {name}", {"_anchor": name}),
    "order": lambda name: Target("order", f"Order {name}", {"identity": name}),
    "webhook": lambda name: Target("webhook", f"Receiver {name}", {"identity": name}),
    "game": lambda name: Target("game", f"Game {name}", {"identity": name}),
}
