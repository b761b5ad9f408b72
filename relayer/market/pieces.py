"""Pieces of a test set, and the secret file that a provider keeps them in.

The file is the provider's bounty: without it the market cannot be opened or revealed. It is written
durably before the commitment leaves the machine, only its owner may read it, and it is never
overwritten.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eth_utils.address import is_checksum_address

from relayer.chain.errors import FramingError
from relayer.chain.keccak import keccak
from relayer.chain.wire import unpack_records
from relayer.market.errors import UnusableTestSetError

SALT_BYTES = 32
LEAST_PIECES = 2
MOST_PIECES = 255
_VERSION = 1
_OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Piece:
    """A salt and packed records."""

    salt: bytes
    records: bytes

    @property
    def leaf(self) -> bytes:
        """What the provider commits to."""
        return keccak(self.salt + keccak(self.records))

    def __repr__(self) -> str:
        return f"Piece({len(self.records)} bytes)"


@dataclass(frozen=True)
class HiddenTestSet:
    """All pieces of one market, in order."""

    chain_id: int
    market: str
    pieces: tuple[Piece, ...]

    @property
    def leaves(self) -> list[bytes]:
        """The leaves, in order."""
        return [piece.leaf for piece in self.pieces]

    def save(self, path: Path) -> None:
        """Writes the secret file, readable by its owner only.

        Raises:
            UnusableTestSetError: a file is there already, or the folder cannot be written.
        """
        content = {
            "version": _VERSION,
            "chain_id": self.chain_id,
            "market": self.market,
            "pieces": [
                {"salt": "0x" + piece.salt.hex(), "records": "0x" + piece.records.hex()}
                for piece in self.pieces
            ],
        }
        draft = path.with_name(f"{path.name}.draft")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_private(draft, json.dumps(content, indent=1).encode())
            # A link, unlike a rename, never replaces a file that is there.
            os.link(draft, path)
        except FileExistsError as error:
            raise UnusableTestSetError(
                f"{path} exists already. A secret is never overwritten: choose another file."
            ) from error
        except OSError as error:
            raise UnusableTestSetError(
                f"the secret file {path} cannot be written ({error.strerror}); nothing was sent. "
                "Choose a folder that you may write to."
            ) from error
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(path.parent)


def load_test_set(path: Path) -> HiddenTestSet:
    """Reads a secret file.

    Raises:
        UnusableTestSetError: it is missing, damaged, or others may read it.
    """
    try:
        if path.stat().st_mode & _OTHERS_MAY:
            raise UnusableTestSetError(
                f"{path} can be accessed by other users. Run: chmod 600 {path}"
            )
        fields = json.loads(path.read_text("utf-8"))
        return _checked(fields)
    except OSError as error:
        raise UnusableTestSetError(
            f"the secret file {path} cannot be read ({error.strerror}). "
            "Name the file that `relayer market commit` wrote."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, FramingError) as error:
        raise UnusableTestSetError(
            f"{path} is not a secret file of a market, or is damaged. "
            "Name the file that `relayer market commit` wrote."
        ) from error


def find_test_set(folder: Path, chain_id: int, market: str) -> HiddenTestSet | None:
    """The test set of a market among the secret files (`*.json`) of a folder.

    Raises:
        UnusableTestSetError: a file of the folder cannot be used.
    """
    for path in sorted(folder.glob("*.json")):
        found = load_test_set(path)
        if (found.chain_id, found.market.lower()) == (chain_id, market.lower()):
            return found
    return None


def fitting_count(pieces: Sequence[Piece], most_bytes: int) -> int:
    """How many of the first pieces fit into so many bytes; at least one."""
    room = most_bytes
    for count, piece in enumerate(pieces):
        room -= len(piece.records)
        if room < 0:
            return max(1, count)
    return len(pieces)


def _checked(fields: dict[str, object]) -> HiddenTestSet:
    if fields["version"] != _VERSION or not is_checksum_address(str(fields["market"])):
        raise ValueError("another kind of file")
    entries = fields["pieces"]
    if not isinstance(entries, list) or not LEAST_PIECES <= len(entries) <= MOST_PIECES:
        raise ValueError("no list of pieces")
    pieces = tuple(
        Piece(bytes.fromhex(entry["salt"][2:]), bytes.fromhex(entry["records"][2:]))
        for entry in entries
    )
    for piece in pieces:
        if len(piece.salt) != SALT_BYTES or not unpack_records(piece.records):
            raise ValueError("an empty piece")
    return HiddenTestSet(int(str(fields["chain_id"])), str(fields["market"]), pieces)


def _write_private(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Makes the new name in the folder survive a power cut as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
