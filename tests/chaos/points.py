"""Named points between the steps whose order the promises rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.chaos.fuse import Moment, Point

BEFORE, AFTER = Moment.BEFORE, Moment.AFTER

#: Where the worker is killed.
WORKER: Final[Mapping[str, Point]] = {
    "nonce taken, not committed": Point(
        "relayer.store.signers", "SignerRoom.take_nonce", AFTER, count=2
    ),
    "batch and nonce stored": Point("relayer.send.sender", "Sender.send", BEFORE, count=2),
    "signed, not stored": Point("relayer.keys.signer", "Signer.sign", AFTER),
    "attempt stored": Point("relayer.store.transactions", "TransactionRoom.add_attempt", AFTER),
    "about to broadcast": Point("relayer.chain.pool", "NodePool.send_raw", BEFORE, count=2),
    "one node has it": Point("relayer.chain.node", "Node.send_raw", AFTER, count=3),
    "broadcast, answer not noted": Point("relayer.chain.pool", "NodePool.send_raw", AFTER, count=2),
    "answer noted, not committed": Point(
        "relayer.store.transactions", "TransactionRoom.note_broadcast", AFTER
    ),
    "sent": Point("relayer.send.sender", "Sender.send", AFTER),
    "fee bumped": Point("relayer.send.sender", "Sender.bump", AFTER),
    "stored bytes sent again": Point("relayer.send.sender", "Sender.rebroadcast", AFTER),
    "receipts about to be recorded": Point("relayer.watch.watcher", "Watcher.record", BEFORE),
    "receipt recorded, not committed": Point(
        "relayer.store.receipts", "ReceiptRoom.note_mined", AFTER
    ),
    "block dropped, not committed": Point(
        "relayer.store.receipts", "ReceiptRoom.note_unmined", AFTER
    ),
    "batch confirmed, not committed": Point(
        "relayer.store.outcomes", "OutcomeRoom.confirm_batch", AFTER
    ),
    "settlement stored, not committed": Point(
        "relayer.store.settlements", "SettlementRoom.insert", AFTER
    ),
    "settlement recorded, not committed": Point(
        "relayer.store.settlements", "SettlementRoom.record", AFTER
    ),
    "refilled": Point("relayer.send.purses", "Purses._send", AFTER),
    "blocks scanned": Point("relayer.settle.scanner", "SettlementScanner.step", AFTER, count=3),
}

#: Where the web is killed.
WEB: Final[Mapping[str, Point]] = {
    "accepted, not committed": Point(
        "relayer.store.contributions", "ContributionRoom.insert", AFTER, count=4
    ),
    "accepted, not answered": Point("relayer.intake.gathering", "Gathering.submit", AFTER, count=4),
    "signature checked": Point("relayer.intake.gathering", "Gathering.submit", BEFORE, count=4),
}

#: Folders in which the worker may be killed before any line.
WORKER_FOLDERS: Final = (
    "relayer/send",
    "relayer/watch",
    "relayer/settle",
    "relayer/batch",
    "relayer/store",
    "relayer/keys",
)
#: Folders in which the web may be killed before any line.
WEB_FOLDERS: Final = ("relayer/intake", "relayer/store", "relayer/api")
