"""An hour's worth of load, played as fast as the machine can: what do web and worker weigh?

Every contribution comes with a request of its own, is mined, confirmed and settled. The weight is
taken after each quarter; what still grows in the last two is a leak.
"""

from __future__ import annotations

import time
from pathlib import Path

from tests.benchmarks.service.load import Load, LoadError
from tests.benchmarks.service.mining import MINED
from tests.benchmarks.service.stage import CONNECTIONS, ONE_DAY_S, WAIT_S, Stage

#: A busy house: four rounds of five players each second.
RATE_PER_S = 20
HOUR_S = 3_600
QUARTERS = 4
#: So short that what a quarter brings is settled while the next ones come.
WAITS = {"refund_wait_s": 20, "forfeit_wait_s": 60}
SETTLED = "SELECT count(*) FROM contributions WHERE status = 'settled'"
#: Settling a record at its turn is not the point here, but it has to happen.
ENVIRONMENT = {"RELAYER_SETTLE_MAX_DELAY_S": "20"}


def measure(folder: Path, contributions: int = RATE_PER_S * HOUR_S) -> dict[str, float]:
    """Memory of web and worker after each quarter of this many contributions.

    Args:
        folder: for the files of the stage.
        contributions: how many come, are mined and settled.
    """
    stage = Stage(folder / "hour", 1, waits=WAITS, environment=ENVIRONMENT)
    figures: dict[str, float] = {"hour_contributions": contributions}
    began_at = time.monotonic()
    try:
        stage.start_worker()
        with stage.time_passing():
            for quarter in range(1, QUARTERS + 1):
                until = contributions * quarter // QUARTERS
                _play(stage, until - contributions * (quarter - 1) // QUARTERS, quarter)
                stage.wait_for(lambda: stage.count(MINED) >= until)  # noqa: B023
                if quarter == QUARTERS:
                    stage.wait_for(lambda: stage.count(SETTLED) >= contributions)
                figures |= _weights(stage, f"_{100 * quarter // QUARTERS}_percent")
        figures |= _weights(stage, "") | {"hour_took_s": time.monotonic() - began_at}
        return figures
    finally:
        stage.close()


def _play(stage: Stage, count: int, quarter: int) -> None:
    requests = stage.crowd(first=quarter * 10**7).singles(count, int(time.time()) + ONE_DAY_S)
    load = Load(stage.port, CONNECTIONS)
    result = load.flat_out(requests, WAIT_S)
    load.close()
    if set(result.statuses) != {202} or result.sent != count:
        raise LoadError(f"not everything was accepted: {result.statuses}")


def _weights(stage: Stage, suffix: str) -> dict[str, float]:
    worker_mb = stage.worker.weight_mb() if stage.worker else 0.0
    return {
        f"web_rss_mb{suffix}": stage.web.weight_mb(),
        f"worker_rss_mb{suffix}": worker_mb,
    }
