"""Moments that explain a curve: pauses, new versions, starts, deep reorganisations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from relayer import __version__
from relayer.series.names import MarkKind
from relayer.store import Store
from relayer.store.series import Mark
from relayer.store.switches import Switch

#: What was marked last, so that the next worker knows it too.
CHECK = "marked"


class Marks:
    """Notices what is to be marked; what was marked lies in the store.

    Args:
        store: the database.
        deployment: what tells one deployment from another, as the Forwarder's address.
    """

    def __init__(self, store: Store, deployment: str) -> None:
        self._store = store
        self._deployment = deployment

    def look(self, now: float) -> list[Mark]:
        """Return what has happened since the last `keep`."""
        check = self._store.checks.read().get(CHECK)
        before: Mapping[str, Any] = {} if check is None else check.value
        return sorted(self._found(before, now), key=lambda mark: mark.at)

    def keep(self, marks: list[Mark], now: float) -> None:
        """Write marks down; call it in a transaction."""
        check = self._store.checks.read().get(CHECK)
        if check is not None and not marks:
            return
        self._store.series.mark(marks)
        self._store.checks.write(CHECK, self._state(now), now)

    def _found(self, before: Mapping[str, Any], now: float) -> Iterator[Mark]:
        state = self._state(now)
        if state["version"] != before.get("version"):
            yield Mark(state["started_at"], MarkKind.VERSION, f"version {__version__}")
        if before and state["deployment"] != before["deployment"]:
            yield Mark(state["started_at"], MarkKind.VERSION, "another deployment")
        if state["started_at"] != before.get("started_at"):
            yield Mark(state["started_at"], MarkKind.WORKER, "the worker started")
        if state["reorganised_at"] != before.get("reorganised_at", 0.0):
            yield Mark(
                state["reorganised_at"], MarkKind.REORGANISATION, "final blocks were dropped"
            )
        yield from _pauses(before.get("pauses", {}), state["pauses"], now)

    def _state(self, now: float) -> dict[str, Any]:
        beat = self._store.chain_state.view().heartbeat
        latest = self._store.trail.latest_reorganisation()
        pauses = {switch: self._store.switches.pause_of(switch, now) for switch in Switch}
        return {
            "version": __version__,
            "deployment": self._deployment,
            "started_at": now if beat is None else beat.started_at,
            "reorganised_at": 0.0 if latest is None else latest.noticed_at,
            "pauses": {
                switch.value: {"at": pause.paused_at, "reason": pause.reason}
                for switch, pause in pauses.items()
                if pause is not None
            },
        }


def _pauses(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]], now: float
) -> Iterator[Mark]:
    for switch, pause in after.items():
        if pause != before.get(switch):
            yield Mark(pause["at"], MarkKind.PAUSE, f"{switch} paused: {pause['reason']}")
    for switch in before.keys() - after.keys():
        yield Mark(now, MarkKind.RESUME, f"{switch} resumed")
