"""The sentences about the house as pages show them: each with the way to what mends it."""

from __future__ import annotations

from typing import Any

from flask import current_app, request

from relayer.ops.actions.registry import ACTIONS
from relayer.ops.mount import OpsMount
from relayer.ops.verdicts import TITLES, Verdict, gather, judge


class Sentences:
    """Judges the house for a page.

    Args:
        mount: knows the visitor and the store.
    """

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount

    def shown(self) -> dict[str, Any]:
        """Return what ``verdict_part.html`` needs, with all verdicts, the worst first."""
        facts = gather(self._mount.store, self._mount.settings, self._mount.clock.now())
        return {
            "verdicts": [(verdict, TITLES[verdict.name]) for verdict in judge(facts)],
            "can_act": self._can_act,
            "has_page": self._has_page,
            "titles": {name: action.title for name, action in ACTIONS.items()},
        }

    def _can_act(self, verdict: Verdict) -> bool:
        """Whether the visitor may do what mends it."""
        action = ACTIONS.get(verdict.remedy.action or "")
        return action is not None and self._mount.visitor().may(action.role)

    @staticmethod
    def _has_page(verdict: Verdict) -> bool:
        return f"{request.blueprint}.{verdict.remedy.page}" in current_app.view_functions
