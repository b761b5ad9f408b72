"""The worked example on a real chain: embed, deploy, sign, submit, batch, predict for nothing."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from eth_account import Account
from flask import Flask

from relayer import Relayer
from relayer.client import InProcessAdapter, RelayerClient
from relayer.keys import store_key
from relayer.models.chain_reading import read_model
from relayer.models.nearest_centroid import NearestCentroid
from relayer.models.sentence_embeddings import (
    DIMENSION,
    SENTENCES,
    ask_contract,
    contribute,
    main,
    sentence_encoder,
    train_and_predict,
)
from relayer.settings import Secret
from tests.chain import Chain, make_plan, start_chain
from tests.pipeline import make_settings

PATIENCE_S = 60


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    """A chain whose only trainer has the example's model."""
    topics = {
        "name": "Topics",
        "labels": list(SENTENCES),
        "classifier": {"kind": "nearest-centroid", "dimension": DIMENSION},
    }
    chain = start_chain(tmp_path, plan=make_plan(trainers=[topics]))
    yield chain
    chain.anvil.stop()


@pytest.fixture
def client(chain: Chain, tmp_path: Path) -> Iterator[RelayerClient]:
    """A client of a relayer with its worker."""
    keystore = tmp_path / "relayer.json"
    store_key(keystore, chain.relayer_key, "opensesame")
    settings = make_settings(
        chain, tmp_path, signer_keystore=keystore, signer_password=Secret("opensesame")
    )
    game, relayer = Flask("game"), Relayer(settings)
    relayer.init_app(game, url_prefix="/relayer", start_worker=True)
    session = requests.Session()
    session.mount("http://game", InProcessAdapter(game))
    give_up_at = time.monotonic() + PATIENCE_S
    while not session.get("http://game/relayer/readyz").ok:
        assert time.monotonic() < give_up_at, session.get("http://game/relayer/readyz").text
        time.sleep(0.05)
    yield RelayerClient("http://game/relayer", session=session)
    relayer.stop()


def test_contract_tells_what_sentences_are_about_that_it_never_saw(
    chain: Chain, client: RelayerClient
) -> None:
    encoder = sentence_encoder()
    contribute(client, Account.create(), encoder, SENTENCES)
    outcomes = ask_contract(chain.node, client, encoder, SENTENCES)
    assert outcomes == train_and_predict(encoder, SENTENCES)
    assert all(label == predicted for _, label, predicted in outcomes)
    stored = read_model(chain.node, chain.deployment.trainers[0], chain.node.head().number)
    assert isinstance(stored, NearestCentroid)
    assert stored.counts == [2, 2, 2]


def test_embedding_needs_no_network(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert main([]) == 0
    assert capsys.readouterr().out.endswith("6 of 6 right\n")
