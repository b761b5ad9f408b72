"""What a transaction asks for and what a contribution teaches, in words; whatever the bytes are."""

from __future__ import annotations

import pytest

from relayer.chain.contracts import load_artifact
from relayer.ops.dossier.calls import decode_call, read_sample
from tests.house import CENTROID, FORWARDER, STRANGER, TRAINER, make_deployment

FORWARDER_CALLS = load_artifact("Forwarder").interface
ENTRIES = make_deployment().trainers_by_address


def test_a_call_is_told_with_its_arguments() -> None:
    data = FORWARDER_CALLS.encode("withdrawCredit", STRANGER, 5)
    call = decode_call(data)
    assert call is not None
    assert (call.contract, call.function) == ("Forwarder", "withdrawCredit")
    assert [(each.name, each.value) for each in call.arguments] == [
        ("to", STRANGER),
        ("amountWei", "5"),
    ]


def test_members_of_structs_are_arguments_of_their_own() -> None:
    request = (STRANGER, STRANGER, 7, 0, 9, 1)
    data = FORWARDER_CALLS.encode("withdrawFor", request, bytes(32), bytes(32), [STRANGER])
    call = decode_call(data)
    assert call is not None
    words = {each.name: each.value for each in call.arguments}
    assert words["collectFrom"] == STRANGER
    assert all("." in name for name in words if name.startswith("request"))
    assert len([name for name in words if name.startswith("request.")]) == 6


@pytest.mark.parametrize("data", [b"", b"\x01", bytes(4), b"\xff" * 400])
def test_bytes_that_mean_nothing_are_no_call(data: bytes) -> None:
    assert decode_call(data) is None


def test_a_call_that_is_cut_off_is_none() -> None:
    whole = FORWARDER_CALLS.encode("addBatch", FORWARDER, TRAINER, b"\x01\x02")
    assert decode_call(whole[:70]) is None
    framed = decode_call(whole)
    assert framed is not None
    assert framed.items == (), "its items end inside an item"


def test_samples_are_told_in_the_form_of_their_model() -> None:
    words = read_sample(b"\x00\x05\x01\x00", 2, ENTRIES[TRAINER.lower()], None)
    assert (words.form, tuple(words.numbers), words.label_name) == ("features", (5, 256), "castle")
    vector = read_sample(b"\xff\xff\x00\x02\x00\x03", 9, ENTRIES[CENTROID.lower()], None)
    assert (vector.form, tuple(vector.numbers), vector.label_name) == ("numbers", (-1, 2, 3), None)
    unknown = read_sample(b"\x07", 0, None, None)
    assert (unknown.form, unknown.raw, unknown.fault) == ("bytes", "0x07", None)


@pytest.mark.parametrize("sample", [b"", b"\x00", b"\x00\x05\x00\x05", b"\x00\x05\x00\x01"])
def test_a_sample_that_does_not_fit_is_told_with_its_fault(sample: bytes) -> None:
    view = read_sample(sample, 0, ENTRIES[TRAINER.lower()], None)
    assert view.fault
    assert view.raw == f"0x{sample.hex()}"
