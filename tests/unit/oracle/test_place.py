"""Which oracle is meant, and with which key."""

from __future__ import annotations

from pathlib import Path

import pytest

from relayer.deployment import OracleEntry
from relayer.errors import SettingsError
from relayer.keys import create_keystore
from relayer.oracle.place import open_responder_key, place_of
from relayer.settings import Secret, Settings
from tests.house import OTHER_CONTRACT, TRAINER, make_deployment


def entry(address: str = TRAINER) -> OracleEntry:
    return OracleEntry(address=address, name="Topics", labels=["sport", "food"])


def test_the_only_oracle_of_the_deployment_is_meant() -> None:
    place = place_of(Settings(), make_deployment(oracles=[entry()]))
    assert (place.address, place.labels, place.first_block) == (TRAINER, ("sport", "food"), 1)


@pytest.mark.parametrize("entries", [[], [entry(), entry(OTHER_CONTRACT)]])
def test_none_or_several_are_not_guessed(entries: list[OracleEntry]) -> None:
    with pytest.raises(SettingsError, match=f"names {len(entries)} oracles"):
        place_of(Settings(), make_deployment(oracles=entries))


def test_one_of_several_is_named_whatever_its_case() -> None:
    deployment = make_deployment(oracles=[entry(), entry(OTHER_CONTRACT)])
    place = place_of(Settings(oracle_address=TRAINER.lower()), deployment)
    assert (place.address, place.labels) == (TRAINER, ("sport", "food"))


def test_an_oracle_of_somebody_else_has_no_names_for_labels() -> None:
    place = place_of(Settings(oracle_address=OTHER_CONTRACT), make_deployment())
    assert place.labels == ()


def test_an_address_must_be_one() -> None:
    with pytest.raises(SettingsError, match="oracle_address river"):
        place_of(Settings(oracle_address="river"), make_deployment())


def test_the_key_is_the_responders_own(tmp_path: Path) -> None:
    signer = create_keystore(tmp_path / "responder.json", "secret")
    settings = Settings(
        oracle_keystore=tmp_path / "responder.json", oracle_password=Secret("secret")
    )
    assert open_responder_key(settings).address == signer.address


def test_the_workers_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signer.json"
    settings = Settings(oracle_keystore=path, signer_keystore=path, oracle_password=Secret("x"))
    with pytest.raises(SettingsError, match="a key of its own"):
        open_responder_key(settings)


def test_a_missing_key_is_asked_for() -> None:
    with pytest.raises(SettingsError, match="set oracle_keystore"):
        open_responder_key(Settings())
