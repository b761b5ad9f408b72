"""The trainers: what the sponsor pays for, and how their models judge what they are taught."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request

from relayer.api.dataset_shelf import DatasetPage
from relayer.api.datasets import JSON_LINES
from relayer.deployment import TrainerEntry
from relayer.ops.explorer import Explorer
from relayer.ops.learning import learning_of, top_points
from relayer.ops.lists.exports import CHUNK, streamed
from relayer.ops.mount import OpsMount
from relayer.ops.pages.trainer_entries import deployment_of, trainer_entry
from relayer.ops.series.learning import accuracy, stake
from relayer.ops.series.sections import asked_span, section_of
from relayer.refusals import NotFound
from relayer.watch.exams import Exam


class TrainerPages:
    """Serves ``/ops/trainers``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        mount.page("/trainers", "trainers", self.list, menu="Trainers")
        mount.page("/trainers/<address>", "trainer", self.show)
        mount.page("/trainers/<address>/dataset.jsonl", "dataset", self.dataset)

    def list(self) -> Response:
        """List the trainers of the deployment file."""
        deployment = deployment_of(self._mount.service)
        return self._mount.render(
            "trainers.html",
            entries=[] if deployment is None else deployment.trainers,
            snapshots=self._mount.store.chain_state.view().trainers,
        )

    def show(self, address: str) -> Response:
        """Show one trainer: how well its model knew what came, stakes, points, its dataset."""
        entry, store = self._entry(address), self._mount.store
        reader = asked_span(store, request.args.get("span", ""), self._mount.clock.now())
        snapshot = store.chain_state.view().trainers.get(entry.address)
        plots = [accuracy(reader, entry.address), stake(reader, entry.address)]
        return self._mount.render(
            "trainer.html",
            entry=entry,
            snapshot=snapshot,
            exam=Exam.of(store, entry.address),
            label_count=(snapshot and snapshot.label_count) or len(entry.labels),
            **section_of(store, reader, plots),
            plots_page="trainer",
            place={"address": entry.address},
            learning=learning_of(store, entry.address),
            points=top_points(store, entry.address),
            api=f"{request.script_root}{self._mount.service.url_prefix}/v1",
            explorer=Explorer(self._mount.settings.ops_explorer_url),
        )

    def dataset(self, address: str) -> Response:
        """Send the whole dataset as JSON Lines, as of one block that is in the file's name."""
        first = self._page(self._entry(address), None, 0)
        name = f"dataset-{first.block_number}.jsonl"
        return streamed(name, self._pages(address, first), JSON_LINES)

    def _pages(self, address: str, page: DatasetPage) -> Iterator[bytes]:
        yield page.body
        while not page.is_last:
            page = self._page(self._entry(address), page.block_number, page.last_batch_id)
            yield page.body

    def _page(self, entry: TrainerEntry, block: int | None, after_batch: int) -> DatasetPage:
        service = self._mount.service
        return service.counter.datasets.page(
            entry,
            self._mount.store.chain_state.view().head,
            block_number=block,
            after_batch=after_batch,
            most_lines=CHUNK,
        )

    def _entry(self, address: str) -> TrainerEntry:
        entry = trainer_entry(self._mount.service, address)
        if entry is None:
            raise NotFound(f"The deployment file names no trainer {address[:50]}.")
        return entry
