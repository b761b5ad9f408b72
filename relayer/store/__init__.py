"""The relayer's store: one SQLite file behind one narrow interface, one room per subject.

::

    store = Store(Path("relayer.db"))
    store.migrate()
    with store.transaction():
        nonce = store.signers.take_nonce(signer)
        ...

A room's method joins the transaction that surrounds the call; alone, each is its own.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path

from relayer.errors import StoreError
from relayer.store.adoptions import AdoptionRoom
from relayer.store.alert_messages import AlertMessageRoom
from relayer.store.alerts import AlertRoom
from relayer.store.allowances import AllowanceRoom
from relayer.store.audit import AuditRoom
from relayer.store.backlog import BacklogRoom
from relayer.store.bans import BanRoom
from relayer.store.batches import BatchRoom
from relayer.store.brought import BroughtRoom
from relayer.store.cancellations import CancellationRoom
from relayer.store.chain_state import ChainStateRoom
from relayer.store.checks import CheckRoom
from relayer.store.connection import Connections
from relayer.store.contributions import ContributionRoom
from relayer.store.countings import CountingRoom
from relayer.store.exploring import ExploringRoom
from relayer.store.faults import fault_of
from relayer.store.finding import FindingRoom
from relayer.store.game_keys import GameKeyRoom
from relayer.store.histories import HistoryRoom
from relayer.store.intake_breaker import IntakeBreakerRoom
from relayer.store.kept_answers import KeptAnswerRoom
from relayer.store.key_locks import KeyLocks
from relayer.store.lane_views import LaneViewRoom
from relayer.store.lanes import LaneRoom
from relayer.store.listings import ListingRoom
from relayer.store.markets import MarketRoom
from relayer.store.migrations import migrations, unknown_migrations
from relayer.store.nonces import NonceRoom
from relayer.store.ops_answers import OpsAnswerRoom
from relayer.store.ops_login_tries import OpsLoginTryRoom
from relayer.store.ops_sessions import OpsSessionRoom
from relayer.store.ops_tokens import OpsTokenRoom
from relayer.store.ops_users import OpsUserRoom
from relayer.store.oracle_requests import OracleRequestRoom
from relayer.store.orders import OrderRoom
from relayer.store.outcomes import OutcomeRoom
from relayer.store.player_lists import PlayerListRoom
from relayer.store.players import PlayerRoom
from relayer.store.probe import StoreProbe
from relayer.store.purses import PurseRoom
from relayer.store.quota_overrides import QuotaOverrideRoom
from relayer.store.receipts import ReceiptRoom
from relayer.store.reopening import ReopeningRoom
from relayer.store.resting_signers import RestingSignerRoom
from relayer.store.retries import RetryRoom
from relayer.store.reward_stage import RewardStageRoom
from relayer.store.series import SeriesRoom
from relayer.store.settlements import SettlementRoom
from relayer.store.signers import SignerRoom
from relayer.store.signs import SignRoom
from relayer.store.suspects import SuspectRoom
from relayer.store.switches import SwitchRoom
from relayer.store.tallies import TallyRoom
from relayer.store.ticket_uses import TicketUseRoom
from relayer.store.traces import TraceRoom
from relayer.store.trail import TrailRoom
from relayer.store.transactions import TransactionRoom
from relayer.store.validation_calls import ValidationCallRoom
from relayer.store.validations import ValidationRoom
from relayer.store.webhook_lists import WebhookListRoom
from relayer.store.webhooks import WebhookRoom
from relayer.store.withdrawals import WithdrawalRoom
from relayer.worker_lock import is_worked_on

__all__ = ["Store"]


class Store:
    """All rooms over one database file; safe to share between threads.

    Args:
        path: the database file, or a link to it.
    """

    def __init__(self, path: Path) -> None:
        # SQLite keeps its log beside the file itself, wherever a link to it lies.
        path = Path(os.path.realpath(path))
        self.path = path
        #: Whether `migrate` came to its end.
        self.is_migrated = False
        self._connections = Connections(path)
        self.adoptions = AdoptionRoom(self._connections)
        self.alert_messages = AlertMessageRoom(self._connections)
        self.alerts = AlertRoom(self._connections)
        self.allowances = AllowanceRoom(self._connections)
        self.backlog = BacklogRoom(self._connections)
        self.audit = AuditRoom(self._connections)
        self.bans = BanRoom(self._connections)
        self.batches = BatchRoom(self._connections)
        self.brought = BroughtRoom(self._connections)
        self.cancellations = CancellationRoom(self._connections)
        self.chain_state = ChainStateRoom(self._connections)
        self.checks = CheckRoom(self._connections)
        self.contributions = ContributionRoom(self._connections)
        self.countings = CountingRoom(self._connections)
        self.exploring = ExploringRoom(self._connections)
        self.finding = FindingRoom(self._connections)
        self.game_keys = GameKeyRoom(self._connections)
        self.kept_answers = KeptAnswerRoom(self._connections)
        self.key_locks = KeyLocks(path)
        self.lanes = LaneRoom(self._connections)
        self.histories = HistoryRoom(self._connections)
        self.intake_breaker = IntakeBreakerRoom(self._connections)
        self.lane_views = LaneViewRoom(self._connections)
        self.listings = ListingRoom(self._connections)
        self.markets = MarketRoom(self._connections)
        self.nonces = NonceRoom(self._connections)
        self.ops_answers = OpsAnswerRoom(self._connections)
        self.ops_login_tries = OpsLoginTryRoom(self._connections)
        self.ops_sessions = OpsSessionRoom(self._connections)
        self.ops_tokens = OpsTokenRoom(self._connections)
        self.ops_users = OpsUserRoom(self._connections)
        self.oracle_requests = OracleRequestRoom(self._connections)
        self.orders = OrderRoom(self._connections)
        self.outcomes = OutcomeRoom(self._connections)
        self.player_lists = PlayerListRoom(self._connections)
        self.players = PlayerRoom(self._connections)
        self.purses = PurseRoom(self._connections)
        self.probe = StoreProbe(self._connections)
        self.quota_overrides = QuotaOverrideRoom(self._connections)
        self.receipts = ReceiptRoom(self._connections)
        self.reopening = ReopeningRoom(self._connections)
        self.series = SeriesRoom(self._connections)
        self.resting_signers = RestingSignerRoom(self._connections)
        self.retries = RetryRoom(self._connections)
        self.reward_stage = RewardStageRoom(self._connections)
        self.settlements = SettlementRoom(self._connections)
        self.signers = SignerRoom(self._connections)
        self.signs = SignRoom(self._connections)
        self.suspects = SuspectRoom(self._connections)
        self.switches = SwitchRoom(self._connections)
        self.tallies = TallyRoom(self._connections)
        self.ticket_uses = TicketUseRoom(self._connections)
        self.traces = TraceRoom(self._connections)
        self.trail = TrailRoom(self._connections)
        self.transactions = TransactionRoom(self._connections)
        self.validation_calls = ValidationCallRoom(self._connections)
        self.validations = ValidationRoom(self._connections)
        self.webhook_lists = WebhookListRoom(self._connections)
        self.webhooks = WebhookRoom(self._connections)
        self.withdrawals = WithdrawalRoom(self._connections)

    def migrate(self) -> None:
        """Bring the file to this version's schema; harmless when it is there already.

        Raises:
            StoreError: the file cannot be opened, a newer version of the relayer wrote it, or a
                worker of an older version is running on it.
        """
        try:
            with self._connections.transaction():
                database = self._connections.database
                newer = unknown_migrations(database)
                if newer:
                    raise StoreError(
                        f"the database {self.path} was written by a newer version of the relayer "
                        f"({', '.join(newer)}); upgrade the relayer or use another file"
                    )
                if migrations.pending(database) and migrations.applied(database):
                    self._require_no_worker()
                migrations.apply(database)
        except sqlite3.DatabaseError as error:
            reason = fault_of(error) or str(error)
            raise StoreError(f"cannot migrate the database {self.path}: {reason}") from error
        self.is_migrated = True

    def _require_no_worker(self) -> None:
        """Its statements are those of the schema that is there.

        Call it inside the migrating transaction: a worker that starts meanwhile takes its lock
        first and looks at the schema then, so one of the two sees the other.
        """
        if is_worked_on(self.path):
            raise StoreError(
                f"the database {self.path} has to be migrated, and a worker of an older version "
                "is running on it; stop the worker, then try again"
            )

    def pending_migrations(self) -> list[str]:
        """Return the versions of the schema that the file does not have yet.

        Raises:
            StoreError: the file cannot be opened, or a newer version of the relayer wrote it.
        """
        database = self._connections.database
        if unknown_migrations(database):
            raise StoreError(
                f"the database {self.path} was written by a newer version of the relayer; "
                "upgrade the relayer or use another file"
            )
        return [step.name for step in migrations.pending(database)]

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Run a block as one transaction that holds the write lock from its first line."""
        return self._connections.transaction()

    def snapshot(self) -> AbstractContextManager[sqlite3.Connection]:
        """Run a block that only reads over one state of the database; writers go on meanwhile."""
        return self._connections.snapshot()

    def quick_transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Run a block as one transaction that does not wait for the disk; see `flush`."""
        return self._connections.quick_transaction()

    def flush(self) -> None:
        """Return when every transaction that ended before this call is on the disk.

        Raises:
            StoreError: the disk does not take it.
        """
        self._connections.flush()

    def check(self) -> None:
        """Read one row.

        Raises:
            StoreError: the file is not readable or not migrated.
        """
        try:
            self.contributions.queued_count()
        except (sqlite3.Error, TypeError) as error:
            reason = fault_of(error) or str(error)
            raise StoreError(f"cannot read the database {self.path}: {reason}") from error

    def check_usable(self, now: float) -> None:
        """Read one row and write one, after bringing the file to its schema if that failed before.

        Raises:
            StoreError: the file cannot be read, written or migrated.
        """
        if not self.is_migrated:
            self.migrate()
        self.check()
        self.probe.check(now)

    def close(self) -> None:
        """Close all connections and give back every key."""
        self._connections.close()
        self.key_locks.close()
