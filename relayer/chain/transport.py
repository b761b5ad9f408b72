"""JSON-RPC over HTTP: what goes out, what counts as an answer, and how long it may take.

An answer is believed only if it is whole, in time, of bounded size, JSON, and carries the id of
its question. Everything else is a `NodeUnreachableError`: what the node did is unknown. Nothing is
retried here and no redirect is followed. (JSON-RPC 2.0, sections 4 to 6.)
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from relayer.chain.errors import NodeAnswerError, NodeBusyError, NodeUnreachableError
from relayer.untrusted_json import read_json

CONNECT_TIMEOUT_S: Final = 3.05
#: Largest answer that is read; a piece of history with many events takes a few megabytes.
MAX_ANSWER_BYTES: Final = 128 * 1024 * 1024
LONGEST_REQUESTED_PAUSE_S: Final = 300.0
_CHUNK_BYTES: Final = 65_536
_BUSY: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

#: A question: method and parameters.
Question = tuple[str, Sequence[Any]]


class Transport:
    """Asks one URL; threads may share it.

    Args:
        url: HTTP address of the node's JSON-RPC.
        read_timeout_s: how long a whole answer may take.
    """

    def __init__(self, url: str, read_timeout_s: float) -> None:
        self.url = url
        self._read_timeout_s = read_timeout_s
        self._ids = itertools.count(1)
        self._local = threading.local()

    def ask(self, method: str, params: Sequence[Any]) -> Mapping[str, Any]:
        """The response object of one question, with `result` or `error`.

        Raises:
            NodeUnreachableError: no answer came that can be believed.
        """
        number = next(self._ids)
        response = self._exchange(method, _request(number, (method, params)))
        return _checked(method, response, number)

    def ask_many(self, questions: Sequence[Question]) -> list[Mapping[str, Any]]:
        """The response objects of many questions asked in one request, in their order.

        Raises:
            NodeUnreachableError: not all of them were answered.
        """
        if not questions:
            return []
        method = questions[0][0]
        numbers = [next(self._ids) for _ in questions]
        requests_ = [_request(*each) for each in zip(numbers, questions, strict=True)]
        responses = self._exchange(method, requests_)
        if not isinstance(responses, list) or len(responses) != len(questions):
            raise NodeAnswerError("The node does not answer batches of requests in full.")
        by_number = {each.get("id"): each for each in responses if isinstance(each, dict)}
        return [_checked(method, by_number.get(number), number) for number in numbers]

    def _exchange(self, method: str, body: Any) -> Any:
        try:
            return self._post(method, json.dumps(body).encode())
        except (requests.RequestException, HTTPError, OSError) as error:
            raise NodeUnreachableError(
                f"{method}: no answer from the node ({type(error).__name__}). "
                "Check that it runs and that rpc_url is right."
            ) from error

    def _post(self, method: str, body: bytes) -> Any:
        give_up_at = time.monotonic() + self._read_timeout_s
        with self._session().post(
            self.url,
            data=body,
            headers={"Content-Type": "application/json"},
            timeout=(CONNECT_TIMEOUT_S, self._read_timeout_s),
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.status_code in _BUSY:
                raise NodeBusyError(
                    f"{method}: the node wants to be asked less (HTTP {response.status_code}).",
                    _pause_s(response.headers.get("Retry-After")),
                )
            text = _read(method, response, give_up_at)
            answer = _parsed(method, text, response.status_code)
        if response.status_code != HTTPStatus.OK and not _is_error(answer):
            raise _not_an_answer(method, response.status_code)
        return answer

    def _session(self) -> requests.Session:
        """A session of this thread: its connections are kept, and never shared."""
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            # Proxies and certificates of the environment are looked up once: for each request the
            # library would read through all of it, which takes longer than the request itself.
            known = session.merge_environment_settings(self.url, {}, None, None, None)
            session.trust_env = False
            session.proxies, session.verify = known["proxies"], known["verify"]
        return session


def shown_url(url: str) -> str:
    """A URL for logs and messages: path and query may hold a key, so only the host is shown."""
    try:
        parts = urlsplit(url)
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.scheme}://{parts.hostname or ''}{port}"


def _request(number: int, question: Question) -> dict[str, Any]:
    method, params = question
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}


def _read(method: str, response: requests.Response, give_up_at: float) -> bytes:
    """The whole body; a node that drips it byte by byte does not hold us longer."""
    parts: list[bytes] = []
    size = 0
    while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
        parts.append(chunk)
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            raise NodeAnswerError(f"{method}: the node's answer is larger than any true one.")
        if time.monotonic() > give_up_at:
            raise NodeUnreachableError(f"{method}: the node's answer did not end in time.")
    return b"".join(parts)


def _parsed(method: str, text: bytes, status: int) -> Any:
    try:
        return read_json(text)
    except ValueError as error:
        if status != HTTPStatus.OK:
            raise _not_an_answer(method, status) from error
        raise NodeAnswerError(f"{method}: the node's answer is not JSON.") from error


def _not_an_answer(method: str, status: int) -> NodeUnreachableError:
    return NodeUnreachableError(
        f"{method}: no answer from the node (HTTP {status}). "
        "Check that it runs and that rpc_url is right."
    )


def _is_error(answer: Any) -> bool:
    """Whether it is a JSON-RPC error, which some nodes send with an HTTP error."""
    return isinstance(answer, dict) and answer.get("error") is not None


def _checked(method: str, response: Any, number: int) -> Mapping[str, Any]:
    if not isinstance(response, dict):
        raise NodeAnswerError(f"{method}: the node's answer is no JSON-RPC response.")
    # An error about a question that could not be read carries no id (JSON-RPC 2.0, section 5).
    if response.get("id") != number and not (response.get("id") is None and _is_error(response)):
        raise NodeAnswerError(f"{method}: the node answered another question.")
    if response.get("error") is None and "result" not in response:
        raise NodeAnswerError(f"{method}: the node's answer has neither result nor error.")
    return response


def _pause_s(retry_after: str | None) -> float:
    """The seconds of a Retry-After header; its other form, a date, counts as none named."""
    try:
        pause_s = float(retry_after or "0")
    except ValueError:
        return 0.0
    return min(max(pause_s, 0.0), LONGEST_REQUESTED_PAUSE_S) if pause_s == pause_s else 0.0
