"""Log lines, as JSON and as text: one line each, whatever is in it."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest

from relayer.errors import SettingsError
from relayer.logs import JsonFormatter, TextFormatter
from relayer.settings import Settings


def line(**fields: Any) -> dict[str, Any]:
    record = logging.makeLogRecord({"name": "relayer.batch", "levelname": "INFO", **fields})
    text = JsonFormatter().format(record)
    assert "\n" not in text
    told: dict[str, Any] = json.loads(text)
    return told


def test_a_line_tells_what_it_is_about() -> None:
    told = line(msg="batch of %d sent", args=(3,), created=0.5, transaction_id=7, action="send")
    assert told == {
        "at": "1970-01-01T00:00:00.500+00:00",
        "level": "info",
        "logger": "relayer.batch",
        "message": "batch of 3 sent",
        "transaction_id": 7,
        "action": "send",
    }


def test_lines_within_a_message_and_things_that_are_no_json_stay_one_line() -> None:
    told = line(msg="first\nsecond", path=Path("/x"))
    assert told["message"] == "first\nsecond"
    assert told["path"] == "/x"


def test_an_error_is_told_with_its_place() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        told = line(msg="x", exc_info=sys.exc_info())
    assert "ValueError: broken" in told["error"]


def test_what_a_line_is_about_does_not_hide_what_it_says() -> None:
    assert line(msg="said", level="fake")["level"] == "info"


def test_another_format_is_refused() -> None:
    with pytest.raises(SettingsError, match="log_format"):
        Settings(log_format="xml")


def test_words_of_strangers_neither_begin_a_line_of_text_nor_command_a_terminal() -> None:
    record = logging.makeLogRecord(
        {"name": "relayer", "levelname": "INFO", "msg": "page %s failed", "args": ("/x\n\x1b[2Jé",)}
    )
    assert TextFormatter().format(record).endswith("relayer: page /x\\n\\x1b[2Jé failed")
