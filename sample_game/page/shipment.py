"""All files of the page under one address that changes when any of them does.

A browser keeps them for good and never mixes two versions: modules import each other by relative
paths, and the version stands above all of them. The paths below it are those of the repository.
"""

import gzip
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from flask import current_app

from relayer.javascript import MODULE
from sample_game.decks import Deck
from sample_game.page.practice import practice_clues
from sample_game.page.stripping import stripped_script, stripped_style, stripped_table

REPOSITORY: Final = Path(__file__).parents[2]
STATIC: Final = Path(__file__).parents[1] / "static"
_RELAYER_MODULE: Final = "relayer/javascript/on-the-house.js"
_STRIPPED: Final[Mapping[str, Callable[[str], str]]] = {
    ".js": stripped_script,
    ".css": stripped_style,
    ".json": stripped_table,
}
_MIMETYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_DIGITS_OF_VERSION: Final = 12

EXTENSION: Final = "hunch_page"


@dataclass(frozen=True)
class ShippedFile:
    """One file as browsers get it."""

    content: bytes
    mimetype: str

    @cached_property
    def compressed(self) -> bytes:
        """The content for browsers that take gzip."""
        return gzip.compress(self.content, mtime=0)


@dataclass(frozen=True)
class Shipment:
    """The files by their path in the repository, and the version that they make together."""

    version: str
    files: Mapping[str, ShippedFile]

    def address(self, path: str) -> str:
        """Return where the page finds a file of `static`, or the relayer's module."""
        inside = path if path == _RELAYER_MODULE else f"sample_game/static/{path}"
        if inside not in self.files:
            raise LookupError(f"{path} is not a file of the page.")
        return f"/code/{self.version}/{inside}"


def shipment() -> Shipment:
    """Return what this app ships: put together once; while developing, whenever asked."""
    app = current_app
    if app.debug or f"{EXTENSION}_made" not in app.extensions:
        app.extensions[f"{EXTENSION}_made"] = app.extensions[EXTENSION]()
    made: Shipment = app.extensions[f"{EXTENSION}_made"]
    return made


def make_shipment(decks: Mapping[str, Deck]) -> Shipment:
    """Read, strip and number all files of the page."""
    files = dict(_shipped_files(decks))
    whole = hashlib.sha256()
    for path, file in files.items():
        whole.update(f"{path} {len(file.content)}\n".encode() + file.content)
    return Shipment(whole.hexdigest()[:_DIGITS_OF_VERSION], files)


def _shipped_files(decks: Mapping[str, Deck]) -> Iterator[tuple[str, ShippedFile]]:
    yield _RELAYER_MODULE, _read(MODULE, MODULE.stat().st_mtime_ns)
    for path in sorted(STATIC.rglob("*")):
        if path.suffix in _MIMETYPES and path.name != "package.json":
            name = path.relative_to(STATIC).as_posix()
            yield f"sample_game/static/{name}", _read(path, path.stat().st_mtime_ns)
    clues = practice_clues(decks).encode()
    yield "sample_game/static/hunch/practice/clues.json", ShippedFile(clues, _MIMETYPES[".json"])


@lru_cache(maxsize=512)
def _read(path: Path, _changed_at_ns: int) -> ShippedFile:
    """Read and strip a file, again only when it changed."""
    content = path.read_bytes()
    is_own = path.parent.name != "vendor"  # what others wrote stays as it is
    if is_own and path.suffix in _STRIPPED:
        content = _STRIPPED[path.suffix](content.decode()).encode()
    return ShippedFile(content, _MIMETYPES[path.suffix])
