"""A game that embeds the relayer, worker and all, on a real chain, through the client alone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from eth_account import Account
from flask import Flask

from relayer import Relayer
from relayer.client import InProcessAdapter, NotCancellableError, RelayerClient
from relayer.keys import store_key
from relayer.settings import Secret
from tests.chain import Chain, chain, deployed_chain
from tests.house import assert_problem
from tests.pipeline import make_settings

__all__ = ["chain", "deployed_chain"]

PATIENCE_S = 60


@pytest.fixture
def game(chain: Chain, tmp_path: Path) -> Iterator[Flask]:
    keystore = tmp_path / "keys" / "relayer.json"
    store_key(keystore, chain.relayer_key, "opensesame")
    settings = make_settings(
        chain, tmp_path, signer_keystore=keystore, signer_password=Secret("opensesame"),
        confirmations=0,
    )  # fmt: skip
    game = Flask("game")
    relayer = Relayer(settings)
    relayer.init_app(game, url_prefix="/relayer", start_worker=True)
    yield game
    relayer.stop()


@pytest.fixture
def client(game: Flask) -> RelayerClient:
    session = requests.Session()
    session.mount("http://game", InProcessAdapter(game))
    client = RelayerClient("http://game/relayer", session=session)
    give_up_at = time.monotonic() + PATIENCE_S
    while not session.get("http://game/relayer/readyz").ok:
        assert time.monotonic() < give_up_at, session.get("http://game/relayer/readyz").text
        time.sleep(0.05)
    return client


def test_a_contribution_lives_its_whole_life(
    game: Flask, chain: Chain, client: RelayerClient
) -> None:
    account = Account.from_key(os.urandom(32))
    signed = client.sign_contribution(
        account, words=["fruit", "red", "tree"], label="apple", trainer="Hunch"
    )
    client.submit(signed)
    added = client.wait(signed.id, until="confirmed", timeout_s=PATIENCE_S)
    assert added["status"] == "confirmed"
    assert int(added["stake_wei"]) > 0
    assert [attempt["mined"] for attempt in added["transactions"]] == [True]
    with pytest.raises(NotCancellableError):
        client.cancel(signed)

    chain.pass_time(61)
    settled = client.wait(signed.id, until="settled", timeout_s=PATIENCE_S)
    assert settled["settlement"]["outcome"] == "refunded"
    assert int(settled["settlement"]["fee_wei"]) > 0
    assert settled["settlement"]["transaction_hash"].startswith("0x")
    assert client.batch(settled["batch_id"])["contributions"][0]["id"] == signed.id
    player = client.player(account.address)
    assert (player["next_nonce"], player["counts"]) == (1, {"settled": 1})


def test_the_model_is_published_and_its_tag_changes_only_with_it(
    game: Flask, chain: Chain, client: RelayerClient
) -> None:
    http, url = game.test_client(), f"/relayer/v1/models/{chain.trainer.address}"
    before = http.get(url)
    assert before.get_json()["docs"] == [0, 0, 0, 0]
    chain.mine(3)
    unchanged = http.get(url, headers={"If-None-Match": before.headers["ETag"]})
    assert (unchanged.status_code, unchanged.get_data()) == (304, b"")

    account = Account.from_key(os.urandom(32))
    signed = client.sign_contribution(account, words=["stone", "king"], label=2, trainer="Hunch")
    client.submit(signed)
    client.wait(signed.id, until="confirmed", timeout_s=PATIENCE_S)
    give_up_at = time.monotonic() + PATIENCE_S
    while client.model("Hunch")["docs"] != [0, 0, 1, 0]:
        assert time.monotonic() < give_up_at, client.model("Hunch")
        time.sleep(0.05)
    after = http.get(url, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    assert len(after.get_json()["counts"]) == 2
    assert len(client.model("Spam")["weights"]) == 1008


def test_a_second_worker_in_the_same_house_is_not_started(game: Flask) -> None:
    relayer: Relayer = game.extensions["relayer"]
    worker = relayer._worker
    relayer.start_worker()
    assert relayer._worker is worker


def test_problems_of_the_guest_stay_problems_with_its_worker_running(game: Flask) -> None:
    assert_problem(game.test_client().get("/relayer/v1/nothing"), 404, "not-found")
