"""Counts what became of everything that was accepted: on the chain, and in the store beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from relayer.keys import Signer
from sample_game.demo.chain_book import ChainBook
from sample_game.demo.ledger import read_ledger
from tests.chaos.chain_reading import ChainReading
from tests.chaos.stage import TREASURY_KEY, Stage
from tests.chaos.store_reading import StoreReading, Sums
from tests.chaos.submissions import Submission
from tests.chaos.verdict import Verdict

#: How long everything may take to come to its end once nothing breaks any more.
PEACE_S = 200.0


class Judge:
    """Waits for the end of everything, then counts.

    Args:
        stage: whose processes still run, undisturbed.
        submissions: what the players sent and were told.
        tell: is told what happens, in a line.
    """

    def __init__(
        self, stage: Stage, submissions: Sequence[Submission], tell: Callable[[str], None]
    ) -> None:
        self._stage = stage
        self._submissions = submissions
        self._tell = tell
        self._store = StoreReading(stage.database)

    def judge(self, rounds: int, seed: int, duration_s: float) -> Verdict:
        """The verdict."""
        verdict = Verdict(rounds, seed, round(duration_s, 1))
        verdict.stuck += self._await_end()
        rows = self._store.rows()
        with self._stage.miner.paused():
            reading = self._read_chain()
            verdict.books_balance = self._books_balance()
            chain_now = self._stage.chain.now()
        for submission in self._submissions:
            verdict.weigh(submission, rows.get(submission.id), reading, chain_now)
        self._weigh_sums(reading, verdict)
        refills = reading.sent[Signer(TREASURY_KEY).address.lower()]
        if refills > self._stage.drains:
            verdict.duplicated.append(f"{refills} refills for {self._stage.drains} drains")
        staff = self._stage.staff
        verdict.kills, verdict.places, verdict.unasked = staff.kills, staff.places, staff.unasked
        verdict.reorgs = self._stage.miner.reorganisations
        verdict.rpc_faults = sum(way.lies_told.total() for way in self._stage.ways)
        return verdict

    def _await_end(self) -> list[str]:
        """Wait until nothing is under way; returns the transactions that have no end in time."""
        give_up_at = time.monotonic() + PEACE_S
        while time.monotonic() < give_up_at:
            self._stage.staff.ensure_all()
            if not self._store.open_requests() and not self._store.unfinished():
                return []
            time.sleep(0.3)
        unfinished = self._store.unfinished()
        self._tell(
            f"after {PEACE_S:.0f} s {self._store.open_requests()} requests are open and "
            f"{len(unfinished)} transactions unfinished"
        )
        return unfinished

    def _weigh_sums(self, reading: ChainReading, verdict: Verdict) -> None:
        """Hold what the store keeps as running sums against the chain."""
        counted = Sums(0, 0, reading.settled_as("refunded"), reading.settled_as("forfeited"))
        sums = self._store.sums()
        if sums != counted:
            verdict.untrue.append(f"the store's sums are {sums}, counted are {counted}")

    def _read_chain(self) -> ChainReading:
        chain = self._stage.chain
        first, last = chain.deployment.block_number, chain.node.head().number
        return ChainReading.of(chain.node, chain.domain, first, last)

    def _books_balance(self) -> bool:
        chain = self._stage.chain
        head = chain.node.head().number
        book = ChainBook(chain.deployment.forwarder, 0)
        book.read(chain.node, head)
        mechanisms = [entry.mechanism for entry in chain.deployment.trainers]
        ledger = read_ledger(chain.node, book, mechanisms, head)
        return ledger.books_balance
