"""How log lines look: text for people, or one JSON object a line for programs."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final

TEXT: Final = "text"
JSON: Final = "json"
FORMATS: Final = (TEXT, JSON)

#: Where an application leaves in the WSGI environment what tells, when it is called later, what the
#: line about the request says beside path and status.
ACCESS_FACTS: Final = "relayer.access"

#: What every record has; whatever else is in one was given with `extra`.
_USUAL: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonFormatter(logging.Formatter):
    """One line of JSON: time, level, logger, message, error, and what the line is about."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; what is no JSON is shown as text."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        given = {key: value for key, value in vars(record).items() if key not in _USUAL}
        line |= {key: value for key, value in given.items() if key not in line}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class TextFormatter(logging.Formatter):
    """One line of text for people, and what an error has to say below it.

    A message may hold what strangers wrote: it neither begins a line of its own nor commands the
    terminal that shows it.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - of the base class
        """Return the line."""
        line = super().formatMessage(record)
        return line if line.isprintable() else "".join(map(_shown, line))


def _shown(letter: str) -> str:
    """A character as it is, or as its code where it would not be seen."""
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode()


def configure(log_format: str) -> None:
    """Send log lines from level INFO on to standard error, in this form."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if log_format == JSON else TextFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def have_facts_added(facts: logging.Filter) -> None:
    """Show each record to a filter before it is written; it may add to it."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(facts)


def announce(sentence: str, log_format: str) -> None:
    """Tell that a process works: people on standard output, programs in the log."""
    if log_format == JSON:
        logging.getLogger("relayer").info(sentence, extra={"action": "start"})
    else:
        print(sentence, flush=True)
