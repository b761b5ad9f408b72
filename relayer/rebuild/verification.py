"""Rebuilds a trainer's model and dataset from chain data and compares them with the chain's state.

Everything is compared as of one block. Nothing of a relayer's own is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from relayer.chain.answers import Block
from relayer.rebuild.books import Ledger, check_books
from relayer.rebuild.code import foreign_parts
from relayer.rebuild.dataset import LabelNames, contributions
from relayer.rebuild.dataset_file import Manifest, compare_file, read_manifest
from relayer.rebuild.errors import DatasetFileError, Discrepancy
from relayer.rebuild.finding import Finding, Subject
from relayer.rebuild.form import At
from relayer.rebuild.history import History
from relayer.rebuild.parts import Parts
from relayer.rebuild.replay import Replay, begin_replay
from relayer.rebuild.source import Source
from relayer.rebuild.storage import Comparison, compare, last_teacher


class ModelCheck(StrEnum):
    """How the model was checked."""

    COMPARED = "compared"
    #: The classifier does not learn from data, or its rule is not known here.
    NOT_REPLAYABLE = "not-replayable"


@dataclass(frozen=True)
class Verification:
    """That everything agrees, and how much everything was."""

    parts: Parts
    block: Block
    ledger: Ledger
    model_check: ModelCheck
    #: What there is to say of the model beside.
    model_note: str
    words: int
    #: Parts whose code is not known here: what they answer is taken on trust.
    foreign_code: tuple[str, ...]
    dataset_lines: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The result for other programs."""
        return {
            "agrees": True,
            "chain_id": self.parts.chain_id,
            "trainer": self.parts.trainer,
            "block_number": self.block.number,
            "block_hash": self.block.hash,
            "classifier_kind": self.parts.classifier_kind,
            "mechanism_kind": self.parts.mechanism_kind,
            "batches": self.ledger.batches,
            "records": self.ledger.records,
            "contributions": self.ledger.accepted,
            "open": self.ledger.open,
            "refunded": self.ledger.refunded,
            "forfeited": self.ledger.forfeited,
            "model": self.model_check,
            "model_note": self.model_note,
            "words": self.words,
            "foreign_code": list(self.foreign_code),
            "dataset_lines": self.dataset_lines,
        }


def verify(
    source: Source, block: Block, *, dataset: Path | None = None, labels: Sequence[str] = ()
) -> Verification:
    """Compares everything as of a block; `Source.at_block` calls this.

    Args:
        source: the trainer's history, caught up with that block.
        block: where the chain's state is compared.
        dataset: a dataset file to be compared as well, as of the block of its manifest.
        labels: names of labels, for the dataset.

    Raises:
        Discrepancy: something differs; the finding names the first place.
        DatasetFileError: the dataset file cannot be used.
        NodeError: the node does not answer, or no longer has the block's state.
    """
    history = source.history(block.number)
    begun = begin_replay(source.parts, source.node, history)
    ledger = _replay(source, history, None if begun is None else begun[0])
    check_books(source.node, source.parts, ledger, block.number)
    result = Verification(
        source.parts,
        block,
        ledger,
        ModelCheck.NOT_REPLAYABLE,
        _note(source.parts, None),
        0,
        foreign_parts(source.node, source.parts),
    )
    if begun is not None:
        words = _compare_model(source, history, *begun).words
        note = _note(source.parts, begun[0])
        result = replace(result, model_check=ModelCheck.COMPARED, model_note=note, words=words)
    if dataset is not None:
        result = replace(result, dataset_lines=_compare_dataset(source, block, dataset, labels))
    return result


def _replay(source: Source, history: History, replay: Replay | None) -> Ledger:
    ledger = Ledger()
    span = history.block_number + 1 - source.first_block
    for entry in history.entries():
        if replay is not None:
            replay.take(entry)
        ledger.take_entry(entry)
        done = entry.block_number + 1 - source.first_block
        source.report("replaying batches", done, span)
    return ledger


def _compare_model(source: Source, history: History, replay: Replay, at: At) -> Comparison:
    form_areas = replay.areas(at)
    comparison = compare(form_areas, source.report)
    if comparison.finding is None or comparison.place is None:
        return comparison
    finding = comparison.finding
    teacher = last_teacher(comparison.place, replay.model, history.batches())
    message = f"{finding.message}; {comparison.wrong_words} of {comparison.words} words differ"
    if teacher is None:
        raise Discrepancy(replace(finding, message=f"{message}; no record teaches this place"))
    batch, index = teacher
    raise Discrepancy(
        replace(
            finding,
            message=f"{message}; taught last by batch {batch.id}, record {index}",
            batch_id=batch.id,
            record_index=index,
        )
    )


def _note(parts: Parts, replay: Replay | None) -> str:
    if replay is None:
        return (
            f"a classifier of kind {parts.classifier_kind} does not learn from contributions by a "
            "rule that this version can replay: its answers are not checked"
        )
    if replay.market is not None:
        return (
            f"the market's replay has taught {replay.market.trained} contributions so far; the "
            "model is compared with exactly these"
        )
    return "all words are what the data teach"


def _compare_dataset(source: Source, block: Block, path: Path, labels: Sequence[str]) -> int:
    manifest = read_manifest(path)
    number = block.number if manifest is None else _checked(source, block, path, manifest)
    history = source.history(number)
    names = LabelNames.of(history, source.parts, labels)
    expected = (
        contribution
        for batch in history.batches()
        for contribution in contributions(batch, source.parts, names)
    )
    count, finding = compare_file(path, expected)
    if finding is not None:
        raise Discrepancy(finding)
    return count


def _checked(source: Source, block: Block, path: Path, manifest: Manifest) -> int:
    """The block of a manifest that belongs to this trainer and this chain."""
    if (manifest.chain_id, manifest.trainer) != (source.parts.chain_id, source.parts.trainer):
        raise DatasetFileError(
            f"{path} is the dataset of trainer {manifest.trainer} on chain {manifest.chain_id}. "
            "Name that trainer."
        )
    if manifest.block_number > block.number:
        raise DatasetFileError(
            f"{path} is of block {manifest.block_number}, and block {block.number} is checked. "
            "Check a later block, or wait for its confirmations."
        )
    known = source.block(manifest.block_number)
    if known.hash != manifest.block_hash:
        raise Discrepancy(
            Finding(
                subject=Subject.DATASET,
                message=f"the manifest's block {manifest.block_number} is not on the chain: the "
                "chain was replaced, or the file is of another one; export the dataset again",
                expected=known.hash,
                found=manifest.block_hash,
            )
        )
    return manifest.block_number
