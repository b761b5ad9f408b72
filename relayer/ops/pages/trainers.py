"""The trainers: what the sponsor pays for, and how their models judge what they are taught."""

from __future__ import annotations

from flask import Response, request

from relayer.ops.explorer import Explorer
from relayer.ops.learning import learning_of, top_points
from relayer.ops.mount import OpsMount
from relayer.ops.pages.trainer_entries import deployment_of, trainer_entry
from relayer.refusals import NotFound


class TrainerPages:
    """Serves ``/ops/trainers``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        mount.page("/trainers", "trainers", self.list, menu="Trainers")
        mount.page("/trainers/<address>", "trainer", self.show)

    def list(self) -> Response:
        """List the trainers of the deployment file."""
        deployment = deployment_of(self._mount.service)
        return self._mount.render(
            "trainers.html",
            entries=[] if deployment is None else deployment.trainers,
            snapshots=self._mount.store.chain_state.view().trainers,
        )

    def show(self, address: str) -> Response:
        """Show one trainer with its stakes, how often its model agreed, and who has points."""
        entry = trainer_entry(self._mount.service, address)
        if entry is None:
            raise NotFound(f"The deployment file names no trainer {address[:50]}.")
        store = self._mount.store
        return self._mount.render(
            "trainer.html",
            entry=entry,
            snapshot=store.chain_state.view().trainers.get(entry.address),
            learning=learning_of(store, entry.address),
            points=top_points(store, entry.address),
            api=f"{request.script_root}{self._mount.service.url_prefix}/v1",
            explorer=Explorer(self._mount.settings.ops_explorer_url),
        )
