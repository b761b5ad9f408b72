"""Getting requests across: time limits, retries where they are harmless, problems as errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import requests

from relayer.client.errors import TransportError, UnexpectedAnswerError, api_error
from relayer.client.retry_after import retry_after_s
from relayer.clock import Clock, SystemClock
from relayer.untrusted_json import read_json

#: Seconds to connect and seconds to wait for an answer.
DEFAULT_TIMEOUT_S = (3.05, 30.0)
#: Least pauses before the second, third and fourth try.
RETRY_PAUSES_S = (0.2, 0.5, 1.0)
#: Longest that one call pauses in all between its tries.
DEFAULT_PATIENCE_S = 10.0


def quoted(identity: object) -> str:
    """Return an id as one segment of a path, whatever text somebody passed on for one."""
    text = str(identity)
    # Dots alone would lead up the path, however they are written; no id looks like the dash.
    return quote(text, safe="") if text.strip(".") else "-"


class Transport:
    """One relayer behind one URL.

    Reading changes nothing, and a signed request is known by its digest. So when no answer comes,
    or one that says "not now" (429, 5xx), the same bytes are sent again, after a pause of at least
    what ``Retry-After`` asks for. A pause that is longer than the caller's patience is not begun:
    the error says how long it would have been. What would be done twice is sent once.

    Args:
        url: root of the service, with the prefix it is mounted under.
        timeout_s: seconds to connect and to answer.
        session: a ``requests`` session with adapters, proxies or headers of one's own.
        clock: lets time pass between tries; default: the machine's.
        key: a game's key, sent with every request.
        patience_s: longest that one call pauses in all between its tries; 0: one try only.
        request_id: names the request that is under way in the caller's own server, if there is
            one; sent as ``X-Request-Id``, so that both logs tell the same id.
    """

    def __init__(
        self,
        url: str,
        timeout_s: tuple[float, float] = DEFAULT_TIMEOUT_S,
        session: requests.Session | None = None,
        clock: Clock | None = None,
        key: str | None = None,
        request_id: Callable[[], str | None] = lambda: None,
        patience_s: float = DEFAULT_PATIENCE_S,
    ) -> None:
        self._request_id = request_id
        self._patience_s = patience_s
        self._own_headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self.url = url.rstrip("/")
        self._timeout_s = timeout_s
        self._session = session if session is not None else requests.Session()
        self._clock = SystemClock() if clock is None else clock

    def get(self, path: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the JSON object at a path.

        Raises:
            TransportError: no answer came back after several tries.
            ApiError: the relayer refused.
        """
        return self.send("GET", path, params=parameters)

    def post(
        self, path: str, body: Mapping[str, Any], *, play_ticket: str | None = None
    ) -> dict[str, Any]:
        """Send a JSON object, if given with a play ticket, and return the answer; as `get`."""
        headers = {} if play_ticket is None else {"Play-Ticket": play_ticket}
        return self.send("POST", path, json=body, headers=headers)

    def post_once(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send a JSON object that would be taken twice if it were repeated.

        Raises:
            TransportError: no answer came back; it may have been taken.
            ApiError: the relayer refused.
        """
        return self._read(self._once("POST", path, {"json": body}))

    def send(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """Send a request and return the JSON object of the answer; raises as `get`."""
        return self._read(self._answered(method, path, arguments))

    def answer(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """Send a request and return an answer that need not be JSON; raises as `get`."""
        response = self._answered(method, path, arguments)
        if response.status_code >= requests.codes.bad_request:
            self._read(response)
        return response

    def _answered(self, method: str, path: str, arguments: dict[str, Any]) -> requests.Response:
        left_s = self._patience_s
        for least_pause_s in RETRY_PAUSES_S:
            pause_s = least_pause_s
            try:
                response = self._once(method, path, arguments)
            except TransportError:
                if pause_s > left_s:
                    raise
            else:
                if not _may_pass(response):
                    return response
                pause_s = max(pause_s, self._asked_pause_s(response))
                if pause_s > left_s:
                    return response
            self._clock.sleep(pause_s)
            left_s -= pause_s
        return self._once(method, path, arguments)

    def _asked_pause_s(self, response: requests.Response) -> float:
        return retry_after_s(response.headers, _object(response) or {}, self._clock.now())

    def _read(self, response: requests.Response) -> dict[str, Any]:
        value = _object(response)
        if value is None:
            raise UnexpectedAnswerError(
                f"{response.url} answered {response.status_code} without a JSON object. Check that "
                "the URL is the relayer's."
            )
        if response.status_code >= requests.codes.bad_request:
            asked_s = self._asked_pause_s(response)
            asked = {"retry_after_s": asked_s} if asked_s else {}
            raise api_error({**value, **asked, "status": response.status_code})
        return value

    def _once(self, method: str, path: str, arguments: dict[str, Any]) -> requests.Response:
        try:
            return self._session.request(
                method,
                f"{self.url}{path}",
                timeout=self._timeout_s,
                **{**arguments, "headers": self._headers() | arguments.get("headers", {})},
            )
        except requests.RequestException as error:
            raise TransportError(
                f"{method} {self.url}{path}: no answer ({type(error).__name__}). Check that the "
                "relayer runs and that the URL is right. What was signed may be sent again."
            ) from error

    def _headers(self) -> dict[str, str]:
        request_id = self._request_id()
        named = {} if request_id is None else {"X-Request-Id": request_id}
        return {**self._own_headers, **named}


def _may_pass(response: requests.Response) -> bool:
    """Whether the same request may succeed later."""
    status = response.status_code
    return bool(status == requests.codes.too_many_requests or status >= requests.codes.server_error)


def _object(response: requests.Response) -> dict[str, Any] | None:
    """The JSON object of an answer, by a parser whose recursion nobody's answer can exhaust."""
    try:
        value = read_json(response.content)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
