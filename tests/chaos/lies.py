"""What a bad node, or what stands between, makes of a request: silence, refusals, wrong answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

#: Blocks that a lagging node is behind.
LAG = 3
_HEAD_METHODS = {"eth_call": 1, "eth_getTransactionCount": 1, "eth_getBalance": 1}


class Lie(Enum):
    """One way to answer badly."""

    SILENCE_BEFORE = "the request never arrives, no answer comes"
    SILENCE_AFTER = "the request arrives, no answer comes"
    TOO_MANY = "429"
    RATE_LIMIT = "an error about the rate, with status 200"
    SERVER_ERROR = "500"
    GATEWAY_ERROR = "502 though the node took the request"
    TRUNCATED = "half of the answer"
    EMPTY = "nothing, with status 200"
    PAGE = "a page of HTML with status 200"
    INTERNAL_ERROR = "an internal error of the node"
    NULL = "null"
    WRONG_KIND = "an answer of another kind"
    NO_MEMBER = "neither result nor error"
    FOREIGN = "the answer to another request"
    STALE = "the same answer as last time"
    DOUBLED = "the request arrives twice"
    LAGGING = "the answer of a node that is some blocks behind"


@dataclass(frozen=True)
class Answer:
    """What goes back to the relayer; `body` None: the connection is closed without a word."""

    status: int = 200
    body: bytes | None = None
    #: Length that is announced, when it is not the body's.
    announced: int | None = None


Forward = Callable[[bytes], bytes]


class Liar:
    """Makes bad answers out of good ones.

    Args:
        forward: gets the node's true answer.
        stand: waits as long as a silent node keeps one waiting.
    """

    def __init__(self, forward: Forward, stand: Callable[[], None]) -> None:
        self._forward = forward
        self._stand = stand
        self._last_by_request: dict[str, bytes] = {}
        self._last: bytes = b'{"jsonrpc":"2.0","id":0,"result":"0x7a69"}'

    def truth(self, body: bytes) -> Answer:
        """The node's own answer; kept for later lies."""
        answer = self._forward(body)
        self._last_by_request[_key(body)] = answer
        self._last = answer
        return Answer(body=answer)

    def tell(self, lie: Lie, body: bytes) -> Answer:
        """The bad answer."""
        if lie in _WITHOUT_NODE:
            return _WITHOUT_NODE[lie](body)
        if lie is Lie.SILENCE_BEFORE:
            self._stand()
            return Answer()
        if lie is Lie.FOREIGN:
            return Answer(body=self._last)
        if lie is Lie.STALE:
            known = self._last_by_request.get(_key(body))
            return self.truth(body) if known is None else Answer(body=_with_id(known, body))
        if lie is Lie.LAGGING:
            return Answer(body=self._lagging(body))
        return self._after(lie, body)

    def _after(self, lie: Lie, body: bytes) -> Answer:
        """Lies about a request that the node did take."""
        answer = self._forward(body)
        if lie is Lie.SILENCE_AFTER:
            self._stand()
            return Answer()
        if lie is Lie.GATEWAY_ERROR:
            return Answer(502, b"<html>bad gateway</html>")
        if lie is Lie.DOUBLED:
            return Answer(body=self._forward(body))
        return Answer(body=answer[: len(answer) // 2], announced=len(answer))

    def _lagging(self, body: bytes) -> bytes:
        request = json.loads(body)
        if isinstance(request, list):
            return self._forward(body)
        head = self._head() - LAG
        method, params = request["method"], request.get("params", [])
        if method == "eth_getBlockByNumber":
            params[0] = _not_above(params[0], head)
        place = _HEAD_METHODS.get(method)
        if place is not None and len(params) > place:
            params[place] = _not_above(params[place], head)
        answer = json.loads(self._forward(json.dumps(request).encode()))
        return json.dumps(_without_newest(method, answer, head)).encode()

    def _head(self) -> int:
        question = b'{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}'
        return int(json.loads(self._forward(question))["result"], 16)


def _answer(body: bytes, **members: Any) -> Answer:
    request = json.loads(body)
    single = {"jsonrpc": "2.0"} | members
    if isinstance(request, list):
        answers = [single | {"id": one["id"]} for one in request]
        return Answer(body=json.dumps(answers).encode())
    return Answer(body=json.dumps(single | {"id": request["id"]}).encode())


_WITHOUT_NODE: dict[Lie, Callable[[bytes], Answer]] = {
    Lie.TOO_MANY: lambda body: Answer(429, b"Too Many Requests"),
    Lie.RATE_LIMIT: lambda body: _answer(
        body,
        error={"code": -32005, "message": "daily request count exceeded, request rate limited"},
    ),
    Lie.SERVER_ERROR: lambda body: Answer(500, b"<html>internal server error</html>"),
    Lie.EMPTY: lambda body: Answer(200, b""),
    Lie.PAGE: lambda body: Answer(200, b"<html>Just a moment...</html>"),
    Lie.INTERNAL_ERROR: lambda body: _answer(
        body, error={"code": -32603, "message": "Internal error"}
    ),
    Lie.NULL: lambda body: _answer(body, result=None),
    Lie.WRONG_KIND: lambda body: _answer(body, result={"unexpected": [1, 2, 3]}),
    Lie.NO_MEMBER: lambda body: _answer(body),
}


def _key(body: bytes) -> str:
    request = json.loads(body)
    single = request[0] if isinstance(request, list) else request
    return json.dumps([len(request), single["method"], single.get("params")])


def _with_id(answer: bytes, body: bytes) -> bytes:
    """An old answer under the number of the new request, as a cache in between would give it."""
    request, content = json.loads(body), json.loads(answer)
    if isinstance(request, dict) and isinstance(content, dict):
        content["id"] = request["id"]
    return json.dumps(content).encode()


def _not_above(tag: Any, head: int) -> Any:
    if isinstance(tag, str) and tag.startswith("0x"):
        return tag
    return hex(head)


def _without_newest(method: str, answer: dict[str, Any], head: int) -> dict[str, Any]:
    """Receipts and logs as a node knows them whose newest block is `head`."""
    result = answer.get("result")
    if method == "eth_getTransactionReceipt" and result and _above(result, head):
        return answer | {"result": None}
    if method == "eth_getLogs" and result:
        return answer | {"result": [log for log in result if not _above(log, head)]}
    return answer


def _above(entry: dict[str, Any], head: int) -> bool:
    return int(entry["blockNumber"], 16) > head
