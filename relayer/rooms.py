"""The rooms of a worker, wired together from the settings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from relayer.accounts import open_signers, open_treasury, sponsor_of
from relayer.batch import Batcher
from relayer.batch.policy import BatchPolicy
from relayer.chain.fees import FeePolicy
from relayer.chain.node import Node
from relayer.chain.pool import open_node
from relayer.chain.system import System
from relayer.clock import Clock, SystemClock
from relayer.deployment import load_deployment
from relayer.keys import TransactionSigner
from relayer.limits.upkeep import LimitsUpkeep
from relayer.market import MarketDriver
from relayer.market.driver import MarketPolicy
from relayer.metrics.tallies import NodeTally
from relayer.notify.notifier import Notifier
from relayer.notify.targets import TargetRules
from relayer.ops.alerts import AlertWatch
from relayer.orders import Foreman
from relayer.orders.deed import Deed
from relayer.orders.draining import Drain
from relayer.orders.gaps import CloseGaps
from relayer.orders.paying import MoneyRules
from relayer.orders.replacing import Cancel, SpeedUp
from relayer.orders.settling import SettleNow
from relayer.orders.topping_up import TopUp
from relayer.orders.withdrawing import Withdraw
from relayer.send import Sender
from relayer.send.purses import Purses, RefillPolicy
from relayer.send.tips import TipGauge
from relayer.series.marks import Marks
from relayer.series.recorder import SeriesRecorder
from relayer.settings import Settings
from relayer.settle import CreditCollector, SettlementScanner, SettlePolicy, Settler
from relayer.store import Store
from relayer.store.orders import OrderKind
from relayer.validate import ValidationCourier
from relayer.watch import ChainTrail, PlayerReader, Repair, SnapshotReader, Upkeep, Watcher
from relayer.watch.adoption import Adoption
from relayer.watch.books import Books
from relayer.watch.brought import BroughtReader
from relayer.watch.effects import Effects
from relayer.watch.exams import Exams
from relayer.watch.points import Points
from relayer.watch.vitals import Vitals
from relayer.withdraw import Withdrawer


class Rooms:
    """Everything that a worker's loop turns, each part with what it needs of the others.

    Args:
        settings: what and how.
        clock: None: the machine's.
        node: None: the one at `rpc_url`.
        signers: None: those in `signer_keystore` and `signer_keystores`.
        treasury: None: the one in `treasury_keystore`, if that is set.

    Raises:
        SettingsError: no keystore is set.
        DeploymentError: the deployment file cannot be used.
        SignerKeyError: a keystore cannot be opened.
        StoreError: the database cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None,
        node: Node | None,
        signers: Sequence[TransactionSigner] | None,
        treasury: TransactionSigner | None,
    ) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.store = Store(settings.database)
        self.store.migrate()
        deployment = load_deployment(settings.deployment)
        self.node = node or open_node(settings, chain_id=deployment.chain_id, clock=self.clock)
        self.system = System.of(deployment, sponsor_of(settings, deployment))
        self.signers = signers or open_signers(settings, self.clock)
        self.treasury = treasury or open_treasury(settings, [s.address for s in self.signers])
        self.node_tally = NodeTally(self.store, self.node, self.clock)
        self._wire_sending()
        self._wire_watching()
        self._wire_batching_and_settling()
        self._wire_orders()
        self._wire_telling()
        self.limits = LimitsUpkeep(self.store, settings, self.clock)
        self.notifier = Notifier(
            self.store,
            TargetRules(settings.webhook_private_targets),
            self.clock,
            timeout_s=settings.webhook_timeout_s,
            parallel=settings.webhook_parallel,
            keep_s=settings.webhook_keep_s,
        )
        self.alert_watch = AlertWatch(self.store, settings, self.clock)
        reader = partial(open_node, settings, chain_id=deployment.chain_id, clock=self.clock)
        self.exams = Exams(self.store, settings, deployment, reader, self.clock)

    def _wire_sending(self) -> None:
        settings, store, node = self.settings, self.store, self.node
        fees = FeePolicy(
            settings.max_fee_per_gas_cap_wei, settings.priority_fee_wei, settings.bump_percent
        )
        self.sender = Sender(
            store, node, self.signers, self.system.chain_id, fees, self.clock, self.treasury
        )
        self.marks = RefillPolicy(settings.signer_low_wei, settings.signer_high_wei)
        self.purses = Purses(store, node, self.sender, self.marks, self.clock)
        self.tips = TipGauge(node, settings.tip_percentile)
        points = Points(node, self.system)
        self.upkeep = Upkeep(store, self.sender, settings.resend_after_s, self.clock, points)

    def _wire_watching(self) -> None:
        settings, system, store, node = self.settings, self.system, self.store, self.node
        self.effects = Effects(store, system, settings.max_tries)
        self.watcher = Watcher(
            store,
            node,
            self.effects,
            self.sender.addresses,
            settings.confirmations,
            self.clock,
        )
        self.trail = ChainTrail(store, node, settings.confirmations, self.clock)
        self.repair = Repair(
            store,
            node,
            system.first_block,
            system.forwarder.address,
            settings.confirmations,
            self.clock,
        )
        self.declined_markets: set[str] = set()
        self.snapshots = SnapshotReader(
            store, node, system, self.sender.lanes.addresses, self.declined_markets
        )
        self.players = PlayerReader(store, node, system, self.clock)
        adoption = Adoption(store, node, system, self.effects, self.sender.addresses, self.clock)
        brought = BroughtReader(store, node, system, self.sender.addresses)
        self.scanner = SettlementScanner(
            store, node, system, settings.confirmations, self.clock, adoption, brought
        )

    def _wire_batching_and_settling(self) -> None:
        settings, system, store, node = self.settings, self.system, self.store, self.node
        batch_policy = BatchPolicy(
            settings.max_wait_s,
            settings.max_batch_items,
            settings.max_batch_gas,
            settings.dear_wait_factor,
            settings.dear_fee_percent,
        )
        self.batcher = Batcher(store, node, system, self.sender, batch_policy, self.clock)
        settle_policy = SettlePolicy(
            settings.settle_min_items, settings.settle_max_delay_s, settings.max_batch_gas
        )
        self.settler = Settler(store, node, system, self.sender, settle_policy, self.clock)
        self.validations = ValidationCourier(
            store, node, system, self.sender, settle_policy, self.clock
        )
        market_policy = MarketPolicy(
            settings.market_step_gas, settings.market_oversize_percent, settings.market_secrets
        )
        self.markets = MarketDriver(
            store, node, system, self.sender, market_policy, self.clock, self.declined_markets
        )
        self.withdrawer = Withdrawer(
            store, node, system, self.sender, self.clock, self.effects, settings.confirmations
        )
        keeps_credits = settings.treasury_address is not None
        self.collector = CreditCollector(
            store, node, system, self.sender, settings.signer_high_wei if keeps_credits else None
        )

    def _wire_orders(self) -> None:
        settings, system, store, node = self.settings, self.system, self.store, self.node
        sender, clock = self.sender, self.clock
        rules = MoneyRules(self.marks, settings.tank_top_up_most_wei, settings.treasury_address)
        deeds: dict[OrderKind, Deed] = {
            OrderKind.SPEED_UP: SpeedUp(store, sender, self.upkeep, clock),
            OrderKind.CANCEL: Cancel(store, clock),
            OrderKind.CLOSE_GAP: CloseGaps(store, node, sender, clock),
            OrderKind.SETTLE: SettleNow(store, self.settler, clock),
            OrderKind.TOP_UP: TopUp(store, node, system, sender, rules, clock),
            OrderKind.WITHDRAW: Withdraw(store, node, system, sender, rules, clock),
            OrderKind.DRAIN: Drain(store, clock),
        }
        self.foreman = Foreman(store, deeds, clock)

    def _wire_telling(self) -> None:
        """What operators are told of."""
        store, node, system, clock = self.store, self.node, self.system, self.clock
        self.recorder = SeriesRecorder(store, clock, Marks(store, system.forwarder.address))
        self.vitals = Vitals(store, node, system.chain_id, clock)
        lanes, confirmations = self.sender.lanes.addresses, self.settings.confirmations
        self.books = Books(store, node, system, lanes, confirmations, clock)
