"""Players who confirm each other's contributions: API, worker and a real gamified trainer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from relayer.api.validations import SIGNATURE_HEADER
from relayer.app import Relayer, create_app
from relayer.deploy import DeployPlan
from relayer.store import Store
from tests.chain import Chain, Player, make_plan
from tests.house import as_request
from tests.pipeline import Pipeline

DISTINCT_VALIDATORS = 2
LAPSE_WAIT_S = 600


def make_gamified_plan(**overrides: Any) -> DeployPlan:
    """The usual plan, but the first trainer's players confirm each other."""
    trainers = [trainer.model_dump() for trainer in make_plan().trainers]
    trainers[0]["mechanism"] = {
        "kind": "gamified",
        "distinct_validators": DISTINCT_VALIDATORS,
        "lapse_wait_s": LAPSE_WAIT_S,
    }
    return make_plan(**({"trainers": trainers} | overrides))


@dataclass
class Parlour:
    """A worker, the API over the same store, and players by number."""

    pipeline: Pipeline
    app: Flask
    people: dict[int, Player] = field(default_factory=dict)

    @classmethod
    def open(cls, chain: Chain, folder: Path, **overrides: Any) -> Parlour:
        """A worker and an API over the database in `folder`, by the same clock."""
        pipeline = Pipeline.start(chain, folder, **overrides)
        return cls(pipeline, create_app(pipeline.settings, pipeline.worker.clock))

    @property
    def chain(self) -> Chain:
        """The chain."""
        return self.pipeline.chain

    @property
    def store(self) -> Store:
        """The store of the worker."""
        return self.pipeline.store

    def close(self) -> None:
        """End worker and API."""
        relayer: Relayer = self.app.extensions["relayer"]
        relayer.stop()
        self.pipeline.worker.close()

    def player(self, number: int) -> Player:
        """The player with this number, who keeps count of the own nonces."""
        return self.people.setdefault(number, Player(number, self.chain.domain))

    def queue(self, *authors: int, first_feature: int = 1) -> list[str]:
        """Queues a contribution of each author; returns their ids."""
        deadline = self.chain.now() + 5_000
        signed = [
            self.player(author).contribute(
                self.chain.trainer.address,
                deadline=deadline,
                label=index % 4,
                features=(first_feature + index, 1_000 + first_feature + index),
            )
            for index, author in enumerate(authors)
        ]
        return self.pipeline.queue(signed)

    def contribute(self, *authors: int, first_feature: int = 1) -> list[str]:
        """A confirmed contribution of each author; returns their ids."""
        ids = self.queue(*authors, first_feature=first_feature)
        self.pipeline.run_until(self.pipeline.all_are(ids, "confirmed"))
        return ids

    def number_of(self, contribution_id: str) -> int:
        """What validators sign to confirm a contribution."""
        shown = self.get(f"/v1/contributions/{contribution_id}")
        number: int = shown["contribution_number"]
        return number

    def signed(self, validator: int, contribution_id: str, **overrides: Any) -> dict[str, Any]:
        """A player's signed validation of a contribution, as the API takes it."""
        fields: dict[str, Any] = {
            "trainer": self.chain.trainer.address,
            "deadline": self.chain.now() + 5_000,
            **overrides,
        }
        if "contribution" not in fields:
            fields["contribution"] = self.number_of(contribution_id)
        return as_request(*self.player(validator).validate(**fields))

    def send(self, *requests: dict[str, Any]) -> TestResponse:
        """Posts one validation, or several as a list."""
        body = requests[0] if len(requests) == 1 else {"validations": list(requests)}
        return self.app.test_client().post("/v1/validations", json=body)

    def validate(self, validator: int, contribution_id: str, **overrides: Any) -> str:
        """Has a validation accepted; returns its id."""
        response = self.send(self.signed(validator, contribution_id, **overrides))
        assert response.status_code == 202, response.get_data(as_text=True)
        validation_id: str = response.get_json()["id"]
        return validation_id

    def cancel(self, validation_id: str, signature: str) -> TestResponse:
        """Takes a validation back."""
        return self.app.test_client().delete(
            f"/v1/validations/{validation_id}", headers={SIGNATURE_HEADER: signature}
        )

    def get(self, path: str) -> dict[str, Any]:
        """What a GET answers."""
        response = self.app.test_client().get(path)
        assert response.status_code == 200, response.get_data(as_text=True)
        shown: dict[str, Any] = response.get_json()
        return shown

    def statuses(self, validation_ids: Sequence[str]) -> list[tuple[str, str | None]]:
        """Where validations stand, and why."""
        found = self.store.validations.get_many(validation_ids)
        return [(found[key].status.value, found[key].reason) for key in validation_ids]

    def run_until_final(self, *validation_ids: str) -> None:
        """Turns the worker until all these validations have come to an end."""
        room = self.store.validations

        def all_final() -> bool:
            return all(row.status.is_final for row in room.get_many(validation_ids).values())

        self.pipeline.run_until(all_final)

    def standing(self, number: int) -> Any:
        """What the contract says of a player."""
        contracts = self.pipeline.worker.system.trainers[self.chain.trainer.address]
        return contracts.mechanism.read(self.chain.node, "standing", self.player(number).address)

    def events(self, name: str) -> list[dict[str, Any]]:
        """All events of this name that the Forwarder emitted, in order."""
        forwarder = self.chain.forwarder
        topic = "0x" + forwarder.interface.topic(name).hex()
        logs = self.chain.node.logs([forwarder.address], [topic], 0, self.chain.node.head().number)
        decoded = [forwarder.interface.decode_event(entry) for entry in logs]
        return [event[1] for event in decoded if event is not None]
