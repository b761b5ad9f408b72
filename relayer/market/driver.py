"""Drives every market of the deployment through its phases, one confirmed fact at a time.

What is due is read from the chain at each new block, so it does not matter who took the last step:
this worker, the one that was killed before it, or somebody else. A step that is under way is not
sent again, and its transaction goes the way of all others: stored, signed, stored, broadcast,
watched, replaced by a dearer one. A step that somebody else took first reverts, costs some gas, and
leaves the market where it should be.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from relayer.chain.answers import Block
from relayer.chain.errors import FeeCapError, NodeRefusalError
from relayer.chain.node import Node
from relayer.chain.system import System, TrainerContracts
from relayer.clock import Clock
from relayer.deployment import PredictionMarketEntry
from relayer.errors import RelayerError
from relayer.market.errors import MarketError, StepRefusedError, UnderpaidReplayError
from relayer.market.estimates import estimate_step
from relayer.market.first_look import FirstLook
from relayer.market.fitting import TRANSACTION_GAS_CAP, StepFitting
from relayer.market.pay import ReplayPay
from relayer.market.pieces import find_test_set
from relayer.market.public_data import PublicData, read_public_data
from relayer.market.steps import Step, needs_test_set, provider_step, public_step, replay_step
from relayer.market.view import MarketView, Phase, read_views
from relayer.send import Sender
from relayer.store import Store
from relayer.store.statuses import TransactionKind

log = logging.getLogger(__name__)

#: Pause after a step that came to nothing; it doubles with each one in a row.
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 300.0


@dataclass(frozen=True)
class MarketPolicy:
    """The operator's wishes.

    Attributes:
        step_gas: most gas that one step may use.
        oversize_percent: how far a test set may exceed what the fees are fitted to, in number and
            in gas; nobody pays the replay of a larger one.
        secrets: folder with the secret files of markets that are to be opened and revealed here.
    """

    step_gas: int
    oversize_percent: int
    secrets: Path | None


class MarketDriver:
    """Sends the steps that are due.

    Args:
        store: the database.
        node: for the state, events and estimates.
        system: the contracts; only trainers that are markets are looked at.
        sender: takes nonces and sends.
        policy: the operator's wishes.
        clock: tells how long steps that failed are let alone.
        declined: the markets that no contributions are taken to; kept up to date here.
    """

    def __init__(
        self,
        store: Store,
        node: Node,
        system: System,
        sender: Sender,
        policy: MarketPolicy,
        clock: Clock,
        declined: set[str],
    ) -> None:
        self._store = store
        self._node = node
        self._system = system
        self._sender = sender
        self._policy = policy
        self._clock = clock
        self._declined = declined
        self._fitting = StepFitting()
        self._pay = ReplayPay(store, policy.oversize_percent)
        self._first_look = FirstLook(node, self._pay)
        self._markets: dict[str, TrainerContracts] = {
            address: contracts
            for address, contracts in system.trainers.items()
            if contracts.is_market
        }
        self._public_data: dict[str, PublicData] = {}
        self._seen_head_hash = ""
        #: Why a market stands still, in plain words, by market.
        self.blocked: dict[str, str] = {}

    def step(self, head: Block) -> int:
        """Takes every step that is due; returns the number of transactions.

        A market of which the node refuses to tell something waits, and no other with it.

        Raises:
            NodeError: the node does not answer; nothing was decided.
        """
        if not self._markets or head.hash == self._seen_head_hash:
            return 0
        contracts = [market.trainer for market in self._markets.values()]
        sent = 0
        for view in read_views(self._node, contracts, head):
            if view.phase is Phase.CLOSED:
                self._store.markets.release_batches(view.address, head.timestamp)
            self._declined.discard(view.address)
            try:
                sent += self._serve(view, head)
                self.blocked.pop(view.address, None)
            except (FeeCapError, MarketError, NodeRefusalError) as error:
                self._note_blocked(view, error)
        self._seen_head_hash = head.hash
        return sent

    def _serve(self, view: MarketView, head: Block) -> bool:
        if self._store.markets.has_pending(view.address, head.number):
            return False
        step = self._due(view, head)
        if step is None or self._recovers(view, step):
            return False
        self._sender.offer(head.base_fee_wei)
        signer = self._sender.free_lane()
        if signer is None:
            return False
        try:
            size, gas_limit = self._fit(view, step, signer, head)
        except StepRefusedError as error:
            # Another's step may be in a block that is not read yet; the next look tells.
            self._public_data.pop(view.address, None)
            log.info("market %s: %s", view.address, error, extra={"action": "market_refusal"})
            return False
        self._send(view, step, size, gas_limit, signer, head)
        return True

    def _due(self, view: MarketView, head: Block) -> Step | None:
        if view.phase is Phase.PARTICIPATION:
            self._look(view, head)
        if needs_test_set(view):
            return self._provider_step(view)
        if view.phase is Phase.REPLAY:
            self._check_size(view)
            data = self._data_of(view, head)
            self._pay.check(view, self._markets[view.address].entry, data)
            return replay_step(view, data)
        return public_step(view)

    def _look(self, view: MarketView, head: Block) -> None:
        try:
            self._first_look.check(view, self._markets[view.address], head)
        except UnderpaidReplayError:
            self._declined.add(view.address)
            raise

    def _check_size(self, view: MarketView) -> None:
        mechanism = self._markets[view.address].entry.mechanism
        if not isinstance(mechanism, PredictionMarketEntry):
            raise MarketError("the deployment file names no market at this address")
        expected, percent = mechanism.expected_test_samples, self._policy.oversize_percent
        if view.test_size * 100 > expected * (100 + percent):
            raise MarketError(
                f"the test set has {view.test_size} scoring samples and the fees pay the replay of "
                f"{expected}; raise market_oversize_percent to replay it at a loss"
            )

    def _provider_step(self, view: MarketView) -> Step | None:
        if self._policy.secrets is None:
            return None
        test_set = find_test_set(self._policy.secrets, self._system.chain_id, view.address)
        return None if test_set is None else provider_step(view, test_set)

    def _data_of(self, view: MarketView, head: Block) -> PublicData:
        """The events of a market; read once, because nothing is added while it replays."""
        data = self._public_data.get(view.address)
        if data is None or not data.serves(view):
            contracts = self._markets[view.address]
            data = read_public_data(
                self._node,
                contracts.trainer,
                contracts.data_handler,
                self._system.first_block,
                head.number,
            )
            if not data.serves(view):
                raise MarketError(
                    f"the node has {len(data.pieces)} of {view.piece_count} pieces and "
                    f"{len(data.batches)} of {view.batches} batches of the market in its events; "
                    "check the deployment's block_number, or use another node"
                )
            self._public_data[view.address] = data
        return data

    def _recovers(self, view: MarketView, step: Step) -> bool:
        """A breaker: after a step that came to nothing the pause doubles each time."""
        failures, last_at = self._store.markets.failures(view.address, step.name, step.position)
        pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**failures)
        return failures > 0 and last_at <= self._clock.now() < last_at + pause_s

    def _fit(self, view: MarketView, step: Step, signer: str, head: Block) -> tuple[int, int]:
        hard_ceiling = min(head.gas_limit, TRANSACTION_GAS_CAP)
        return self._fitting.fit(
            f"{view.address} {step.name}",
            step.most,
            lambda size: estimate_step(self._node, view.contract, step.encode(size), signer),
            min(self._policy.step_gas, hard_ceiling),
            hard_ceiling,
        )

    def _send(
        self, view: MarketView, step: Step, size: int, gas_limit: int, signer: str, head: Block
    ) -> None:
        with self._store.transaction():
            transaction_id = self._sender.take(
                TransactionKind.MARKET, signer, view.address, step.encode(size), gas_limit
            )
            self._store.markets.insert(transaction_id, view.address, step.name, step.position)
            transaction = self._store.transactions.get(transaction_id)
        if transaction is not None:
            self._sender.send(transaction, head.base_fee_wei)
        log.info(
            "market %s: %s from %s",
            view.address,
            step.name,
            step.position,
            extra={"action": "market_step", "transaction_id": transaction_id},
        )

    def _note_blocked(self, view: MarketView, error: RelayerError) -> None:
        why = f"market {view.address}: {error}"
        if self.blocked.get(view.address) != why:
            log.warning("%s", why, extra={"action": "market_blocked"})
        self.blocked[view.address] = why
