"""Validations with the kit for game backends."""

from __future__ import annotations

import pytest
import requests
from eth_account import Account

from relayer.client import (
    InProcessAdapter,
    NotCancellableError,
    RelayerClient,
    RelayerClientError,
    ValidationRefusedError,
)
from tests.parlour import Parlour

ANNA, BEN = 1, 2
HOUSE = "http://house.invalid"


def client_of(parlour: Parlour) -> RelayerClient:
    session = requests.Session()
    session.mount(HOUSE, InProcessAdapter(parlour.app))
    return RelayerClient(HOUSE, session=session)


def test_client_signs_and_follows_a_validation(parlour: Parlour) -> None:
    client, ben = client_of(parlour), Account.from_key(parlour.player(BEN).key)
    of_anna, _ = parlour.contribute(ANNA, BEN)
    signed = client.sign_validation(ben, client.contribution(of_anna))
    validation = client.submit_validation(signed)
    assert validation["id"] == signed.id
    parlour.run_until_final(signed.id)
    assert client.validation(signed.id)["status"] == "confirmed"
    with pytest.raises(NotCancellableError):
        client.cancel_validation(signed)


def test_client_names_what_is_refused_and_sends_the_rest(parlour: Parlour) -> None:
    client, ben = client_of(parlour), Account.from_key(parlour.player(BEN).key)
    of_anna, of_ben = parlour.contribute(ANNA, BEN)
    good = client.sign_validation(ben, client.contribution(of_anna))
    own = client.sign_validation(ben, client.contribution(of_ben))
    taken, refused = client.submit_validations([good, own])
    assert isinstance(taken, dict)
    assert taken["status"] == "queued"
    assert isinstance(refused, ValidationRefusedError)
    assert refused.code == "own-contribution"
    assert client.cancel_validation(good)["status"] == "cancelled"


def test_client_signs_nothing_for_a_contribution_without_a_number(parlour: Parlour) -> None:
    client, ben = client_of(parlour), Account.from_key(parlour.player(BEN).key)
    (queued,) = parlour.queue(ANNA)
    parlour.pipeline.step()
    with pytest.raises(RelayerClientError, match="once it is confirmed"):
        client.sign_validation(ben, client.contribution(queued))
