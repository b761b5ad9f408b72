"""The code of the page about embedding, run as it stands there."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from flask import Flask

from relayer import Relayer
from relayer.client import RelayerClient
from relayer.keys import store_key
from tests.chain import Chain, chain, deployed_chain

__all__ = ["chain", "deployed_chain"]

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "embed-in-your-app.md"
PATIENCE_S = 60


def test_the_code_of_the_page_carries_a_contribution_to_the_chain(
    chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_key(tmp_path / "keys" / "relayer.json", chain.relayer_key, "opensesame")
    (tmp_path / "password").write_text("opensesame")
    (tmp_path / "relayer.toml").write_text(
        f'deployment = "{chain.deployment_path}"\nrpc_url = "{chain.url}"\n'
        "confirmations = 0\nmax_wait_s = 0.0\npoll_interval_s = 0.05\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELAYER_SIGNER_PASSWORD_FILE", str(tmp_path / "password"))
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    page: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), page)  # noqa: S102 - our own page
    app, relayer, client = page["app"], page["relayer"], page["client"]
    assert isinstance(app, Flask)
    assert isinstance(relayer, Relayer)
    assert isinstance(client, RelayerClient)
    try:
        give_up_at = time.monotonic() + PATIENCE_S
        while (ready := app.test_client().get("/relayer/readyz")).status_code != 200:
            assert time.monotonic() < give_up_at, ready.text
            time.sleep(0.05)
        account = Account.create()
        signed = client.sign_contribution(
            account, words=["fruit", "red"], label="apple", trainer="Hunch"
        )
        client.submit(signed)
        added = client.wait(signed.id, until="confirmed", timeout_s=PATIENCE_S)
        assert added["status"] == "confirmed"
        assert (tmp_path / "game-relayer.db").is_file()
    finally:
        relayer.stop()
