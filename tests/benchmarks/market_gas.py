"""What whole prediction markets take in gas, by model and length of the samples.

    python -m tests.benchmarks.market_gas [--write]

Plays markets on a local chain through the relayer's own worker, in steps below its usual 5 million
gas, and prints what each step took; `--write` keeps the figures in
`contracts/snapshots/markets.json`, which simulations reckon with. Samples are drawn uniformly out
of 960 words. In each market 1, 10 and 40 contributions come in a batch each. New storage words of
adding are left out at the price that the Forwarder pays for them apart.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from relayer.intake.fees import NEW_SLOT_UNITS
from relayer.market.view import Phase
from tests.chain import Chain, Player, make_plan, start_chain
from tests.fair import Fair, make_market, true_label
from tests.pipeline import Pipeline

SNAPSHOT = Path(__file__).resolve().parents[2] / "contracts/snapshots/markets.json"
BATCHES = (1, 10, 40)
WORDS = 960
PLAYERS = 10
PIECE_RECORDS = 16
RICH_WEI = 10**24
PROVIDER_S = ("commit", "open", "reveal", "claim")
#: Model, features of a sample, records that score.
MARKETS = (
    ("naive-bayes", 5, 64),
    ("naive-bayes", 5, 320),
    ("naive-bayes", 20, 64),
    ("naive-bayes", 20, 320),
    ("naive-bayes", 64, 64),
    ("naive-bayes", 64, 320),
    ("sparse-perceptron", 10, 64),
    ("sparse-perceptron", 10, 320),
    ("sparse-perceptron", 64, 64),
    ("sparse-perceptron", 64, 320),
)
CLASSIFIERS: dict[str, dict[str, Any]] = {
    "naive-bayes": {"kind": "naive-bayes"},
    "sparse-perceptron": {"kind": "sparse-perceptron", "feature_count": 1_008},
}


class LongFair(Fair):
    """A market over samples of any length, for models that know any word."""

    @property
    def feature_count(self) -> int:
        """Words that samples are drawn from."""
        return WORDS

    def bring(self, count: int) -> list[str]:
        """Contributions for one batch."""
        dice, deadline = random.Random(count), self.chain.now() + 5_000
        signed = []
        for index in range(count):
            number = index % PLAYERS
            player = self.people.setdefault(number, Player(number, self.chain.domain))
            features = self._sample(dice)
            label = true_label(features, WORDS)
            signed.append(
                player.contribute(
                    self.entry.address, deadline=deadline, label=label, features=features
                )
            )
        return self.pipeline.queue(signed)


def play(kind: str, features: int, test_samples: int) -> Iterator[tuple[str, int]]:
    """Play a market to its end; yields the name of each figure and its gas."""
    rules = {
        "grouped": True,
        "max_contributions": sum(BATCHES),
        "expected_test_samples": test_samples,
        "expected_sample_features": features,
    }
    market = make_market("Measured", **rules) | {"classifier": CLASSIFIERS[kind]}
    plan = make_plan(trainers=[make_plan().trainers[0].model_dump(), market])
    with tempfile.TemporaryDirectory() as folder:
        chain = start_chain(Path(folder), plan=plan)
        try:
            yield from _play(chain, Path(folder), features, test_samples)
        finally:
            chain.anvil.stop()


def _play(
    chain: Chain, folder: Path, features: int, test_samples: int
) -> Iterator[tuple[str, int]]:
    pipeline = Pipeline.start(chain, folder)
    fair = LongFair(
        chain,
        pipeline,
        folder,
        "Measured",
        test_samples + PIECE_RECORDS,
        PIECE_RECORDS,
        sample_features=features,
    )
    chain.node.request("anvil_setBalance", [chain.relayer, hex(RICH_WEI)])
    fair.open()
    ids: list[str] = []
    for count in BATCHES:
        brought = fair.bring(count)
        pipeline.run_until(pipeline.all_are(brought, "confirmed"))
        ids += brought
        yield f"add_n{count}", _added_gas(pipeline, brought[0])
    if fair.view.phase is Phase.PARTICIPATION:
        fair.end_participation()
    fair.reveal()
    while fair.view.phase is not Phase.CLOSED:
        pipeline.step()
        chain.mine()
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    yield from _steps(pipeline)
    yield from _settled(pipeline)
    fair.provider().claim()
    yield from _provider_s(chain, fair)


def _added_gas(pipeline: Pipeline, contribution_id: str) -> int:
    (row,) = pipeline.rows([contribution_id])
    batch = pipeline.store.batches.get(row.batch_id or 0)
    assert batch is not None
    header, terms = json.loads(batch.header or ""), json.loads(batch.terms or "")
    transaction = pipeline.store.transactions.get(batch.transaction_id)
    assert transaction is not None
    new: int = terms["newPlayers"] + header["newSlots"]
    return int(transaction.gas_used or 0) - new * NEW_SLOT_UNITS


def _steps(pipeline: Pipeline) -> Iterator[tuple[str, int]]:
    with pipeline.store.transaction() as connection:
        rows = connection.execute(
            "SELECT m.step, sum(t.gas_used), count(*) FROM market_steps AS m "
            "JOIN transactions AS t ON t.id = m.transaction_id GROUP BY m.step"
        ).fetchall()
    for step, gas, count in rows:
        yield step, gas
        yield f"{step}_steps", count


def _settled(pipeline: Pipeline) -> Iterator[tuple[str, int]]:
    with pipeline.store.transaction() as connection:
        rows = connection.execute(
            "SELECT sum(t.gas_used), count(*), max(s.batch_id) FROM settlements AS s "
            "JOIN transactions AS t ON t.id = s.transaction_id GROUP BY s.batch_id"
        ).fetchall()
    for count, row in zip(BATCHES, rows, strict=True):
        yield f"settle_n{count}", row[0]


def _provider_s(chain: Chain, fair: Fair) -> Iterator[tuple[str, int]]:
    """What the provider's own transactions took, by what they called."""
    totals: dict[str, int] = {}
    for number in range(chain.node.head().number + 1):
        block = chain.node.request("eth_getBlockByNumber", [hex(number), True])
        for transaction in block["transactions"]:
            called = fair.contract.interface.decode_call(bytes.fromhex(transaction["input"][2:]))
            if called is None or called[0] not in PROVIDER_S:
                continue
            receipt = chain.node.receipt(transaction["hash"])
            assert receipt is not None
            totals[called[0]] = totals.get(called[0], 0) + receipt.gas_used
    yield from totals.items()


def main() -> int:
    """Measure; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="keep the figures")
    parser.add_argument("--only", default="", help="markets whose name begins so")
    options = parser.parse_args()
    figures: dict[str, int] = json.loads(SNAPSHOT.read_text("utf-8")) if SNAPSHOT.exists() else {}
    for kind, features, test_samples in MARKETS:
        name = f"{kind.replace('-', '_')}_f{features}_t{test_samples}"
        if not name.startswith(options.only):
            continue
        for figure, gas in play(kind, features, test_samples):
            figures[f"{name}_{figure}"] = gas
            print(f"{name}_{figure}: {gas:,}", flush=True)
        if options.write:
            SNAPSHOT.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
