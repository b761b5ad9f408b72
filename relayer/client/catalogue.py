"""What ``GET /v1/config`` tells, as answers to a signer's questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from relayer.client.errors import RelayerClientError

#: Labels that an error names; a deck has a few dozen, a model may have thousands.
_NAMED: Final = 12


class Catalogue:
    """One relayer's configuration.

    Args:
        config: the JSON of ``GET /v1/config``.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.eip712: Mapping[str, Any] = config["eip712"]
        self._trainers: list[dict[str, Any]] = config["trainers"]
        self._limits: Mapping[str, int] = config["limits"]

    @property
    def most_per_request(self) -> int:
        """How many contributions one request may carry."""
        return self._limits["max_contributions_per_request"]

    def deadline(self, now: float) -> int:
        """Return a deadline halfway between the earliest and the latest that is accepted."""
        return int(now) + (self._limits["min_deadline_s"] + self._limits["max_deadline_s"]) // 2

    def trainer(self, wanted: str | None) -> dict[str, Any]:
        """Return a trainer by address or name; None means the only one.

        Raises:
            RelayerClientError: there is no such trainer, or more than one to choose from.
        """
        if wanted is None and len(self._trainers) == 1:
            return self._trainers[0]
        for entry in self._trainers:
            if wanted is not None and wanted.lower() in (
                entry["name"].lower(),
                entry["address"].lower(),
            ):
                return entry
        names = ", ".join(entry["name"] for entry in self._trainers)
        raise RelayerClientError(f"Name one of the relayer's trainers: {names}.")


def label_index(entry: Mapping[str, Any], label: int | str) -> int:
    """Return the index of a label that is given by index or name.

    Raises:
        RelayerClientError: the trainer has no label of that name.
    """
    if isinstance(label, int):
        return label
    labels: list[str] = entry["labels"]
    if label not in labels:
        raise RelayerClientError(
            f"The trainer {entry['name']} has no label {label!r}; it has {_listed(labels)}."
        )
    return labels.index(label)


def _listed(labels: Sequence[str]) -> str:
    """The first names, and how many there are beside."""
    named, others = ", ".join(labels[:_NAMED]), len(labels) - _NAMED
    return f"{named} and {others} more, which GET /v1/config names" if others > 0 else named
