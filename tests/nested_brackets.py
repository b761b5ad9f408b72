"""Brackets without end for everybody who reads JSON of strangers; run as a process of its own.

A reader that follows them ends the process, so `python -m tests.nested_brackets` names each reader
on standard output before it reads, and ``done`` when all have survived.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from flask import Flask

from relayer.chain import transport as chain_transport
from relayer.chain.errors import ChainError
from relayer.client import RelayerClientError, transport
from relayer.errors import RelayerError
from relayer.intake.documents import parse_json
from relayer.keys import external
from relayer.limits import tickets
from relayer.market import test_set_files
from relayer.oracle import http_adapter
from relayer.rebuild import dataset_file
from sample_game.errors import GameError
from sample_game.simulated_players.ways_to_play import GameRound
from sample_game.untrusted_json import SafeJsonProvider

DEPTH = 200_000
#: What readers say about it, each in its own words.
REFUSALS = (RelayerError, ChainError, RelayerClientError, GameError, ValueError)


def answer(text: bytes) -> Any:
    """An answer of a server as `requests` has it."""
    return SimpleNamespace(content=text, status_code=200, url="http://x", headers={}, ok=True)


def readers(folder: Path) -> Iterator[tuple[str, Callable[[bytes], object]]]:
    """Everything that reads JSON of strangers, by name."""
    yield "bodies of the API", parse_json
    yield "answers of nodes", lambda text: chain_transport._parsed("eth_call", text, 200)
    yield "answers of an external signer", external._signed_bytes
    yield "answers of a service", lambda text: http_adapter._label(text, mock.Mock())
    yield "answers of a relayer", lambda text: transport._object(answer(text))
    yield "play tickets", lambda text: tickets.read(f"t1.{tickets._encode(text)}.x")
    yield "dataset files", dataset_file._parsed
    yield "manifests", lambda text: dataset_file.read_manifest(written(folder, text))
    yield "test sets", lambda text: test_set_files._record("x", text.decode(), mock.Mock())
    yield "bodies of the game", SafeJsonProvider(Flask("game")).loads
    yield "answers of the game", lambda text: answer_of_the_game(text)


def written(folder: Path, text: bytes) -> Path:
    """A dataset file whose manifest is this text."""
    dataset_file.manifest_path(folder / "dataset").write_bytes(text)
    return folder / "dataset"


def answer_of_the_game(text: bytes) -> object:
    """What a simulated player reads of the game."""
    game = mock.Mock()
    game._session.request.return_value = answer(text)
    return GameRound._send(game, "GET", "/")


def main() -> None:
    """Give each reader brackets in two ways."""
    assert sys.getrecursionlimit() > 10_000, "a library has raised the limit; that is the danger"
    with tempfile.TemporaryDirectory() as folder:
        for name, read in readers(Path(folder)):
            print(name, flush=True)
            for opening in (b"[", b'{"a":'):
                try:
                    read(opening * DEPTH)
                except REFUSALS:
                    continue
    print("done")


if __name__ == "__main__":
    main()
