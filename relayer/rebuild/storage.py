"""Compares a twin with the words of its contract, all of them, as of one block."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from relayer.chain.wire import bits_of
from relayer.models.classifier import Classifier
from relayer.rebuild.finding import Finding, Subject, first_difference
from relayer.rebuild.form import WORDS_PER_CALL, Area, Place
from relayer.rebuild.history import Batch

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Comparison:
    """What comparing came to.

    Attributes:
        words: words compared.
        wrong_words: words that differ.
        finding: the first of them, if any.
        place: what that one's first wrong byte is about.
    """

    words: int
    wrong_words: int
    finding: Finding | None
    place: Place | None


def compare(areas: Iterable[Area], report: Report) -> Comparison:
    """Reads every word and compares it with the twin's.

    Raises:
        NodeError: the node does not answer, or no longer has the block's state.
    """
    listed = list(areas)
    total = sum(area.word_count for area in listed)
    words = wrong = 0
    first: tuple[Finding, Place] | None = None
    for area in listed:
        size = max(area.step, WORDS_PER_CALL // area.step * area.step)
        for start in range(0, area.word_count, size):
            count = min(size, area.word_count - start)
            stored = area.stored(start, count)
            for index, word in enumerate(stored, start):
                found, expected = word or area.unwritten, area.expected(index)
                if found != expected:
                    wrong += 1
                    first = first or _describe(area, index, expected, found)
            words += count
            report("comparing storage", words, total)
    finding, place = first or (None, None)
    return Comparison(words, wrong, finding, place)


def _describe(area: Area, index: int, expected: int, found: int) -> tuple[Finding, Place]:
    wanted, given = (word.to_bytes(area.word_bytes, "big") for word in (expected, found))
    byte_index = first_difference(wanted, given) or 0
    place = area.place(index, byte_index)
    about = f" ({place})" if str(place) else ""
    finding = Finding(
        subject=Subject.MODEL,
        message=f"word {index} of {area.name}, byte {byte_index}{about} is not what the data teach",
        area=area.name,
        word_index=index,
        byte_index=byte_index,
        expected="0x" + wanted.hex(),
        found="0x" + given.hex(),
    )
    return finding, place


def last_teacher(
    place: Place, model: Classifier, batches: Iterable[Batch]
) -> tuple[Batch, int] | None:
    """The last record that may have written a place: the first suspect when it is wrong."""
    teacher: tuple[Batch, int] | None = None
    for batch in batches:
        for index in bits_of(batch.accepted_map):
            record = batch.unpacked[index]
            if _may_teach(place, model, record.label, record.sample):
                teacher = batch, index
    return teacher


def _may_teach(place: Place, model: Classifier, label: int, sample: bytes) -> bool:
    # A perceptron moves the predicted label too, so a record of any label may have written there.
    if "perceptron" not in model.kind and place.label not in (None, label):
        return False
    dense = model.kind in ("dense-perceptron", "nearest-centroid")
    return dense or place.feature is None or place.feature in model.decode(sample)
