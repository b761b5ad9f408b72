"""Bindings: what is encoded is decoded again, structs by name."""

from __future__ import annotations

import pytest

from relayer.chain.answers import Log
from relayer.chain.contracts import load_artifact
from relayer.chain.errors import ArtifactError
from relayer.chain.keccak import keccak

PLAYER = "0x8617E340B3D01FA5F11F306F4090FD50E238070D"


def test_missing_artifact_names_the_remedy() -> None:
    with pytest.raises(ArtifactError, match="Reinstall"):
        load_artifact("NoSuchContract")


def test_unknown_member_is_refused() -> None:
    with pytest.raises(ArtifactError, match="no function"):
        load_artifact("Forwarder").interface.encode("noSuchFunction")


def test_answers_of_another_contract_are_refused() -> None:
    with pytest.raises(ArtifactError, match="deployment file"):
        load_artifact("Forwarder").interface.decode("tank", b"\x01")


def test_player_event_decodes_by_name() -> None:
    interface = load_artifact("Forwarder").interface
    log = Log(
        address=PLAYER,
        topics=(
            interface.topic("Withdrawn"),
            bytes(12) + bytes.fromhex(PLAYER[2:]),
            bytes(12) + bytes.fromhex(PLAYER[2:]),
        ),
        data=(7).to_bytes(32, "big") + (2).to_bytes(32, "big"),
        block_number=1,
        transaction_hash="0x00",
        log_index=0,
    )
    name, event = interface.decode_event(log) or ("", {})
    assert name == "Withdrawn"
    assert event == {"player": PLAYER, "to": PLAYER, "amountWei": 7, "feeWei": 2}


def test_custom_errors_decode_and_foreign_ones_do_not() -> None:
    interface = load_artifact("Forwarder").interface
    error = load_artifact("Forwarder").abi
    assert any(entry["type"] == "error" for entry in error)
    assert interface.decode_error(b"\xde\xad\xbe\xef") is None
    assert interface.decode_error(b"") is None


def test_errors_and_events_that_cannot_be_read_are_told_apart_from_those_that_can() -> None:
    interface = load_artifact("Forwarder").interface
    assert interface.decode_error(keccak(b"TankPaused(address)")[:4] + b"\x01") is None
    log = Log(
        address=PLAYER,
        topics=(interface.topic("BatchAdded"), *[b"\x00" * 32] * 3),
        data=b"\x01",
        block_number=1,
        log_index=0,
        transaction_hash="0x",
    )
    with pytest.raises(ArtifactError, match="cannot be read"):
        interface.decode_event(log)
