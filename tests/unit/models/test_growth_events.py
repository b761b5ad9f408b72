"""Events of growth are followed whatever name somebody gave to a label."""

from __future__ import annotations

from eth_abi.abi import encode

from relayer.chain.answers import Log
from relayer.chain.contracts import load_artifact
from relayer.models.growth import Growth, added_label
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from tests.house import make_deployment

GROWING = load_artifact("IGrowing").interface


def label_added(label: int, data: bytes) -> Log:
    topics = (GROWING.topic("LabelAdded"), label.to_bytes(32, "big"))
    return Log("0x" + "ab" * 20, topics, data, 1, "0x" + "00" * 32, 0)


def test_a_name_is_read_as_it_is() -> None:
    assert added_label(label_added(4, encode(["string"], ["Gewitter ⛈"]))) == (4, "Gewitter ⛈")


def test_a_name_that_is_no_text_still_makes_a_label() -> None:
    growth = Growth(make_deployment().trainers[0])
    model = NaiveBayes(NaiveBayesParameters(label_bound=8, inverse_alpha=4, vocabulary=128), 4)

    assert growth.apply(model, label_added(4, encode(["bytes"], [b"\xff\xfe"])))
    assert growth.apply(model, label_added(5, b"\x01"))

    assert model.label_count == 6
    assert growth.labels[4:] == ["\ufffd\ufffd", ""]


def test_another_event_is_no_new_label() -> None:
    features = Log("0x" + "ab" * 20, (GROWING.topic("FeaturesAdded"),), bytes(32), 1, "0x", 0)
    assert added_label(features) is None
    assert added_label(Log("0x" + "ab" * 20, (), b"", 1, "0x", 0)) is None
