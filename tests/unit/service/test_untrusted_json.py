"""JSON of strangers is read without following it wherever it leads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from relayer.untrusted_json import read_json

ROOT = Path(__file__).parents[3]


def test_no_reader_of_strangers_json_is_led_out_of_its_stack() -> None:
    """The readers are in a process of their own, for the one that is led out takes it along."""
    result = subprocess.run(
        [sys.executable, "-m", "tests.nested_brackets"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, f"ended after {result.stdout!r}: {result.stderr}"
    assert result.stdout.endswith("done\n")


def test_values_are_what_they_say() -> None:
    text = (
        b'{"a": [1, -2.5, "\\u00e9", null, true, 123456789012345678901234567890], "a": 7, "b": {}}'
    )
    assert read_json(text) == {"a": 7, "b": {}}
    assert read_json('[1, 2.5, "é"]') == [1, 2.5, "é"]
    assert read_json("[" * 100 + "]" * 100) is not None


@pytest.mark.parametrize("text", ["", "{", "[1,]", "nul", "{'a': 1}", "1 2", b"\xff", b"[NaN]"])
def test_what_is_no_json_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        read_json(text, allow_inf_nan=False)
