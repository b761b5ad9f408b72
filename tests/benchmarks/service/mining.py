"""From the queue into blocks: how fast, and how soon."""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path

import requests

from tests.benchmarks.service.stage import ONE_DAY_S, Stage

MINED = "SELECT count(*) FROM contributions WHERE status IN ('mined', 'confirmed', 'settled')"
HANDED_OVER = "SELECT count(*) FROM attempts WHERE broadcast_at IS NOT NULL"
FIRST_BROADCAST = "SELECT CAST(1000 * min(broadcast_at) AS INTEGER) FROM attempts"
LAST_MINED = "SELECT CAST(1000 * max(mined_at) AS INTEGER) FROM transactions"
#: As many pay for their transaction, so that they need not wait for company.
GROUP = 8
GROUPS = 20


def measure(folder: Path, contributions: int) -> dict[str, float]:
    """Contributions mined a second with one signer and with four, and the latency when idle.

    Args:
        folder: for the files of the stages.
        contributions: how many each run mines.
    """
    figures: dict[str, float] = {}
    for signers in (1, 4):
        stage = Stage(folder / f"signers-{signers}", signers)
        try:
            stage.start_worker()
            stage.pause_sending()
            stage.submit(stage.crowd(), contributions)
            stage.resume_sending()
            stage.wait_for(lambda: stage.count(MINED) >= contributions)  # noqa: B023
            took_ms = stage.count(LAST_MINED) - stage.count(FIRST_BROADCAST)
            name = "mined_per_s_1_signer" if signers == 1 else f"mined_per_s_{signers}_signers"
            figures[name] = 1000 * contributions / took_ms
            if signers == 1:
                figures |= _when_idle(stage)
        finally:
            stage.close()
    return figures


def restart(folder: Path, contributions: int = 10_000) -> dict[str, float]:
    """Seconds from starting a worker, after a kill with this many open, until it sends again."""
    stage = Stage(folder / "restart", 1)
    try:
        stage.start_worker()
        stage.pause_sending()
        stage.submit(stage.crowd(), contributions)
        stage.resume_sending()
        stage.wait_for(lambda: stage.count(MINED) >= contributions // 5)
        if stage.worker is not None:
            stage.worker.kill()
        handed_over, started_at = stage.count(HANDED_OVER), time.time()
        stage.start_worker()
        working_at = stage.wait_for(lambda: stage.count(HANDED_OVER) > handed_over)
        return {"restart_10k_s": working_at - started_at}
    finally:
        stage.close()


def _when_idle(stage: Stage) -> dict[str, float]:
    """Milliseconds from acceptance to the first broadcast, and to the block, when all is quiet."""
    broadcast_ms, mined_ms = [], []
    crowd = stage.crowd(first=10**6)
    for _ in range(GROUPS):
        group = crowd.contributions(GROUP, int(time.time()) + ONE_DAY_S)
        answer = requests.post(
            f"http://127.0.0.1:{stage.port}/v1/contributions",
            data=json.dumps({"contributions": group}),
            headers={"Content-Type": "application/json"},
            timeout=30,
        )
        answer.raise_for_status()
        shown = answer.json()["results"][0]["contribution"]
        accepted_ms, row = int(1000 * shown["accepted_at"]), shown["id"]
        transaction = (
            "FROM contributions JOIN batches ON batches.id = contributions.batch_id "
            "JOIN transactions ON transactions.id = batches.transaction_id "
            f"JOIN attempts ON attempts.transaction_id = transactions.id "
            f"WHERE contributions.id = '{row}'"
        )
        mined_at = f"SELECT CAST(1000 * mined_at AS INTEGER) {transaction}"
        broadcast_at = f"SELECT CAST(1000 * min(broadcast_at) AS INTEGER) {transaction}"
        stage.wait_for(lambda: _exists(stage, mined_at))  # noqa: B023
        broadcast_ms.append(stage.count(broadcast_at) - accepted_ms)
        mined_ms.append(stage.count(mined_at) - accepted_ms)
    return {
        "broadcast_p50_ms": statistics.median(broadcast_ms),
        "mined_p50_ms": statistics.median(mined_ms),
    }


def _exists(stage: Stage, query: str) -> bool:
    with stage.store.transaction() as connection:
        row = connection.execute(query).fetchone()
    return row is not None and row[0] is not None
