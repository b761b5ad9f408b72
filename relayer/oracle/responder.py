"""The responder: one loop that follows requests, asks its service, commits, reveals and is paid.

Everything that matters is on chain or in the database before anything leaves the machine. A
responder that is killed at any line leaves nothing that the next one does not take up.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final

from relayer.chain.answers import Block
from relayer.chain.errors import NodeError
from relayer.chain.fees import FeePolicy, Fees
from relayer.chain.keccak import keccak
from relayer.chain.node import Node
from relayer.clock import Clock
from relayer.errors import RelayerError, SettingsError
from relayer.keys import Signer
from relayer.oracle.adapter import Adapter, Question
from relayer.oracle.answering import Answering, Item
from relayer.oracle.calls import OracleCalls
from relayer.oracle.contract import Oracle, RequestView, Stage
from relayer.oracle.earnings import Earnings
from relayer.oracle.endings import ResponderEndings
from relayer.oracle.follower import RequestFollower
from relayer.oracle.inquiries import Inquiries
from relayer.oracle.place import OraclePlace
from relayer.oracle.reorganisations import Reorganisations
from relayer.send import Sender
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.oracle_requests import OracleRequest
from relayer.watch import Upkeep, Watcher
from relayer.worker_lock import WorkerLock

log = logging.getLogger(__name__)

#: Most requests of each sort that are looked at in one turn: promised, not promised, earned.
MAX_LOOKED_AT: Final = 500
#: Pause between two searches for nonces that belong to nobody.
GAP_INTERVAL_S: Final = 60.0


class Responder:
    """Answers for one seat of one oracle.

    ::

        responder = Responder(settings, place, signer, adapter, node=node, clock=clock)
        responder.run(stop_event)

    Tests call `poll` themselves.

    Args:
        settings: what and how.
        place: which oracle, on which chain.
        signer: the account of the seat; nobody else may send from it.
        adapter: the service.
        node: the chain.
        clock: tells when.

    Raises:
        StoreError: the database cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        place: OraclePlace,
        signer: Signer,
        adapter: Adapter,
        *,
        node: Node,
        clock: Clock,
    ) -> None:
        self.settings = settings
        self.place = place
        self.signer = signer
        self.store = Store(settings.oracle_database)
        self.store.migrate()
        self._node = node
        self._clock = clock
        self.oracle = Oracle(node, place.address)
        self.inquiries = Inquiries(
            adapter, settings.oracle_parallel, settings.oracle_retry_s, clock
        )
        self._build()
        self._lock = WorkerLock(self.store.path)
        self._started = False
        self._seen_head_hash = ""
        self._views_of = ""
        self._views: dict[str, RequestView] = {}
        self._looked_for_gaps_at = float("-inf")

    def run(self, stop_event: threading.Event) -> None:
        """Answers until the event is set; an error of one turn never ends the loop.

        Raises:
            StoreError: another process serves this database, or a newer version has migrated it.
            DeploymentError: there is no oracle at the address.
            SettingsError: the node serves another chain.
        """
        with self._lock:
            self.store.migrate()
            try:
                self.start()
            except NodeError as error:
                log.warning("start: %s", error, extra={"action": "start"})
            while not stop_event.is_set():
                self._guard("poll", self.poll)
                stop_event.wait(self.settings.poll_interval_s)
            self.inquiries.close()

    def start(self) -> None:
        """Checks chain and contract and registers the signer; `poll` does it by itself once.

        Raises:
            SettingsError: the node serves another chain than the deployment file names.
            DeploymentError: there is no oracle at the address.
            NodeError: the node does not answer.
        """
        chain_id = self._node.chain_id()
        if chain_id != self.place.chain_id:
            raise SettingsError(
                f"the node at {self.settings.rpc_url} serves chain {chain_id} and the deployment "
                f"file names chain {self.place.chain_id}; correct rpc_url or deployment"
            )
        self.oracle.check()
        self.sender.register()
        self._started = True

    def poll(self) -> None:
        """One look at the chain with everything that follows from it.

        Raises:
            NodeError: the node does not answer; nothing was decided.
        """
        if not self._started:
            self.start()
        head = self._node.head()
        self._watch(head)
        self._note_replies()
        self._follower.step(head)
        items = self._look(head)
        fees = self._calls.offer(head)
        if fees is None:
            return
        # Labels that are promised come before new promises.
        self._guard("reveal", lambda: self._answering.reveal(items, head))
        self._guard("commit", lambda: self._answering.commit(items, head))
        self._guard("ask", lambda: self._ask(items, head, fees))
        self._guard("earn", lambda: self._earnings.step(head, fees))

    def close(self) -> None:
        """Closes the database."""
        self.inquiries.close()
        self.store.close()

    def _build(self) -> None:
        settings, store, node, clock = self.settings, self.store, self._node, self._clock
        address = self.signer.address
        fees = FeePolicy(
            settings.max_fee_per_gas_cap_wei, settings.priority_fee_wei, settings.bump_percent
        )
        self.sender = Sender(store, node, [self.signer], self.place.chain_id, fees, clock)
        self._watcher = Watcher(
            store, node, ResponderEndings(store), [address], settings.confirmations, clock
        )
        self._upkeep = Upkeep(store, self.sender, settings.resend_after_s, clock)
        self._follower = RequestFollower(
            store,
            node,
            self.oracle,
            address,
            self.place.first_block,
            settings.confirmations,
            clock,
        )
        self._reorganisations = Reorganisations(
            store,
            node,
            self.oracle.address,
            self.place.first_block,
            settings.confirmations,
            clock,
        )
        self._calls = OracleCalls(
            store, node, self.oracle, self.sender, address, settings.max_batch_gas
        )
        self._answering = Answering(
            store, self.oracle, self._calls, self.signer, settings.oracle_cover_percent, clock
        )
        self._earnings = Earnings(store, node, self.oracle, self._calls, address)

    def _watch(self, head: Block) -> None:
        is_new = head.hash != self._seen_head_hash
        if is_new and self._reorganisations.follow(head):
            self._answering.forget_commitments()
        observation = self._watcher.observe(
            head, mined_too=is_new, hash_at=self._reorganisations.hash_at
        )
        with self.store.transaction():
            self._watcher.record(observation)
        if observation.complete:
            self._seen_head_hash = head.hash
        if self._clock.monotonic() >= self._looked_for_gaps_at + GAP_INTERVAL_S:
            self._looked_for_gaps_at = self._clock.monotonic()
            used = self._node.agreed_transaction_count(self.signer.address, head.number)
            self._upkeep.fill_gaps(self.signer.address, used, head)
        self._upkeep.step(observation)

    def _look(self, head: Block) -> list[Item]:
        """The open requests with their state at the head; those that are over are put away."""
        room, address = self.store.oracle_requests, self.oracle.address
        requests = room.promised(address, MAX_LOOKED_AT)
        requests += room.unpromised(address, MAX_LOOKED_AT)
        requests += room.earned(address, MAX_LOOKED_AT)
        views = self._views_at(head, [request.id for request in requests])
        over = [r for r in requests if _is_over(r, views[r.id], head.timestamp)]
        if over:
            self._put_away(over, head)
        return [(r, views[r.id]) for r in requests if r.status == "open"]

    def _views_at(self, head: Block, ids: Sequence[str]) -> dict[str, RequestView]:
        """Requests at the head; each is asked for once while the head stays the same."""
        if head.hash != self._views_of:
            self._views_of, self._views = head.hash, {}
        missing = [request_id for request_id in ids if request_id not in self._views]
        self._views |= self.oracle.views(missing, head.number)
        return self._views

    def _put_away(self, requests: Sequence[OracleRequest], head: Block) -> None:
        """Ends what is over in the final block as well, and notes the shares that wait."""
        final = self._node.block(max(0, head.number - self.settings.confirmations))
        if final is None:
            return
        views = self.oracle.views([request.id for request in requests], final.number)
        with self.store.transaction():
            for request in requests:
                view = views[request.id]
                if _is_over(request, view, final.timestamp):
                    self._put_one_away(request, view, final)

    def _put_one_away(self, request: OracleRequest, view: RequestView, final: Block) -> None:
        room, stage = self.store.oracle_requests, view.stage(final.timestamp)
        self.inquiries.forget(request.id)
        share_wei = view.share_wei(request.seat)
        if stage is Stage.CLOSED and share_wei:
            room.earn(request.id, share_wei, final.number)
        elif share_wei:
            room.end(request.id, "settled", final.number)
        elif not view.has_committed(request.seat):
            room.end(request.id, "not-answered", final.number)
        elif not view.answered:
            room.end(request.id, "no-quorum", final.number)
        else:
            room.end(request.id, "not-the-answer", final.number)

    def _ask(self, items: Sequence[Item], head: Block, fees: Fees) -> None:
        version, model = self.oracle.model()
        for request, view in items:
            if self._answering.wants_label((request, view), version, head, fees):
                self.inquiries.ask(self._question(request, model))
            elif request.version < version and not self._is_promised(request, view):
                # Versions go down in reorganisations only; the service has another model by now.
                self.store.oracle_requests.end(request.id, "old-model", head.number)

    @staticmethod
    def _is_promised(request: OracleRequest, view: RequestView) -> bool:
        return request.commit_id is not None or view.has_committed(request.seat)

    def _question(self, request: OracleRequest, model: str) -> Question:
        return Question(
            request_id=request.id,
            sample=request.sample,
            sample_hash="0x" + keccak(request.sample).hex(),
            label_count=self.oracle.label_count,
            labels=self.place.labels,
            version=request.version,
            model=model,
        )

    def _note_replies(self) -> None:
        room = self.store.oracle_requests
        for reply in self.inquiries.collect():
            if reply.label is not None:
                room.set_label(reply.request_id, reply.label)
            elif reply.retryable:
                room.note_failure(reply.request_id)
            else:
                log.warning("request %s is not answered: %s", reply.request_id, reply.reason)
                room.end(reply.request_id, "refused")

    def _guard(self, name: str, step: Callable[[], Any]) -> None:
        """Runs a step; what goes wrong is logged and tried again on the next turn."""
        try:
            step()
        except NodeError as error:
            log.warning("%s: %s", name, error, extra={"action": name})
        except (RelayerError, sqlite3.Error, LookupError, ValueError, OSError) as error:
            log.exception("%s: %s", name, error, extra={"action": name})


def _is_over(request: OracleRequest, view: RequestView, now: float) -> bool:
    """Whether nothing is left to say, and for an earned request whether its share is settled."""
    stage = view.stage(now)
    if request.status == "earned":
        return stage is Stage.SETTLED
    if stage in (Stage.UNKNOWN, Stage.CLOSED, Stage.SETTLED):
        return True
    return now >= request.commit_until and not view.has_committed(request.seat)
