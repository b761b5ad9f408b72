"""A wrong byte is found wherever it is, and named."""

from pathlib import Path
from typing import Any

import pytest

from relayer.chain.contracts import bind, load_artifact
from relayer.rebuild.errors import Discrepancy
from relayer.rebuild.finding import Finding, Subject
from relayer.rebuild.replay import FORMS, begin_replay
from tests.chain import DEPLOYER_KEY
from tests.integration.rebuild.scene import KINDS, Scene
from tests.integration.rebuild.untrue_nodes import (
    LyingNode,
    in_logs,
    in_receipts,
    rehashed,
    swapped,
    without,
)

BAYES = "naive-bayes"


def finding(scene: Scene, kind: str, **options: Any) -> Finding:
    """What verifying finds; it must find something."""
    with pytest.raises(Discrepancy) as caught:
        scene.verify(kind, **options)
    return caught.value.finding


def told(scene: Scene, **lies: Any) -> Finding:
    """What verifying the naive Bayes trainer by a lying node finds."""
    return finding(scene, BAYES, node=LyingNode(scene.chain.url, **lies))


# --- storage


@pytest.mark.parametrize("kind", KINDS)
def test_one_wrong_byte_in_the_model_s_storage_is_named(scene: Scene, kind: str) -> None:
    classifier = scene.trainer(kind).classifier.address
    area, index, word = first_word(scene, kind)
    slot = scene.slot_of(classifier, word)
    byte_index = (word.bit_length() - 1) // 8
    wrong = word ^ 1 << 8 * byte_index
    scene.store(classifier, slot, wrong)

    found = finding(scene, kind)

    assert (found.subject, found.area, found.word_index) == (Subject.MODEL, area, index)
    assert found.byte_index == 31 - byte_index
    assert (found.expected, found.found) == (f"0x{word:064x}", f"0x{wrong:064x}")
    assert "1 of" in found.message


def first_word(scene: Scene, kind: str) -> tuple[str, int, int]:
    """The first word of a model's last area that is not zero."""
    source = scene.source(kind)
    head = scene.chain.node.head().number
    source.catch_up(head)
    begun = begin_replay(source.parts, source.node, source.history(head))
    assert begun is not None
    area = begun[0].areas(begun[1])[-1]
    source.close()
    words = area.stored(0, min(area.word_count, 32))
    index = next(index for index, word in enumerate(words) if word)
    return area.name, index, words[index]


def test_the_record_that_taught_a_wrong_place_last_is_named(scene: Scene) -> None:
    classifier = scene.trainer(BAYES).classifier.address
    contract = bind("NaiveBayes", classifier)
    word_of_1, word_of_19 = contract.read(scene.chain.node, "countWords", [1, 19])
    # feature 19 was taught with label 0 by the first record of batch 5 and by none after
    slot = scene.slot_of(classifier, word_of_1) + 18
    assert scene.stored(classifier, slot) == word_of_19
    scene.store(classifier, slot, word_of_19 + 1)

    found = finding(scene, BAYES)

    assert (found.area, found.batch_id, found.record_index) == ("counts", 5, 0)
    assert "feature 19, label 0" in found.message


def test_a_word_that_no_sample_ever_touched_is_compared_as_well(scene: Scene) -> None:
    classifier = scene.trainer(BAYES).classifier.address
    (word,) = bind("NaiveBayes", classifier).read(scene.chain.node, "countWords", [1])
    scene.store(classifier, scene.slot_of(classifier, word) + 60_000, 1 << 16)

    found = finding(scene, BAYES)

    assert (found.word_index, found.byte_index) == (60_001, 29)
    assert "no record teaches this place" in found.message
    assert found.batch_id is None


def test_a_wrong_map_of_open_contributions_is_named(scene: Scene) -> None:
    handler = scene.trainer(BAYES).data_handler
    open_word = 1 << 255 | 0b11
    slots = [
        slot for slot in mapping_slots(scene, handler) if scene.stored(handler, slot) == open_word
    ]
    scene.store(handler, slots[0], open_word ^ 0b10)

    found = finding(scene, BAYES)

    assert found.subject is Subject.OPEN_CONTRIBUTIONS
    assert found.record_index == 1
    assert (found.expected, found.found) == ("0x3", "0x1")


def mapping_slots(scene: Scene, handler: str) -> list[int]:
    """Slots that the data handler's transactions have touched."""
    slots = set()
    for receipt_hash in transactions_of(scene, handler):
        trace = scene.chain.node.request(
            "debug_traceTransaction", [receipt_hash, {"tracer": "prestateTracer"}]
        )
        state = {address.lower(): state for address, state in trace.items()}
        slots |= {int(slot, 16) for slot in state.get(handler.lower(), {}).get("storage", {})}
    return sorted(slots)


def transactions_of(scene: Scene, handler: str) -> list[str]:
    logs = scene.chain.node.logs([handler], [], 0, scene.chain.node.head().number)
    return [log.transaction_hash for log in logs]


# --- events


def records_of(scene: Scene, batch_id: int) -> bytes:
    return scene.batch(BAYES, batch_id)[2]


def flipped(data: bytes, index: int) -> bytes:
    return data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :]


def test_one_wrong_byte_in_an_event_is_named_by_the_receipt(scene: Scene) -> None:
    records = records_of(scene, 2)
    # the first record of batch 2 has 24 + 4 bytes; byte 25 of the next one is its first feature
    lie = swapped(records, flipped(records, 28 + 25))

    found = told(scene, eth_getLogs=in_logs(2, lie))

    assert (found.subject, found.batch_id) == (Subject.RECORDS, 2)
    assert (found.record_index, found.byte_index) == (1, 25)
    assert found.expected == "0x" + records[28:54].hex()
    assert "(sample)" in found.message
    assert "receipt" in found.message


def test_one_wrong_byte_told_twice_is_named_by_the_calldata(scene: Scene) -> None:
    records = records_of(scene, 2)
    lie = swapped(records, flipped(records, 28 + 21))

    found = told(scene, eth_getLogs=in_logs(2, lie), eth_getTransactionReceipt=in_receipts(2, lie))

    assert (found.batch_id, found.record_index, found.byte_index) == (2, 1, 21)
    assert "(label)" in found.message
    assert "calldata" in found.message


def test_a_wrong_byte_of_a_direct_contribution_is_named_by_the_calldata(scene: Scene) -> None:
    records = records_of(scene, 3)
    lie = swapped(records, flipped(records, 24))

    found = told(scene, eth_getLogs=in_logs(3, lie), eth_getTransactionReceipt=in_receipts(3, lie))

    assert (found.batch_id, found.record_index, found.byte_index) == (3, 0, 24)


def test_a_wrong_length_of_a_sample_is_named(scene: Scene) -> None:
    records = records_of(scene, 1)
    lie = swapped(records, flipped(records, 23))

    found = told(scene, eth_getLogs=in_logs(1, lie))

    assert (found.batch_id, found.record_index, found.byte_index) == (1, 0, 23)
    assert "(sample length)" in found.message


def test_a_wrong_field_of_an_open_batch_s_header_is_named(scene: Scene) -> None:
    header = scene.batch(BAYES, 6)[0]
    stake = header["stakeWei"].to_bytes(32, "big")
    other = (header["stakeWei"] + 1).to_bytes(32, "big")

    found = told(scene, eth_getLogs=in_logs(6, swapped(stake, other)))

    assert (found.subject, found.batch_id) == (Subject.HEADER, 6)
    assert "header.stakeWei" in found.message
    assert (found.expected, found.found) == (str(header["stakeWei"]), str(header["stakeWei"] + 1))


def test_records_and_header_that_lie_together_meet_the_commitment(scene: Scene) -> None:
    records = records_of(scene, 2)
    lie = rehashed(records[24:28], b"\x00\x21\x00\x22", records)

    found = told(scene, eth_getLogs=in_logs(2, lie), eth_getTransactionReceipt=in_receipts(2, lie))

    assert (found.subject, found.batch_id, found.record_index) == (Subject.HEADER, 2, 0)
    assert found.byte_index == 25


def test_a_lie_about_settled_data_is_found_in_the_model(scene: Scene) -> None:
    records = records_of(scene, 1)
    lie = rehashed(records[24:28], b"\x00\x21\x00\x22", records)

    found = told(scene, eth_getLogs=in_logs(1, lie), eth_getTransactionReceipt=in_receipts(1, lie))

    assert (found.subject, found.area) == (Subject.MODEL, "counts")


def test_another_map_of_accepted_records_is_named(scene: Scene) -> None:
    def lie(data: str) -> str:
        # the map is the word behind the nine of the header
        return data[: 2 + 9 * 64] + f"{0b110:064x}" + data[2 + 10 * 64 :]

    found = told(scene, eth_getLogs=in_logs(2, lie))

    assert (found.subject, found.batch_id, found.record_index) == (Subject.ACCEPTED_MAP, 2, 0)
    assert "acceptedMap" in found.message


def test_a_withheld_batch_is_named(scene: Scene) -> None:
    found = told(scene, eth_getLogs=without(2))
    assert (found.subject, found.batch_id) == (Subject.HISTORY, 2)


def test_a_withheld_last_batch_is_named(scene: Scene) -> None:
    found = told(scene, eth_getLogs=without(6))
    assert (found.subject, found.batch_id) == (Subject.HISTORY, 6)
    assert (found.expected, found.found) == ("6", "5")


def test_withheld_settlements_are_found(scene: Scene) -> None:
    settled = "0x" + bind("DataHandler", "0x" + "11" * 20).interface.topic("DataSettled").hex()

    found = told(
        scene, eth_getLogs=lambda logs: [log for log in logs if log["topics"][0] != settled]
    )

    assert (found.subject, found.batch_id) == (Subject.HEADER, 1)


def test_withheld_knowledge_is_found(scene: Scene) -> None:
    kind = "sparse-perceptron"
    interface = bind("SparsePerceptron", scene.trainer(kind).classifier.address).interface
    topic = "0x" + interface.topic("KnowledgeGiven").hex()
    node = LyingNode(
        scene.chain.url,
        eth_getLogs=lambda logs: [log for log in logs if log["topics"][0] != topic],
    )

    found = finding(scene, kind, node=node)

    assert (found.subject, found.area) == (Subject.MODEL, "weights")


def test_a_journal_that_a_lying_node_filled_is_not_believed_again(
    scene: Scene, tmp_path: Path
) -> None:
    records = records_of(scene, 2)
    lie = in_logs(2, swapped(records, flipped(records, 28 + 25)))
    journal = tmp_path / "events.db"
    finding(scene, BAYES, node=LyingNode(scene.chain.url, eth_getLogs=lie), journal=journal)

    assert scene.verify(BAYES, journal=journal).ledger.batches == 6


def test_a_label_whose_name_is_no_text_is_a_label(scene: Scene) -> None:
    kind = "dense-perceptron"
    before = scene.verify(kind).ledger
    entry = scene.trainer(kind)
    interface = load_artifact("IGrowing").interface
    call = interface.encode("addLabels", ["abcd"]).replace(b"abcd", b"\xff\xfe\xfd\xfc")
    scene.chain.send(DEPLOYER_KEY, entry.classifier.address, call)
    scene.add_batch(kind, (5, (1, 2, 3)))

    after = scene.verify(kind).ledger

    assert (after.batches, after.accepted) == (before.batches + 1, before.accepted + 1)


def test_every_kind_of_model_has_a_form() -> None:
    assert set(FORMS) == set(KINDS)
