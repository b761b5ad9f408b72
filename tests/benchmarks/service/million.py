"""The same service in front of a million rows that are done with."""

from __future__ import annotations

from pathlib import Path

from relayer.store import Store
from tests.benchmarks.service.accepting import OpenHouse, accept_rps
from tests.benchmarks.service.load import Load, LoadError, Result, get
from tests.benchmarks.service.players import Crowd, addresses
from tests.house import DOMAIN, LABELS, TRAINER

ROWS_PER_BATCH = 100
ROWS_PER_PLAYER = 64
LOOKS = 2_000
LOOKS_PER_S = 100.0
SCRAPES = 100
SCRAPES_PER_S = 10.0

_TRANSACTION = (
    "INSERT INTO transactions (id, kind, signer, nonce, to_address, data, gas_limit, status, "
    "created_at, mined_at, confirmed_at, block_number, block_hash, mined_hash, gas_used, "
    "effective_gas_price_wei, succeeded) VALUES "
    "(?1, 'add', '0xbench', ?1, '0xbench', x'', 1, 'confirmed', 1, 1, 1, 1, ?2, ?2, 1, '1', 1)"
)
_ATTEMPT = (
    "INSERT INTO attempts (transaction_id, hash, raw, max_fee_per_gas_wei, "
    "max_priority_fee_per_gas_wei, signed_at, broadcast_at, result) "
    "VALUES (?1, ?2, x'', '1', '1', 1, 1, 'accepted')"
)
_BATCH = (
    "INSERT INTO batches (id, transaction_id, trainer, item_count, status, chain_batch_id, "
    "added_at, closed_at) VALUES (?1, ?1, ?2, 100, 'closed', ?1, 1, 1)"
)
_CONTRIBUTION = (
    "INSERT INTO contributions (id, trainer, player, nonce, deadline_at, max_fee_gwei, label, "
    "sample, signature, status, reserved_gwei, accepted_at, updated_at, batch_id, item_index, "
    "record_index, stake_wei, outcome, reward_wei, fee_wei, fee_from_rewards_wei, settled_at) "
    "VALUES (?1, ?2, ?3, ?4, 1, 1, 1, zeroblob(20), zeroblob(64), 'settled', 100, 1, 1, ?5, ?6, "
    "?6, '1', 'refunded', '1', '1', '1', 1)"
)
_SETTLED = "UPDATE ledgers SET refunded = refunded + open_count, open_count = 0, charged_gwei = 0"


def measure(folder: Path, rows: int = 1_000_000) -> dict[str, float]:
    """Accepting and looking in front of this many settled contributions.

    Both stores, the empty one and the full one, are measured here, one after the other.
    """
    folder.mkdir()
    crowd = Crowd(DOMAIN, TRAINER, len(LABELS), first=10**7)
    with OpenHouse(folder) as house:
        empty_rps = accept_rps(house.port, crowd)
        fill(house.store, rows)
        full_rps = accept_rps(house.port, crowd)
        looks = [get(f"/v1/contributions/{row_id(n * rows // LOOKS)}") for n in range(LOOKS)]
        result = _look(house.port, looks, LOOKS_PER_S)
        metrics = _look(house.port, [get("/metrics")] * SCRAPES, SCRAPES_PER_S)
        ready = _look(house.port, [get("/readyz")] * SCRAPES, SCRAPES_PER_S)
        return {
            "accept_rps_1m_rows": full_rps,
            "accept_rps_0_rows_same_run": empty_rps,
            "status_p50_ms_1m_rows": result.percentile_ms(50),
            "status_p99_ms_1m_rows": result.percentile_ms(99),
            "metrics_p50_ms_1m_rows": metrics.percentile_ms(50),
            "readyz_p50_ms_1m_rows": ready.percentile_ms(50),
        }


def _look(port: int, requests: list[bytes], per_second: float) -> Result:
    load = Load(port, 4)
    result = load.paced(requests, per_second, len(requests) / per_second)
    load.close()
    if set(result.statuses) != {200}:
        raise LoadError(f"not everything could be looked at: {result.statuses}")
    return result


def fill(store: Store, rows: int) -> None:
    """Write settled contributions as they would be after months."""
    batches = rows // ROWS_PER_BATCH
    players = players_of(rows)
    with store.transaction() as connection:
        numbers = [(number, f"0x{number:064x}") for number in range(1, batches + 1)]
        connection.executemany(_TRANSACTION, numbers)
        connection.executemany(_ATTEMPT, numbers)
        connection.executemany(_BATCH, [(number, TRAINER) for number, _ in numbers])
    for start in range(0, rows, 100_000):
        with store.transaction() as connection:
            connection.executemany(
                _CONTRIBUTION,
                (
                    (
                        row_id(row),
                        TRAINER,
                        players[row // ROWS_PER_PLAYER],
                        row % ROWS_PER_PLAYER,
                        1 + row // ROWS_PER_BATCH,
                        row % ROWS_PER_BATCH,
                    )
                    for row in range(start, min(start + 100_000, rows))
                ),
            )
    with store.transaction() as connection:
        # They were inserted with their ends, which no trigger has seen.
        connection.execute(_SETTLED)


def players_of(rows: int) -> list[str]:
    """Who sent them, in the order of the rows."""
    return list(addresses(rows // ROWS_PER_PLAYER + 1))


def row_id(row: int) -> str:
    """An id as spread out as a hash."""
    return f"0x{(row * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**256:064x}"
