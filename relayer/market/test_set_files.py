"""From a file of labelled samples to the pieces of a test set.

One JSON object a line. `label` is a label's name or its number; the sample is one of

* `sample`: the encoded bytes as 0x-hex,
* `features`: numbers of features (sparse models),
* `words` or `text`: words, or a text that is cut at white space (models over hashed words),
* `numbers`: integers of 16 bits (dense models).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from relayer.chain.wire import Record
from relayer.deployment import TrainerEntry
from relayer.market.errors import UnusableTestSetError
from relayer.market.pieces import LEAST_PIECES, MOST_PIECES, SALT_BYTES, Piece
from relayer.models import samples, vectors
from relayer.models.encoders import HashedWords
from relayer.models.errors import ModelError
from relayer.untrusted_json import read_json

NO_PLAYER = "0x" + "00" * 20
#: Records of a piece when the provider names no other number.
PIECE_RECORDS = 16
MOST_PIECE_RECORDS = 255
_FORMS = ("sample", "features", "words", "text", "numbers")


def read_records(path: Path, entry: TrainerEntry) -> list[Record]:
    """The records of a file of labelled samples.

    Raises:
        UnusableTestSetError: the file cannot be read, or a line of it is not understood.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableTestSetError(f"cannot read the test set {path}: {error}") from error
    records = [
        _record(f"line {number} of {path}", line, entry)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    if len(records) < LEAST_PIECES:
        raise UnusableTestSetError(
            f"{path} holds {len(records)} samples. A market needs at least {LEAST_PIECES}: "
            "one piece is opened and scores nothing."
        )
    return records


def cut(records: Sequence[Record], piece_records: int) -> tuple[Piece, ...]:
    """Shuffles records, so that every piece is a fair sample, and cuts them into salted pieces.

    Raises:
        UnusableTestSetError: there are more records than pieces of that size hold.
    """
    count = max(LEAST_PIECES, -(-len(records) // piece_records))
    if count > MOST_PIECES:
        raise UnusableTestSetError(
            f"{len(records)} samples in pieces of {piece_records} make {count} pieces and "
            f"{MOST_PIECES} are the most. Make larger pieces, or leave samples out."
        )
    shuffled = list(records)
    secrets.SystemRandom().shuffle(shuffled)
    # Dealt like cards: sizes differ by one at most.
    return tuple(
        Piece(
            secrets.token_bytes(SALT_BYTES),
            b"".join(record.pack() for record in shuffled[start::count]),
        )
        for start in range(count)
    )


def _record(place: str, line: str, entry: TrainerEntry) -> Record:
    try:
        fields = read_json(line)
        if not isinstance(fields, dict):
            raise ValueError("it is no JSON object")
        forms = [form for form in _FORMS if form in fields]
        if len(forms) != 1 or set(fields) != {"label", *forms}:
            raise ValueError(f"it needs a label and one of {', '.join(_FORMS)}")
        label = _label(fields["label"], entry)
        return Record(NO_PLAYER, label, _sample(forms[0], fields[forms[0]], entry))
    except (ValueError, TypeError, ModelError) as error:
        raise UnusableTestSetError(f"{place} is not understood: {error}") from error


def _label(label: Any, entry: TrainerEntry) -> int:
    if isinstance(label, str) and label in entry.labels:
        return entry.labels.index(label)
    if isinstance(label, int) and not isinstance(label, bool) and 0 <= label < len(entry.labels):
        return label
    raise ValueError(f"the model has no label {label!r}")


def _sample(form: str, value: Any, entry: TrainerEntry) -> bytes:
    if form == "sample":
        return bytes.fromhex(str(value).removeprefix("0x"))
    if form == "numbers":
        return vectors.encode(value)
    if form == "features":
        return samples.encode(value)
    if entry.hashing != HashedWords.name:
        raise ValueError("the model does not hash words; give features, numbers or sample")
    words = value.split() if form == "text" else value
    if isinstance(words, str) or not all(isinstance(word, str) for word in words):
        raise ValueError("words is a list of words")
    return HashedWords().encode(words)
