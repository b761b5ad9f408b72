"""One node behind a real HTTP server that fails: each failure is an error, none a decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from relayer.chain.errors import (
    NodeAnswerError,
    NodeBusyError,
    NodeRefusalError,
    NodeUnreachableError,
)
from relayer.chain.node import READ_TIMEOUT_S, Node
from tests.chain import Chain
from tests.faulty_proxy import (
    Fault,
    FaultyProxy,
    cut,
    drip,
    hang,
    http_status,
    refuses,
    result,
    says,
    truncated,
    wrong_id,
)
from tests.pipeline import Pipeline

#: Answers are awaited this long here: a bound for faults that never end, no measured wait.
SHORT_S = 0.3
ENDLESS = ("hung", "dripping")

FAULTS: dict[str, tuple[Fault, type[NodeUnreachableError]]] = {
    "hung": (hang, NodeUnreachableError),
    "dripping": (drip, NodeUnreachableError),
    "cut off": (cut, NodeUnreachableError),
    "truncated": (truncated, NodeAnswerError),
    "empty": (says(""), NodeAnswerError),
    "a page": (says("<html>welcome</html>"), NodeAnswerError),
    "a number": (says("7"), NodeAnswerError),
    "nothing": (says("null"), NodeAnswerError),
    "deeply nested": (says("[" * 200_000), NodeAnswerError),
    "neither result nor error": (says('{"jsonrpc": "2.0", "id": 1}'), NodeAnswerError),
    "another id": (wrong_id, NodeAnswerError),
    "429": (http_status(429, Retry_After="7"), NodeBusyError),
    "503": (http_status(503), NodeBusyError),
    "500": (http_status(500), NodeUnreachableError),
    "502": (http_status(502), NodeUnreachableError),
    "a redirect": (http_status(302, Location="http://127.0.0.1:1/"), NodeUnreachableError),
    "401": (http_status(401), NodeUnreachableError),
}


@pytest.fixture
def proxy(chain: Chain) -> Iterator[FaultyProxy]:
    with FaultyProxy(chain.url) as proxy:
        yield proxy


@pytest.mark.parametrize("name", list(FAULTS))
def test_what_is_no_answer_leaves_the_outcome_unknown(
    chain: Chain, proxy: FaultyProxy, name: str
) -> None:
    fault, expected = FAULTS[name]
    node = Node(proxy.url, SHORT_S if name in ENDLESS else READ_TIMEOUT_S)
    proxy.fail(fault)
    for ask in (node.head, lambda: node.call_many([(2 * "0x" + 38 * "0", b"")] * 2)):
        with pytest.raises(NodeUnreachableError) as caught:
            ask()
        assert isinstance(caught.value, expected)
    proxy.heal()
    assert name in ENDLESS or node.head() == chain.node.head(), "nothing of the fault is left"


def test_the_pause_that_a_busy_node_names_is_told(proxy: FaultyProxy) -> None:
    for named, expected in (("7", 7.0), ("soon", 0.0), ("-3", 0.0), ("nan", 0.0), ("1e9", 300.0)):
        proxy.fail(http_status(429, Retry_After=named))
        with pytest.raises(NodeBusyError) as caught:
            Node(proxy.url).head()
        assert caught.value.retry_after_s == expected


def test_error_in_an_http_error_is_a_refusal(proxy: FaultyProxy) -> None:
    told = b'{"jsonrpc": "2.0", "id": null, "error": {"code": -32700, "message": "parse error"}}'
    proxy.fail(lambda handler, _: handler.give(told, 400))
    with pytest.raises(NodeRefusalError, match="parse error"):
        Node(proxy.url).head()


def with_fields(**fields: Any) -> Fault:
    return result(lambda given: {**given, **fields})


def without_field(name: str) -> Fault:
    return result(lambda given: {key: given[key] for key in given if key != name})


GARBAGE: dict[str, tuple[str, Fault]] = {
    "block without number": ("eth_getBlockByNumber", without_field("number")),
    "block without hash": ("eth_getBlockByNumber", without_field("hash")),
    "block as text": ("eth_getBlockByNumber", result(lambda _: "0x1")),
    "another block": ("eth_getBlockByNumber", with_fields(number="0x0")),
    "count as text": ("eth_getTransactionCount", result(lambda _: "many")),
    "negative count": ("eth_getTransactionCount", result(lambda _: "-0x1")),
    "no count": ("eth_getTransactionCount", result(lambda _: None)),
    "receipt without status": ("eth_getTransactionReceipt", without_field("status")),
    "receipt without logs": ("eth_getTransactionReceipt", with_fields(logs=None)),
    "receipt with odd logs": ("eth_getTransactionReceipt", with_fields(logs=[{"data": 5}])),
    "receipt of another": (
        "eth_getTransactionReceipt",
        with_fields(transactionHash="0x" + 64 * "7"),
    ),
    "receipt as a list": ("eth_getTransactionReceipt", result(lambda _: [1, 2])),
    "call without hex": ("eth_call", result(lambda _: "zz")),
    "call with odd hex": ("eth_call", result(lambda _: "0x123")),
    "no answer to a call": ("eth_call", result(lambda _: None)),
    "logs as a number": ("eth_getLogs", result(lambda _: 3)),
    "logs without topics": ("eth_getLogs", result(lambda _: [{"address": "0x"}])),
}


@pytest.mark.parametrize("name", list(GARBAGE))
def test_garbage_decides_nothing_and_is_survived(
    chain: Chain, proxy: FaultyProxy, tmp_path: Path, name: str
) -> None:
    method, fault = GARBAGE[name]
    pipeline = Pipeline.start(chain, tmp_path, rpc_url=proxy.url)
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.step()
    proxy.fail(fault, method)
    for _ in range(5):
        chain.mine()
        pipeline.step()
    assert set(pipeline.statuses(ids)) == {"sent"} or method == "eth_getLogs"
    proxy.heal()
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert chain.node.transaction_count(chain.relayer) == 1


class Forgetful(Node):
    """A node that keeps neither events nor states of old blocks, and looks through few at once."""

    newest = 0
    has_pruned = True
    most_blocks = 2_000

    def request(self, method: str, params: Sequence[Any]) -> Any:
        """The answer of the node behind it, unless it would have forgotten it."""
        if method == "eth_getLogs":
            first, last = (int(params[0][key], 16) for key in ("fromBlock", "toBlock"))
            if self.has_pruned:
                raise NodeRefusalError(method, 4444, "pruned history unavailable")
            if last - first >= self.most_blocks:
                raise NodeRefusalError(method, -32005, "query exceeds max block range")
        block = params[-1] if params else None
        is_old = isinstance(block, str) and block[:2] == "0x" and int(block, 16) < self.newest
        if method in ("eth_call", "eth_getTransactionCount") and self.has_pruned and is_old:
            raise NodeRefusalError(method, -32000, "missing trie node")
        answer = super().request(method, params)
        if method == "eth_getBlockByNumber" and params[0] == "latest":
            self.newest = int(answer["number"], 16)
        return answer


def test_a_node_that_has_forgotten_old_blocks_stops_nothing_but_what_needs_them(
    chain: Chain, tmp_path: Path
) -> None:
    node = Forgetful(chain.url)
    pipeline = Pipeline.start(chain, tmp_path, node=node)
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    beat = pipeline.store.chain_state.view().heartbeat
    assert beat is not None
    assert beat.node_reachable
    assert "no node hands out the events" in (beat.detail or "")
    chain.mine(8)
    node.has_pruned, node.most_blocks = False, 3
    chain.pass_time(61)
    pipeline.run_until(pipeline.all_are(ids, "settled"))
    beat = pipeline.store.chain_state.view().heartbeat
    assert beat is not None
    assert beat.detail is None


def test_logs_beyond_what_the_node_has_are_no_answer(chain: Chain) -> None:
    head = chain.node.head().number
    assert chain.node.logs([chain.forwarder.address], [], 0, head)
    with pytest.raises(NodeUnreachableError, match="does not have block"):
        chain.node.logs([chain.forwarder.address], [], 0, head + 1)


def test_refusal_without_a_readable_code_is_a_refusal(proxy: FaultyProxy) -> None:
    proxy.fail(refuses("many", "words"))  # type: ignore[arg-type]
    with pytest.raises(NodeRefusalError) as caught:
        Node(proxy.url).head()
    assert (caught.value.code, caught.value.reason) == (0, "words")
