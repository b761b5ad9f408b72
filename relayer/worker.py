"""The worker: one loop that batches, sends, watches, drives markets, settles and tells the web.

All state is in the database. A worker that is killed at any line leaves nothing that the next one
does not take up: it signs what has a nonce and no signature, broadcasts stored bytes again, and
looks for receipts of everything that is not final.
"""

from __future__ import annotations

import logging
import os
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from relayer.chain.answers import Block
from relayer.chain.errors import ChainError, NodeError
from relayer.chain.node import Node
from relayer.clock import Clock
from relayer.errors import RelayerError, SettingsError
from relayer.keys import TransactionSigner
from relayer.rooms import Rooms
from relayer.settings import Settings
from relayer.store.chain_state import Heartbeat
from relayer.store.switches import Pause, Switch
from relayer.watch.added import ReceiptMismatchError
from relayer.watch.trail import NodeBehindError
from relayer.worker_lock import WorkerLock

log = logging.getLogger(__name__)

#: Pause between two looks at the queue; the database answers them, not the node.
QUEUE_INTERVAL_S = 0.05
#: How long a stopping worker waits beyond the time-out of a receiver.
NOTIFIER_STOP_S = 2.0
#: Players read again in one turn; the others follow in the next ones.
PLAYERS_PER_TURN = 100
#: Pause between two searches for nonces that belong to nobody.
GAP_INTERVAL_S = 60.0


class Worker(Rooms):
    """Works for one database, one deployment and the signers of the settings.

    ::

        worker = Worker(settings)
        worker.run(stop_event)

    Tests call `start`, `poll` and `send_due` themselves, in the order and at the time they want.

    Args:
        settings: what and how.
        clock: default: the machine's.
        node: default: those at `rpc_url` and `rpc_urls`.
        signers: default: those in `signer_keystore` and `signer_keystores`.
        treasury: default: the one in `treasury_keystore`, if that is set.

    Raises:
        SettingsError: no keystore is set.
        DeploymentError: the deployment file cannot be used, or belongs to another chain.
        SignerKeyError: a keystore cannot be opened.
        StoreError: the database cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        node: Node | None = None,
        signers: Sequence[TransactionSigner] | None = None,
        treasury: TransactionSigner | None = None,
    ) -> None:
        super().__init__(settings, clock, node, signers, treasury)
        self._started_at = self.clock.now()
        self._started = False
        self._head: Block | None = None
        self._seen_head_hash = ""
        self._looked_for_gaps_at = float("-inf")
        self._lock = WorkerLock(self.store.path)

    def run(self, stop_event: threading.Event) -> None:
        """Works until the event is set; an error of one step never ends the loop.

        Raises:
            StoreError: another worker serves this database, or a newer version has migrated it.
        """
        with self._lock:
            self.store.migrate()
            with self._notifying(stop_event):
                self._turn(stop_event)

    def _turn(self, stop_event: threading.Event) -> None:
        next_poll_at = float("-inf")
        while not stop_event.is_set():
            now = self.clock.monotonic()
            if now >= next_poll_at:
                next_poll_at = now + self.settings.poll_interval_s
                self._guard("poll", self.poll)
            if not self._guard("send", self.send_due):
                stop_event.wait(min(QUEUE_INTERVAL_S, self.settings.poll_interval_s))

    @contextmanager
    def _notifying(self, stop_event: threading.Event) -> Iterator[None]:
        """Tells receivers and tries models beside the loop: nothing slow holds up a batch."""
        threads = [
            threading.Thread(target=run, args=(stop_event,), name=name, daemon=True)
            for name, run in (
                ("relayer-notifier", self.notifier.run),
                ("relayer-alerts", self.alert_watch.run),
                ("relayer-exams", self.exams.run),
            )
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            give_up_at = time.monotonic() + self.settings.webhook_timeout_s + NOTIFIER_STOP_S
            for thread in threads:
                thread.join(max(0.0, give_up_at - time.monotonic()))

    def start(self) -> None:
        """Checks the chain and registers the signers; `poll` does it by itself once.

        Raises:
            SettingsError: the node serves another chain than the deployment file names.
            NodeError: the node does not answer.
        """
        chain_id = self.node.chain_id()
        if chain_id != self.system.chain_id:
            raise SettingsError(
                f"the node at {self.settings.rpc_url} serves chain {chain_id} and the deployment "
                f"file names chain {self.system.chain_id}; correct rpc_url or deployment"
            )
        self.sender.register()
        self.effects.touched_players |= self.store.outcomes.players_in_motion()
        self.effects.touched_players |= self.store.validation_calls.validators_in_motion()
        self._started = True

    def poll(self) -> None:
        """One look at the chain with everything that follows from it, and a heartbeat."""
        try:
            if not self._started:
                self.start()
            head = self.node.head()
            self.sender.usual_tip_wei = self.tips.step(head)
            self._watch(head)
        except NodeBehindError as error:
            self._head = None
            self._beat(reachable=True, detail=str(error))
            return
        except (ChainError, SettingsError) as error:
            self._head = None
            if isinstance(error, ReceiptMismatchError) and len(self.node.urls) > 1:
                self.node.distrust(str(error))
            self._beat(reachable=False, detail=str(error))
            return
        self._head = head
        self.batcher.expire(head)
        pause = self._sending_pause()
        self._guard("purses", lambda: self.purses.step(head, may_refill=pause is None))
        self._guard("orders", lambda: self.foreman.step(head, may_send=pause is None))
        if pause is None:
            self._begin_what_is_due(head)
        self._guard("players", lambda: self._refresh_players(head))
        self._guard("limits", self.limits.step)
        self._guard("books", lambda: self.books.step(head))
        self._beat(reachable=True, detail=self._trouble())

    def send_due(self) -> int:
        """Sends every batch that is due, if the chain was seen lately; returns how many."""
        if self._head is None or self._sending_pause() is not None:
            return 0
        return self.batcher.step(self._head)

    def close(self) -> None:
        """Closes the database."""
        self.store.close()

    def _watch(self, head: Block) -> None:
        """Writes receipts and snapshots of one block down together.

        The web must not see the tank of an older block beside contributions of a newer one.
        """
        is_new = head.hash != self._seen_head_hash
        if is_new:
            self._follow(head)
        may_finish = not is_new or self._nodes_agree(head)
        observation = self.watcher.observe(
            head, mined_too=is_new, may_finish=may_finish, hash_at=self.trail.hash_at
        )
        snapshots = self.snapshots.read(head) if is_new else None
        with self.store.transaction():
            self.watcher.record(observation)
            if snapshots is not None:
                self.snapshots.write(snapshots, self.clock.now())
                self.vitals.note_head(head)
        if snapshots is not None:
            self.sender.limit_to(snapshots.tank.price_cap_wei, snapshots.tank.tip_cap_wei)
            self.sender.lanes.note_allowed(snapshots.allowed)
        if is_new and observation.complete and may_finish:
            self.effects.touched_players |= self.scanner.step(head)
            if self.scanner.take_forfeits():
                self.players.note_dividends()
            self._seen_head_hash = head.hash
        if self._sending_pause() is None:
            self._close_gaps(head)
            self.upkeep.step(observation)

    def _follow(self, head: Block) -> None:
        """Joins a new head to the blocks seen before, and takes back what became untrue."""
        step = self.trail.follow(head)
        plan = self.repair.plan(step)
        with self.store.transaction():
            players = set() if plan is None else self.repair.write(plan)
            self.trail.keep(step)
            if step.dropped and plan is None:
                self.store.tallies.add({("reorganisations", "within", ""): 1})
        self.effects.touched_players |= players

    def _nodes_agree(self, head: Block) -> bool:
        """Whether the newest final block may count as such: no other node contradicts it."""
        number = head.number - self.settings.confirmations
        has_others = len(self.node.urls) > 1 and number >= 0
        final = self.node.block(number) if has_others else None
        if final is None or self.node.agrees_on(final):
            return True
        log.warning("the nodes disagree about block %d", number, extra={"action": "disagreement"})
        return False

    def _begin_what_is_due(self, head: Block) -> None:
        """Every step that may begin a transaction, but for batches; those are sent on their own."""
        for name, step in (
            ("market", self.markets.step),
            ("validate", self.validations.step),
            ("settle", self.settler.step),
            ("withdraw", self.withdrawer.step),
            ("credit", self.collector.step),
        ):
            self._guard(name, partial(step, head))

    def _sending_pause(self) -> Pause | None:
        return self.store.switches.pause_of(Switch.SENDING, self.clock.now())

    def _close_gaps(self, head: Block) -> None:
        if self.clock.monotonic() < self._looked_for_gaps_at + GAP_INTERVAL_S:
            return
        self._looked_for_gaps_at = self.clock.monotonic()
        for signer in self.sender.addresses:
            used = self.node.agreed_transaction_count(signer, head.number)
            self.upkeep.fill_gaps(signer, used, head)

    def _refresh_players(self, head: Block) -> None:
        players = set(sorted(self.effects.touched_players)[:PLAYERS_PER_TURN])
        self.players.refresh(players, head)
        self.effects.touched_players -= players
        self.players.catch_up(head)

    def _guard(self, name: str, step: Callable[[], Any]) -> Any:
        """Runs a step; what goes wrong is logged and tried again on the next turn."""
        try:
            return step()
        except NodeError as error:
            log.warning("%s: %s", name, error, extra={"action": name})
        except (RelayerError, sqlite3.Error, LookupError, ValueError, OSError) as error:
            log.exception("%s: %s", name, error, extra={"action": name})
        return None

    def _trouble(self) -> str | None:
        """What stands still and why, in words for the operator."""
        rooms = (
            self.batcher,
            self.markets,
            self.purses,
            self.scanner,
            self.sender,
            self.upkeep,
        )
        reasons = {reason for room in rooms for reason in room.blocked.values()}
        for signer in self.store.signers.with_unfinished():
            if not self.sender.can_sign(signer):
                reasons.add(f"{signer} has transactions under way and is not among the signers")
        reasons.update(self.node.troubles())
        _, held = self.store.suspects.counts(self.clock.now())
        if held:
            reasons.add(f"the node refuses to rehearse some requests; they wait apart: {held}")
        alarm = self.repair.alarm()
        if alarm is not None:
            reasons.add(alarm)
        pause = self._sending_pause()
        if pause is not None:
            reasons.add(f"sending is paused: {pause.reason}; `relayer resume sending` ends it")
        return "; ".join(sorted(reasons)) or None

    def _beat(self, *, reachable: bool, detail: str | None) -> None:
        self._guard("tally", self.node_tally.step)
        self.store.chain_state.write_heartbeat(
            Heartbeat(
                at=self.clock.now(),
                started_at=self._started_at,
                worker=f"{socket.gethostname()}:{os.getpid()}",
                node_reachable=reachable,
                detail=detail,
            )
        )
        self._guard("vitals", self.vitals.step)
        self._guard("series", self.recorder.step)
