"""Dataset files: written whole or not at all, with a manifest beside them, and checked by line."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Self

from relayer.chain.answers import Block
from relayer.rebuild.dataset import OUTCOMES, LabelNames, contributions, to_line
from relayer.rebuild.errors import DatasetFileError
from relayer.rebuild.finding import Finding, Subject, first_difference
from relayer.rebuild.history import Batch
from relayer.rebuild.parts import Parts
from relayer.rebuild.progress import Progress, silence
from relayer.untrusted_json import read_json


@dataclass(frozen=True)
class Manifest:
    """What a dataset file holds, and as of which block."""

    chain_id: int
    trainer: str
    classifier_kind: str
    mechanism_kind: str
    labels: list[str | None]
    block_number: int
    block_hash: str
    batches: int
    lines: int
    bytes: int
    sha256: str
    outcomes: dict[str, int]

    def as_text(self) -> str:
        """The manifest as JSON."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


def manifest_path(path: Path) -> Path:
    """Where the manifest of a dataset file is."""
    return path.with_name(f"{path.name}.manifest.json")


def write_dataset(
    stream: IO[bytes],
    batches: Iterable[Batch],
    parts: Parts,
    names: LabelNames,
    block: Block,
    report: Progress = silence,
) -> Manifest:
    """Write all contributions to a stream and tell what was written.

    Raises:
        Discrepancy: the history is not sound.
    """
    digest, outcomes = hashlib.sha256(), Counter(dict.fromkeys(OUTCOMES, 0))
    batch_count = line_count = size = 0
    for batch in batches:
        batch_count += 1
        report("writing batches", batch.block_number, block.number)
        for contribution in contributions(batch, parts, names):
            line = to_line(contribution)
            stream.write(line)
            digest.update(line)
            outcomes[contribution["outcome"]] += 1
            line_count += 1
            size += len(line)
    return Manifest(
        chain_id=parts.chain_id,
        trainer=parts.trainer,
        classifier_kind=parts.classifier_kind,
        mechanism_kind=parts.mechanism_kind,
        labels=names.as_list(),
        block_number=block.number,
        block_hash=block.hash,
        batches=batch_count,
        lines=line_count,
        bytes=size,
        sha256=digest.hexdigest(),
        outcomes=dict(outcomes),
    )


class DatasetDraft:
    """A dataset file that appears under its name when it is complete, and not before.

    ::

        with DatasetDraft.at(path) as draft:
            draft.publish(write_dataset(draft.stream, ...))

    Args:
        stream: where the lines go.
        path: the file to be; None for a draft that is only copied.
        draft: the file behind `stream` until then.
    """

    def __init__(self, stream: IO[bytes], path: Path | None, draft: Path | None) -> None:
        self.stream = stream
        self._path = path
        self._draft = draft

    @classmethod
    def at(cls, path: Path | None) -> Self:
        """Begin a file, in the folder where it will be.

        Raises:
            DatasetFileError: the folder cannot be written to.
        """
        if path is None:
            return cls(tempfile.TemporaryFile(), None, None)
        draft = path.with_name(f"{path.name}.draft")
        try:
            return cls(draft.open("wb+"), path, draft)
        except OSError as error:
            raise DatasetFileError(
                f"cannot write {draft}: {error.strerror}; name another file with --out"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Take away what was not published."""
        self.stream.close()
        if self._draft is not None:
            self._draft.unlink(missing_ok=True)

    def restart(self) -> None:
        """Forget what was written."""
        self.stream.seek(0)
        self.stream.truncate()

    def publish(self, manifest: Manifest) -> None:
        """Give the file its name, and put the manifest beside it.

        Raises:
            DatasetFileError: the disk is full, or the name is taken by a folder.
        """
        if self._path is None or self._draft is None:
            raise DatasetFileError("a draft without a name cannot be published")
        beside = manifest_path(self._path)
        draft = beside.with_name(f"{beside.name}.draft")
        try:
            self.stream.flush()
            os.fsync(self.stream.fileno())
            draft.write_text(manifest.as_text(), "utf-8")
            # Between the two the old manifest is beside the new file: its hash tells that.
            self._draft.replace(self._path)
            draft.replace(beside)
        except OSError as error:
            raise DatasetFileError(f"cannot write {self._path}: {error.strerror}") from error


def copy_dataset(draft: DatasetDraft, stream: IO[bytes]) -> None:
    """Copy a complete draft to another stream."""
    draft.stream.seek(0)
    shutil.copyfileobj(draft.stream, stream)
    stream.flush()


def read_manifest(path: Path) -> Manifest | None:
    """The manifest beside a dataset file, or None when there is none.

    Raises:
        DatasetFileError: there is something else in its place.
    """
    beside = manifest_path(path)
    try:
        return Manifest(**read_json(beside.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise DatasetFileError(
            f"{beside} is no manifest of a dataset ({error}). Export the dataset again, or delete "
            "the manifest to compare with the newest block."
        ) from error


def compare_file(path: Path, expected: Iterator[dict[str, Any]]) -> tuple[int, Finding | None]:
    """Compare a dataset file with what the chain tells, line by line.

    Returns:
        the number of lines that agree, and the first that does not.

    Raises:
        DatasetFileError: the file cannot be read.
        Discrepancy: the history is not sound.
    """
    count = 0
    try:
        with path.open("rb") as stream:
            for contribution in expected:
                line = stream.readline()
                finding = _compare_line(count + 1, contribution, line)
                if finding is not None:
                    return count, finding
                count += 1
            surplus = stream.readline()
    except OSError as error:
        raise DatasetFileError(f"cannot read {path}: {error.strerror}") from error
    if surplus:
        message = f"line {count + 1} is too many: the chain holds {count} contributions"
        return count, Finding(subject=Subject.DATASET, message=message, line=count + 1)
    return count, None


def _compare_line(number: int, contribution: dict[str, Any], line: bytes) -> Finding | None:
    expected = to_line(contribution)
    if line == expected:
        return None
    given = _parsed(line)
    if contribution["label_name"] is None and isinstance(given.get("label_name"), str):
        # A name that the chain does not tell cannot be wrong.
        named = contribution | {"label_name": given["label_name"]}
        if line == to_line(named):
            return None
        contribution = named
    return _describe(number, contribution, given, line)


def _describe(
    number: int, contribution: dict[str, Any], given: dict[str, Any], line: bytes
) -> Finding:
    expected = to_line(contribution)
    byte_index = first_difference(expected, line)
    place = f"batch {contribution['batch_id']}, record {contribution['record_index']}"
    wrong = [
        name for name in contribution if name not in given or given[name] != contribution[name]
    ]
    if not line:
        message, wrong = f"line {number} is missing ({place}): the file ends before it", []
    elif given and wrong:
        message = f"line {number} ({place}): {wrong[0]} is not what the chain says"
    else:
        message, wrong = f"line {number} ({place}) differs from byte {byte_index} on", []
    return Finding(
        subject=Subject.DATASET,
        message=message,
        line=number,
        batch_id=contribution["batch_id"],
        record_index=contribution["record_index"],
        byte_index=byte_index,
        expected=json.dumps(contribution[wrong[0]]) if wrong else None,
        found=json.dumps(given.get(wrong[0])) if wrong else None,
    )


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        value = read_json(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
