"""Routes that tell how the service is: for supervisors, for load balancers, for people."""

from __future__ import annotations

from flask import Response

from relayer.api import forms
from relayer.api.mount import Mount
from relayer.api.operations import Answer, Operation
from relayer.api.pages import HTML, page
from relayer.api.responses import PROBLEM_TYPE, json_response, problem_response
from relayer.errors import DeploymentError, StoreError
from relayer.intake.fees import GWEI
from relayer.limits.gate import Gate
from relayer.refusals import NotReady
from relayer.store.chain_state import ChainView


class HealthRoutes:
    """Serves ``/healthz``, ``/readyz`` and ``/status``."""

    def __init__(self, mount: Mount) -> None:
        self._mount = mount
        self._service = mount.service
        alive = {200: Answer("The process answers.", forms.Alive)}
        mount.route("/healthz", GET=Operation(self.alive, "isAlive", alive))
        ready = {
            200: Answer("Contributions can be accepted.", forms.Ready),
            503: Answer(
                "Contributions cannot be accepted; the code is `not-ready`.",
                forms.UnreadyProblem,
                PROBLEM_TYPE,
                headers=("Retry-After",),
            ),
        }
        mount.route("/readyz", GET=Operation(self.ready, "isReady", ready))
        status = {200: Answer("A page for people.", media_type=HTML)}
        mount.route("/status", GET=Operation(self.status, "readStatus", status))

    def alive(self) -> Response:
        """Tell that this process answers."""
        return json_response({"alive": True})

    def ready(self) -> Response:
        """Tell whether contributions can be accepted, and which part is in the way if not.

        An intake that was closed on purpose, or by its breaker, is told and counts as no fault.
        """
        parts = self._faults()
        if not any(parts.values()):
            intake = self._intake_obstacle() or "ok"
            return json_response(
                {"ready": True, "parts": {**dict.fromkeys(parts, "ok"), "intake": intake}}
            )
        shown = {name: fault or "ok" for name, fault in parts.items()}
        failing = [name for name, fault in parts.items() if fault is not None]
        refusal = NotReady(
            " ".join(f"{name}: {shown[name]}." for name in failing)
            + " Contributions are accepted again when this is repaired."
        )
        return problem_response(refusal, self._mount.documents_root(), parts=shown, failing=failing)

    def status(self) -> Response:
        """Tell in three sentences how things are."""
        queued = self._service.store.contributions.queued_count()
        first = (
            "The house is open: contributions are being accepted."
            if self._accepts()
            else "The house is closed for a moment: contributions are not accepted right now."
        )
        waiting = (
            "Nothing waits to be sent."
            if queued == 0
            else f"{queued} contribution{'s wait' if queued > 1 else ' waits'} to be sent."
        )
        return page("Status", [first, waiting, _tank_sentence(self._view())])

    def _faults(self) -> dict[str, str | None]:
        """What is wrong with each part, each looked at once; one rests upon the other."""
        store = self._store_fault()
        worker = "unknown while the store cannot be used" if store else self._worker_fault()
        unseen = "unknown while no worker runs"
        return {
            "store": store,
            "deployment": self._deployment_fault(),
            "worker": worker,
            "node": unseen if worker else self._node_fault(),
            "signers": unseen if worker else self._view().signers_fault,
        }

    def _accepts(self) -> bool:
        """Whether the intake would take a sound contribution now."""
        if any(self._faults().values()):
            return False
        tank = self._view().tank
        return (
            self._intake_obstacle() is None
            and tank is not None
            and not tank.paused
            and tank.relayer_allowed
            and tank.available_wei >= GWEI
        )

    def _intake_obstacle(self) -> str | None:
        obstacle = Gate(self._service.store).obstacle(self._service.clock.now())
        return None if obstacle is None else obstacle.detail

    def _view(self) -> ChainView:
        return self._service.store.chain_state.view()

    def _store_fault(self) -> str | None:
        try:
            self._service.store.check_usable(self._service.clock.now())
        except StoreError as error:
            return str(error)
        return None

    def _deployment_fault(self) -> str | None:
        try:
            self._service.check_deployment()
        except DeploymentError as error:
            return str(error)
        return None

    def _worker_fault(self) -> str | None:
        beat = self._view().heartbeat
        if beat is None:
            return "no worker has run yet; start `relayer work`"
        age_s = self._service.clock.now() - beat.at
        if age_s > self._service.settings.heartbeat_stale_s:
            return f"no sign of life for {age_s:.0f} s; start `relayer work` again"
        return None

    def _node_fault(self) -> str | None:
        view = self._view()
        if view.heartbeat is not None and not view.heartbeat.node_reachable:
            return view.heartbeat.detail or "the worker cannot reach it; check rpc_url"
        if view.head is None or view.tank is None:
            return "the worker has not read the chain yet"
        return None


def _tank_sentence(view: ChainView) -> str:
    if view.tank is None:
        return "How full the tank is will be known when the chain has been read."
    if view.tank.paused:
        return "The sponsor has paused spending."
    if not view.tank.relayer_allowed:
        return "The sponsor lets none of this relayer's accounts spend."
    if view.tank.available_wei < GWEI:
        return "The tank is empty."
    return "The tank holds money for the players."
