"""Keeps what was made of a dataset, so that only its first reading takes seconds.

A cached file is named by the content that it was made from and appears whole or not at all. One
that cannot be read counts as missing, and without a place to write to nothing is kept.
"""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where this user's programs keep what can be made again."""
    named = environment.get("XDG_CACHE_HOME")
    return (Path(named) if named else Path.home() / ".cache") / "on-the-house"


def key_of(form: str, files: Sequence[Path]) -> str:
    """A name for the form of the arrays and the content of the files that they are made from."""
    digest = hashlib.sha256(form.encode())
    for path in files:
        with path.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:32]


def load(folder: Path, key: str, names: Sequence[str]) -> Arrays | None:
    """The arrays under a key, or None if they are not all there."""
    try:
        with np.load(folder / f"{key}.npz", allow_pickle=False) as archive:
            return {name: archive[name] for name in names}
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
        return None


def save(folder: Path, key: str, arrays: Arrays) -> None:
    """Keep arrays under a key, if there is a place for them."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
            _write(Path(part.name), arrays)
        Path(part.name).replace(folder / f"{key}.npz")


def _write(part: Path, arrays: Arrays) -> None:
    try:
        with part.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
    except OSError:
        part.unlink(missing_ok=True)
        raise
