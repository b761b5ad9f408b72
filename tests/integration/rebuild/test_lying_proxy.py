"""The commands, as processes of their own, against a proxy that changes a byte on its way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.integration.rebuild.lying_proxy import LyingProxy
from tests.integration.rebuild.scene import Scene
from tests.integration.rebuild.untrue_nodes import in_logs, swapped

BAYES = "naive-bayes"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-m", "relayer", *arguments, "--confirmations", "0"]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_a_byte_that_a_proxy_changes_is_named_and_no_dataset_is_written(
    scene: Scene, tmp_path: Path
) -> None:
    records = scene.batch(BAYES, 2)[2]
    # the last byte of the second record's first feature
    changed = records[:53] + bytes([records[53] ^ 0x40]) + records[54:]
    trainer = ("--trainer", scene.trainer(BAYES).address)
    with LyingProxy(scene.chain.url, eth_getLogs=in_logs(2, swapped(records, changed))) as proxy:
        verified = run(tmp_path, "verify", "--json", *trainer, "--rpc-url", proxy.url)
        exported = run(
            tmp_path, "export-dataset", "--out", "x.jsonl", *trainer, "--rpc-url", proxy.url
        )

    assert verified.returncode == 1
    found = json.loads(verified.stdout)["finding"]
    assert (found["batch_id"], found["record_index"], found["byte_index"]) == (2, 1, 25)
    assert exported.returncode == 1
    assert "batch 2, record 1, byte 25 (sample)" in exported.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_honest_proxy_changes_nothing(scene: Scene, tmp_path: Path) -> None:
    trainer = ("--trainer", scene.trainer(BAYES).address)
    with LyingProxy(scene.chain.url) as proxy:
        verified = run(tmp_path, "verify", "--json", *trainer, "--rpc-url", proxy.url)
    assert verified.returncode == 0, verified.stderr
    assert json.loads(verified.stdout)["agrees"]
