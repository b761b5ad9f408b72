"""A whole service for tests: real app, real store, a clock that stands still, no sockets.

The worker's part is played by `open_doors`, which writes what a worker would have read on the
chain.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from relayer.app import Relayer, create_app
from relayer.chain.eip712 import Contribution, Domain, Validation, Withdrawal
from relayer.clock import ManualClock
from relayer.deployment import Deployment
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.chain_state import (
    FeeSchedule,
    HeadSnapshot,
    Heartbeat,
    TankSnapshot,
    TrainerSnapshot,
)
from relayer.store.contributions import NewContribution
from tests.chain import Player
from tests.databases import lay_database
from tests.documented import DocumentedClient

ETHER = 10**18
GWEI = 10**9

FORWARDER = "0x52908400098527886E0F7030069857D2E4169EE7"
TRAINER = "0x8617E340B3D01FA5F11F306F4090FD50E238070D"
CENTROID = "0x1CBd3b2770909D4e10f157cABC84C7264073C9Ec"
PERCEPTRON = "0xde709f2102306220921060314715629080e2fb77"
OTHER_CONTRACT = "0x27b1fdb04752bbc536007a920d24acb045561c26"
STRANGER = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"

DOMAIN = Domain(31337, FORWARDER)
LABELS = ["apple", "river", "castle", "storm"]
SCHEDULE = FeeSchedule(
    add_units=60_000,
    add_units_per_byte=500,
    settle_units=30_000,
    settle_units_per_byte=100,
    add_batch_units=80_000,
    settle_batch_units=60_000,
)


def make_deployment(
    refund_wait_s: int = 60, forfeit_wait_s: int = 600, **overrides: Any
) -> Deployment:
    """Naive Bayes (4 labels), a perceptron (1,008 features), a centroid (3 dimensions)."""
    mechanism = {
        "kind": "self-assessment",
        "address": OTHER_CONTRACT,
        "refund_wait_s": refund_wait_s,
        "forfeit_wait_s": forfeit_wait_s,
    }
    shared = {"encoding": "sparse-uint16", "mechanism": mechanism, "data_handler": OTHER_CONTRACT}
    bayes = {
        "kind": "naive-bayes",
        "address": OTHER_CONTRACT,
        "parameters": {"inverse_alpha": 8, "vocabulary": 512},
    }
    perceptron = {
        "kind": "sparse-perceptron",
        "address": OTHER_CONTRACT,
        "parameters": {"feature_count": 1008},
    }
    fields: dict[str, Any] = {
        "chain_id": DOMAIN.chain_id,
        "block_number": 1,
        "forwarder": FORWARDER,
        "trainers": [
            {
                "address": TRAINER,
                "name": "Hunch",
                "labels": LABELS,
                "hashing": "keccak-uint16",
                "classifier": bayes,
                **shared,
            },
            {
                "address": PERCEPTRON,
                "name": "Spam",
                "labels": ["ham", "spam"],
                "hashing": None,
                "classifier": perceptron,
                **shared,
            },
            {
                "address": CENTROID,
                "name": "Topics",
                "labels": ["weather", "food", "music"],
                "hashing": None,
                "classifier": {
                    "kind": "nearest-centroid",
                    "address": OTHER_CONTRACT,
                    "parameters": {"dimension": 3, "label_bound": 5, "max_squared_norm": "300"},
                },
                **shared,
                "encoding": "dense-int16",
            },
        ],
    }
    return Deployment.model_validate(fields | overrides)


def make_tank(**overrides: Any) -> TankSnapshot:
    """A tank of ten ether that no batch has touched."""
    tank = TankSnapshot(
        block_number=7,
        available_wei=10 * ETHER,
        reserved_wei=0,
        daily_limit_wei=10 * ETHER,
        spent_today_wei=0,
        day=0,
        price_cap_wei=50 * GWEI,
        tip_cap_wei=2 * GWEI,
        paused=False,
        relayer_allowed=True,
    )
    return replace(tank, **overrides)


def make_trainer_snapshot(address: str = TRAINER, **overrides: Any) -> TrainerSnapshot:
    """A trainer that the sponsor pays for."""
    snapshot = TrainerSnapshot(
        address=address, block_number=7, allowed=True, stake_wei=10**12, schedule=SCHEDULE
    )
    return replace(snapshot, **overrides)


def make_row(number: int = 0, **overrides: Any) -> NewContribution:
    """A row for the store, as the intake would write it."""
    row = NewContribution(
        id=f"0x{number:064x}",
        trainer=TRAINER,
        player=f"0x{number % 7:040x}",
        nonce=number,
        deadline_at=2_000_000_000,
        max_fee_gwei=10**6,
        label=1,
        sample=b"\x00\x01\x00\x02",
        signature=bytes(64),
        reserved_gwei=100,
        accepted_at=float(number),
    )
    return row._replace(**overrides)


def as_request(message: Contribution | Withdrawal | Validation, signature: bytes) -> dict[str, Any]:
    """A signed message as the API takes it."""
    body: dict[str, Any]
    if isinstance(message, Validation):
        body = {
            "trainer": message.trainer,
            "validator": message.validator,
            "contribution": message.contribution,
        }
    elif isinstance(message, Withdrawal):
        body = {
            "player": message.player,
            "to": message.to,
            "amountWei": str(message.amount_wei),
        }
    else:
        body = {
            "trainer": message.trainer,
            "player": message.player,
            "label": message.label,
            "sample": f"0x{message.sample.hex()}",
        }
    body |= {
        "nonce": message.nonce,
        "deadline": message.deadline,
        "maxFeeGwei": message.max_fee_gwei,
    }
    return {"message": body, "signature": f"0x{signature.hex()}"}


class House:
    """A service that tests can walk around in.

    Args:
        folder: for the database and the deployment file.
        settings: changes to the settings; ``doors_open``: whether a worker was seen just now; and
            ``system``: what is deployed, where it is not what `make_deployment` makes.
    """

    def __init__(self, folder: Path, **settings: Any) -> None:
        doors_open = settings.pop("doors_open", True)
        self.clock = ManualClock()
        self.deployment: Deployment = settings.pop("system", None) or make_deployment()
        path = folder / "deployment.json"
        self.deployment.save(path)
        fields = {"database": folder / "relayer.db", "deployment": path} | settings
        self.settings = Settings(**fields)
        lay_database(self.settings.database)
        self.app: Flask = create_app(self.settings, self.clock)
        self.app.test_client_class = DocumentedClient
        self.relayer: Relayer = self.app.extensions["relayer"]
        if doors_open:
            self.open_doors()

    @property
    def store(self) -> Store:
        """The service's own store."""
        return self.relayer.store

    @property
    def http(self) -> FlaskClient:
        """A client for single requests, every answer to which must be documented."""
        return self.app.test_client()

    @property
    def deadline(self) -> int:
        """A deadline that is accepted."""
        return int(self.clock.now()) + 3_600

    def open_doors(self, **tank: Any) -> None:
        """Write what a worker would have read on the chain just now."""
        now, state = self.clock.now(), self.store.chain_state
        with self.store.transaction():
            state.write_heartbeat(
                Heartbeat(at=now, started_at=now, worker="test:1", node_reachable=True)
            )
            state.write_head(
                HeadSnapshot(
                    chain_id=DOMAIN.chain_id,
                    number=7,
                    hash="0x" + "ab" * 32,
                    timestamp=int(now),
                    base_fee_wei=GWEI,
                ),
                now,
            )
            state.write_tank(make_tank(**tank), now)
            for entry in self.deployment.trainers:
                state.write_trainer(make_trainer_snapshot(entry.address), now)

    def contribution(self, player: int | Player = 1, **overrides: Any) -> dict[str, Any]:
        """A signed contribution that is accepted unless an override is in the way."""
        signer = player if isinstance(player, Player) else Player(player, DOMAIN)
        trainer = overrides.pop("trainer", TRAINER)
        fields: dict[str, Any] = {"deadline": self.deadline, "max_fee_gwei": 10**8} | overrides
        return as_request(*signer.contribute(trainer, **fields))

    def withdrawal(self, player: int | Player = 1, **overrides: Any) -> dict[str, Any]:
        """A signed withdrawal of a hundredth of an ether."""
        signer = player if isinstance(player, Player) else Player(player, DOMAIN)
        fields: dict[str, Any] = {
            "to": STRANGER,
            "amount_wei": ETHER // 100,
            "deadline": self.deadline,
            "max_fee_gwei": 10**6,
        }
        return as_request(*signer.withdraw(**(fields | overrides)))

    def send(self, *requests: dict[str, Any]) -> TestResponse:
        """Post one contribution, or several as a list."""
        body = requests[0] if len(requests) == 1 else {"contributions": list(requests)}
        return self.http.post("/v1/contributions", json=body)

    def stored(self) -> int:
        """How many contributions and withdrawals are in the store."""
        with self.store.transaction() as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM contributions) + (SELECT count(*) FROM withdrawals)"
            ).fetchone()
        return int(row[0])

    def close(self) -> None:
        """End the service."""
        self.relayer.stop()


def assert_problem(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """Require problem details of this kind, complete by RFC 9457 and by our own promise."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/problem+json"
    problem: dict[str, Any] = response.get_json()
    assert problem["code"] == code
    assert problem["status"] == status
    assert problem["type"].endswith(f"/docs/errors#{code}")
    assert isinstance(problem["retryable"], bool)
    assert problem["request_id"] == response.headers["X-Request-Id"]
    assert all(problem[member] for member in ("title", "detail", "instance"))
    assert isinstance(problem["errors"], list)
    return problem
