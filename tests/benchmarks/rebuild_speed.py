"""How fast a model is rebuilt from chain data: `python -m tests.benchmarks.rebuild_speed`.

Starts a local chain, publishes batches of 100 records of five features in a trainer's name, and
runs `relayer verify` and `relayer export-dataset` over them, as a user would.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from relayer.chain.contracts import bind
from relayer.chain.wire import Record
from relayer.deployment import TrainerEntry
from tests.chain import ETHER, Chain, make_plan, start_chain

RECORDS_PER_BATCH = 100
FEATURES = 5
LABELS = 32
GAS = 25_000_000
#: The same for all: the Forwarder takes no change back outside of a batch of its own.
STAKE_WEI = 10**9


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=50_000)
    batch_count = parser.parse_args().records // RECORDS_PER_BATCH
    trainer = {
        "name": "Hunch",
        "labels": [f"label {number}" for number in range(LABELS)],
        "classifier": {"kind": "naive-bayes"},
        "mechanism": {"min_stake_wei": STAKE_WEI, "max_stake_wei": STAKE_WEI},
    }
    with tempfile.TemporaryDirectory(prefix="on-the-house-") as folder:
        plan = make_plan(trainers=[trainer])
        chain = start_chain(Path(folder), "--gas-limit", "60000000", plan=plan)
        try:
            teach(chain, batch_count)
            for line in measure(chain, Path(folder), batch_count):
                print(line, flush=True)
        finally:
            chain.anvil.stop()


def teach(chain: Chain, batch_count: int) -> None:
    """Add batches as the Forwarder does; who signed is not looked at by the trainer."""
    chance, entry = random.Random(7), chain.trainer
    forwarder = chain.deployment.forwarder
    chain.node.request("anvil_impersonateAccount", [forwarder])
    chain.node.request("anvil_setBalance", [forwarder, hex(10**6 * ETHER)])
    trainer = bind("CollaborativeTrainer", entry.address).interface
    for number in range(batch_count):
        records = b"".join(record(chance).pack() for _ in range(RECORDS_PER_BATCH))
        call = trainer.encode("addBatch", records, RECORDS_PER_BATCH, bytes(32))
        fields = {"from": forwarder, "to": entry.address, "data": "0x" + call.hex()}
        fields |= {"gas": hex(GAS), "value": hex(RECORDS_PER_BATCH * STAKE_WEI)}
        sent = chain.node.request("eth_sendTransaction", [fields])
        if not chain.anvil.await_receipt(sent).succeeded:
            raise RuntimeError(f"batch {number + 1} was not added")
    chain.mine(2)


def record(chance: random.Random) -> Record:
    """A record whose words follow from its label, mostly."""
    label = chance.randrange(LABELS)
    words = chance.sample(range(label * 50, label * 50 + 200), FEATURES)
    sample = b"".join(word.to_bytes(2, "big") for word in sorted(words))
    return Record("0x" + chance.randbytes(20).hex(), label, sample)


def measure(chain: Chain, folder: Path, batch_count: int) -> Iterator[str]:
    """Run the commands, with and without events downloaded before."""
    count = batch_count * RECORDS_PER_BATCH
    export = ["export-dataset", "--out", str(folder / "data.jsonl")]
    journal = ["--journal", str(folder / "events.db")]
    for title, arguments in (
        ("verify", ["verify", "--json"]),
        ("export-dataset", export),
        ("verify --journal, first run", ["verify", "--json", *journal]),
        ("verify --journal, second run", ["verify", "--json", *journal]),
        ("verify --dataset", ["verify", "--json", "--dataset", str(folder / "data.jsonl")]),
    ):
        used_s = processor_time_s()
        duration_s, result = run(chain, chain.trainer, folder, arguments)
        used_s = processor_time_s() - used_s
        rate = f"{count / duration_s:,.0f} records/s ({used_s:.1f} s of processor time)"
        words = f", {result['words']:,} words" if result else ""
        yield f"{title}: {count:,} records{words} in {duration_s:.1f} s, {rate}"
    size = (folder / "data.jsonl").stat().st_size
    yield f"dataset: {size / count:.0f} bytes a line"


def processor_time_s() -> float:
    """What the commands have used so far; other work on the machine does not count."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(
    chain: Chain, entry: TrainerEntry, folder: Path, arguments: list[str]
) -> tuple[float, dict[str, Any]]:
    """Run a command as a process of its own; return its duration and what it printed."""
    command = [sys.executable, "-m", "relayer", *arguments, "--quiet"]
    command += ["--trainer", entry.address, "--rpc-url", chain.url]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    started_at = time.monotonic()
    result = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    duration_s = time.monotonic() - started_at
    return duration_s, json.loads(result.stdout) if result.stdout else {}


if __name__ == "__main__":
    main()
