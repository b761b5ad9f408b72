"""The budget: how long the tank lasts, what a day costs, what comes back, and what a game would."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, request

from relayer.errors import RelayerError
from relayer.ops.budget.asking import read_asked
from relayer.ops.budget.house_terms import read_house_terms
from relayer.ops.budget.planner import Planned, Planner, command_of
from relayer.ops.budget.runway import read_runways
from relayer.ops.budget.spending import read_spending
from relayer.ops.mount import OpsMount
from relayer.ops.offers import Offer, offers
from relayer.ops.pages.trainer_entries import deployment_of
from relayer.ops.verdicts.budgets import read_budgets
from relayer.ops.verdicts.pace import read_burn

#: Seconds after which a browser asks again while the planner is being loaded.
_AGAIN_S: Final = 2
_NOT_POSSIBLE: Final = 422


class BudgetPages:
    """Serves ``/ops/budget``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        self._planner = Planner()
        mount.page("/budget", "budget", self.show, menu="Budget")

    def show(self) -> Response:
        """Show what the house's money did, and answer what a game would cost."""
        if self._planner.is_ready():
            return self._with_planner()
        fault = self._planner.fault()
        response = self._mount.render("budget.html", **self._facts(), fault=fault, groups=())
        if fault is None:
            response.headers["Refresh"] = str(_AGAIN_S)
        return response

    def _with_planner(self) -> Response:
        service, now = self._mount.service, self._mount.clock.now()
        house = read_house_terms(
            self._mount.store, self._mount.settings, deployment_of(service), now
        )
        defaults = self._planner.defaults()
        asked = read_asked(request.args, house, defaults)
        planned: Planned | None = None
        faults = dict(asked.faults)
        if not faults:
            try:
                planned = self._planner.ask(asked.values)
            except RelayerError as error:
                faults[getattr(error, "name", None) or ""] = str(error)
        return self._mount.render(
            "budget.html",
            _NOT_POSSIBLE if faults and asked.is_asked else 200,
            **self._facts(),
            fault=faults.get(""),
            groups=asked.groups(faults),
            planned=planned,
            command=None if planned is None else command_of(planned, defaults),
        )

    def _facts(self) -> dict[str, Any]:
        store, settings, now = self._mount.store, self._mount.settings, self._mount.clock.now()
        view = store.chain_state.view()
        return {
            "tank": view.tank,
            "signers_wei": sum(signer.balance_wei for signer in view.signers),
            "burn": read_burn(store, now),
            "runways": read_runways(
                store, 0 if view.tank is None else view.tank.available_wei, now
            ),
            "spendings": read_spending(store, now),
            "budgets": read_budgets(view.tank, store.signs.house(), settings, now),
            "offers": offers(self._mount, Offer("top-up", {"target": "tank"})),
        }
