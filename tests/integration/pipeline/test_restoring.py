"""An old copy of the database is put back: what was sent since is not sent again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from relayer.clock import ManualClock
from relayer.store.backup import write_backup
from sample_game.demo.chain_book import ChainBook
from sample_game.demo.ledger import read_ledger
from tests.chain import Chain
from tests.pipeline import Pipeline


def start(chain: Chain, folder: Path) -> Pipeline:
    return Pipeline.start(chain, folder, clock=ManualClock(float(chain.now())))


def put_back(copy: Path, folder: Path) -> None:
    """As the page tells: everything stopped, the files beside the database gone, the copy in."""
    for leftover in folder.glob("relayer.db*"):
        leftover.unlink()
    shutil.copyfile(copy, folder / "relayer.db")


def events(chain: Chain, name: str) -> list[dict[str, Any]]:
    topic = "0x" + chain.forwarder.interface.topic(name).hex()
    logs = chain.node.logs([chain.forwarder.address], [topic], 0, chain.node.head().number)
    decoded = [chain.forwarder.interface.decode_event(entry) for entry in logs]
    return [event[1] for event in decoded if event is not None]


def added(chain: Chain) -> int:
    return sum(event["acceptedMap"].bit_count() for event in events(chain, "BatchAdded"))


def assert_books_balance(chain: Chain) -> None:
    head = chain.node.head().number
    book = ChainBook(chain.deployment.forwarder, 0)
    book.read(chain.node, head)
    mechanisms = [entry.mechanism for entry in chain.deployment.trainers]
    assert read_ledger(chain.node, book, mechanisms, head).books_balance


def nothing_under_way(pipeline: Pipeline) -> Callable[[], bool]:
    """A condition for `run_until`."""
    return lambda: not set(pipeline.counts()) & {"queued", "sent", "mined"}


def test_nothing_that_was_sent_since_the_copy_is_sent_again(chain: Chain, tmp_path: Path) -> None:
    pipeline = start(chain, tmp_path)
    done = pipeline.queue(pipeline.contributions(4))
    pipeline.run_until(pipeline.all_are(done, "confirmed"))
    chain.stop_mining()
    under_way = pipeline.queue(pipeline.contributions(3, first_player=10))
    pipeline.step()
    queued = pipeline.queue(pipeline.contributions(5, first_player=20))
    copy = tmp_path / "copy.db"
    write_backup(tmp_path / "relayer.db", copy)
    chain.go_on_mining()
    chain.mine()
    pipeline.run_until(pipeline.all_are(under_way + queued, "confirmed"))
    lost_signed = pipeline.contributions(2, first_player=30)
    lost = pipeline.queue(lost_signed)
    pipeline.run_until(pipeline.all_are(lost, "confirmed"))
    pipeline.worker.close()
    assert added(chain) == 14
    used = chain.node.transaction_count(chain.relayer)

    put_back(copy, tmp_path)
    pipeline = start(chain, tmp_path)
    assert pipeline.statuses(queued) == ["queued"] * 5
    pipeline.run_until(nothing_under_way(pipeline))
    assert pipeline.statuses(done + under_way + queued + lost) == ["confirmed"] * 14
    assert [row.signature for row in pipeline.rows(lost)] == [each[1] for each in lost_signed]
    assert chain.node.transaction_count(chain.relayer) == used, "no transaction was sent at all"

    fresh = pipeline.queue(pipeline.contributions(3, first_player=40))
    pipeline.run_until(pipeline.all_are(fresh, "confirmed"))
    assert (added(chain), events(chain, "ItemSkipped")) == (17, [])
    chain.pass_time(61)
    pipeline.run_until(pipeline.all_are(done + under_way + queued + lost + fresh, "settled"))
    assert chain.tank()["reservedWei"] == 0, "all that was reserved is collected or given back"
    assert_books_balance(chain)


def test_a_nonce_whose_transaction_only_the_node_remembers_serves_once(
    chain: Chain, tmp_path: Path
) -> None:
    pipeline = start(chain, tmp_path)
    pipeline.step()
    queued = pipeline.queue(pipeline.contributions(5))
    copy = tmp_path / "copy.db"
    write_backup(tmp_path / "relayer.db", copy)
    chain.stop_mining()
    pipeline.step()
    assert pipeline.statuses(queued) == ["sent"] * 5
    pipeline.worker.close()

    put_back(copy, tmp_path)
    clock = ManualClock(float(chain.now()))
    pipeline = Pipeline.start(chain, tmp_path, clock=clock)
    pipeline.queue(pipeline.contributions(3, first_player=20))
    pipeline.step()
    chain.go_on_mining()
    for _ in range(40):
        chain.mine()
        pipeline.step()
        clock.advance(6)
    assert (added(chain), events(chain, "ItemSkipped")) == (8, [])
    assert nothing_under_way(pipeline)()
    assert_books_balance(chain)
