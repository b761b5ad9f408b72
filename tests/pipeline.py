"""A worker over a real chain, driven step by step, and the queue in front of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relayer.chain.eip712 import Contribution, Withdrawal
from relayer.chain.node import Node
from relayer.clock import Clock, SystemClock
from relayer.keys import Signer
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.contributions import Contribution as Row
from relayer.store.contributions import NewContribution
from relayer.store.withdrawals import NewWithdrawal
from relayer.worker import Worker
from tests.chain import Chain, Player
from tests.databases import lay_database

#: Rounds after which `Pipeline.settle_down` gives up: a bound, not a wait.
ROUNDS = 60


def make_settings(chain: Chain, folder: Path, **overrides: Any) -> Settings:
    """Settings for a worker of a test: no waiting, quick confirmations."""
    fields: dict[str, Any] = {
        "rpc_url": chain.url,
        "deployment": chain.deployment_path,
        "database": lay_database(folder / "relayer.db"),
        "max_wait_s": 0.0,
        "confirmations": 2,
        "poll_interval_s": 0.05,
        "resend_after_s": 5.0,
        "settle_min_items": 1,
        "settle_max_delay_s": 0.0,
    }
    return Settings(**(fields | overrides))


@dataclass
class Pipeline:
    """A worker with its chain; requests go straight into the queue, as the intake puts them."""

    chain: Chain
    settings: Settings
    worker: Worker

    @classmethod
    def start(
        cls,
        chain: Chain,
        folder: Path,
        *,
        clock: Clock | None = None,
        node: Node | None = None,
        keys: Sequence[bytes] = (),
        treasury: bytes | None = None,
        **overrides: Any,
    ) -> Pipeline:
        """A worker over the database in `folder`, new or as an earlier one left it."""
        settings = make_settings(chain, folder, **overrides)
        signers = [Signer(key) for key in keys or (chain.relayer_key,)]
        worker = Worker(
            settings,
            clock=clock or SystemClock(),
            node=node,
            signers=signers,
            treasury=None if treasury is None else Signer(treasury),
        )
        return cls(chain, settings, worker)

    @property
    def store(self) -> Store:
        """The worker's database."""
        return self.worker.store

    def queue(self, signed: Sequence[tuple[Contribution, bytes]], **overrides: Any) -> list[str]:
        """Puts signed contributions into the queue; returns their ids."""
        rows = [self._row(message, signature) for message, signature in signed]
        rows = [NewContribution(**({**row._asdict(), **overrides})) for row in rows]
        with self.store.transaction():
            self.store.contributions.insert(rows)
        return [row.id for row in rows]

    def queue_withdrawal(self, message: Withdrawal, signature: bytes) -> str:
        """Puts a signed withdrawal into the queue; returns its id."""
        digest = "0x" + message.digest(self.chain.domain).hex()
        row = NewWithdrawal(
            id=digest,
            player=message.player,
            to_address=message.to,
            amount_wei=message.amount_wei,
            nonce=message.nonce,
            deadline_at=message.deadline,
            max_fee_gwei=message.max_fee_gwei,
            signature=signature,
            accepted_at=self.worker.clock.now(),
        )
        with self.store.transaction():
            self.store.withdrawals.insert(row)
        return digest

    def contributions(
        self, count: int, *, players: int = 4, first_player: int = 0, **overrides: Any
    ) -> list[tuple[Contribution, bytes]]:
        """Signed contributions of several players that agree with each other."""
        deadline = self.chain.now() + 5_000
        people = [Player(first_player + number, self.chain.domain) for number in range(players)]
        signed = []
        for index in range(count):
            label = index % 4
            features = (10 * label + 1, 10 * label + 2, 10 * label + 3)
            fields: dict[str, Any] = {"label": label, "features": features, "deadline": deadline}
            player = people[index % players]
            signed.append(player.contribute(self.chain.trainer.address, **(fields | overrides)))
        return signed

    def step(self) -> None:
        """One turn of the worker's loop."""
        self.worker.poll()
        self.worker.send_due()

    def run_until(self, condition: Callable[[], bool], *, mine: bool = True) -> None:
        """Turns the worker and adds blocks until the condition holds; a bound, no sleep."""
        for _ in range(ROUNDS):
            self.step()
            if condition():
                return
            if mine:
                self.chain.mine()
        raise AssertionError(f"not after {ROUNDS} rounds; statuses: {self.counts()}")

    def rows(self, ids: Sequence[str]) -> list[Row]:
        """The contributions as they stand."""
        found = self.store.contributions.get_many(ids)
        return [found[contribution_id] for contribution_id in ids]

    def statuses(self, ids: Sequence[str]) -> list[str]:
        """Where the contributions stand."""
        return [row.status.value for row in self.rows(ids)]

    def all_are(self, ids: Sequence[str], status: str) -> Callable[[], bool]:
        """A condition for `run_until`."""
        return lambda: set(self.statuses(ids)) == {status}

    def counts(self) -> dict[str, int]:
        """Contributions by status."""
        with self.store.transaction() as connection:
            rows = connection.execute(
                "SELECT status, count(*) AS count FROM contributions GROUP BY status"
            ).fetchall()
        return {row["status"]: row["count"] for row in rows}

    def _row(self, message: Contribution, signature: bytes) -> NewContribution:
        return NewContribution(
            id="0x" + message.digest(self.chain.domain).hex(),
            trainer=message.trainer,
            player=message.player,
            nonce=message.nonce,
            deadline_at=message.deadline,
            max_fee_gwei=message.max_fee_gwei,
            label=message.label,
            sample=message.sample,
            signature=signature,
            reserved_gwei=1_000,
            accepted_at=self.worker.clock.now(),
        )
