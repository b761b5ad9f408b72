"""A short way for the request that comes a thousand times a second: one contribution, accepted.

The round trip through the framework (its request, its context, its response) costs as much as
everything that the relayer itself does with a contribution. So where the service is an app of its
own, such a request is answered in front of the framework. Only an acceptance is: whatever else
comes of a request is handed on, with the same body and with the outcome, and nothing is examined
twice. What an answer looks like is decided in one place for both ways.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import to_json

from relayer.api.acceptances import EXAMINED, acceptance
from relayer.api.access import leave_acceptance
from relayer.api.callers import caller_of
from relayer.api.responses import headers_of_all
from relayer.api.service import Service
from relayer.intake.contributions import Admission
from relayer.intake.documents import parse_json
from relayer.limits import Caller

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PATH: Final = "/v1/contributions"
_TYPE: Final = "application/json"
#: Hosts with stranger names are looked at by the framework.
_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,255}(:[0-9]{1,5})?")
_MOST_DIGITS: Final = 10
_ACCEPTED: Final = "202 ACCEPTED"
#: Whoever sends one of these wants more than the short way offers.
_BESIDE: Final = ("HTTP_IDEMPOTENCY_KEY", "HTTP_TRANSFER_ENCODING", "HTTP_CONTENT_ENCODING")


class ExpressLane:
    """A WSGI application in front of the framework's.

    Args:
        application: takes every other request, and every other outcome.
        service: whose contributions are taken in.
    """

    def __init__(self, application: WSGIApplication, service: Service) -> None:
        self._application = application
        self._service = service

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        length = self._length(environ)
        if length is None:
            return self._application(environ, start_response)
        body = _read(environ, length)
        try:
            taken = None if body is None else self._take(environ, body)
        except Exception:
            # The framework meets it again, and tells of it as of everything that goes wrong.
            taken = None
        if taken is None:
            return self._application(environ, start_response)
        content, headers = taken
        start_response(_ACCEPTED, headers)
        return [content]

    def _length(self, environ: WSGIEnvironment) -> int | None:
        """The length of a body that may be a contribution; None: this is not for us."""
        text = environ.get("CONTENT_LENGTH", "")
        if (
            environ["PATH_INFO"] != _PATH
            or environ["REQUEST_METHOD"] != "POST"
            or environ.get("CONTENT_TYPE") != _TYPE
            or environ.get("QUERY_STRING")
            or any(name in environ for name in _BESIDE)
            or not _HOST.fullmatch(environ.get("HTTP_HOST", ""))
            or not (text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS)
            or not self._service.store.is_migrated
        ):
            return None
        length = int(text)
        return length if length <= self._service.settings.max_body_bytes else None

    def _take(
        self, environ: WSGIEnvironment, body: bytes
    ) -> tuple[bytes, list[tuple[str, str]]] | None:
        """Take a contribution in; None: the framework has to tell what became of it.

        Raises:
            Exception: whatever is in the way; the framework finds it out again.
        """
        sender = caller_of(self._service, environ)
        self._service.reception.check_submitter(sender)
        value = parse_json(body)
        if not isinstance(value, dict) or "contributions" in value:
            return None
        outcome = environ[EXAMINED] = self._outcome(value, sender)
        if not isinstance(outcome, Admission) or not outcome.is_new:
            return None
        return self._acceptance(environ, outcome, sender)

    def _outcome(self, value: Any, sender: Caller) -> Admission | Exception:
        try:
            return self._service.counter.contributions.submit([value], sender)[0]
        except Exception as error:
            return error

    def _acceptance(
        self, environ: WSGIEnvironment, admission: Admission, sender: Caller
    ) -> tuple[bytes, list[tuple[str, str]]]:
        base = environ.get("SCRIPT_NAME", "") + self._service.url_prefix
        shown, headers = acceptance(self._service.store, admission, sender, base)
        if self._service.settings.writes_access_log:
            leave_acceptance(environ, admission, sender)
        content = to_json(shown)
        return content, [
            ("Content-Type", _TYPE),
            ("Content-Length", str(len(content))),
            *headers.items(),
            *headers_of_all(environ).items(),
        ]


class _FailedInput(io.RawIOBase):
    """A body that fails again, as it failed when it was read first."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        raise self._error


def _read(environ: WSGIEnvironment, length: int) -> bytes | None:
    """Read a body, and leave it to be read again; None: it is not whole."""
    try:
        body = environ["wsgi.input"].read(length)
    except Exception as error:
        # What a server raises for a body that does not arrive is its own.
        environ["wsgi.input"] = _FailedInput(error)
        return None
    environ["wsgi.input"] = io.BytesIO(body)
    return body if len(body) == length else None
