"""Several nodes: real ones, behind servers that fail, lag, lie and hang."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from relayer.chain.errors import NodeError, NodeRefusalError, NodeUnreachableError
from relayer.chain.node import READ_TIMEOUT_S
from relayer.chain.pool import NodePool
from relayer.clock import ManualClock
from tests.chain import Anvil, Chain
from tests.faulty_proxy import (
    FaultyProxy,
    cut,
    drip,
    hang,
    http_status,
    refuses,
    result,
    truncated,
    wrong_id,
)
from tests.pipeline import Pipeline

SEND = "eth_sendRawTransaction"
BLOCK = "eth_getBlockByNumber"


@pytest.fixture
def proxies(chain: Chain) -> Iterator[tuple[FaultyProxy, FaultyProxy]]:
    """Two nodes of the chain."""
    with FaultyProxy(chain.url) as first, FaultyProxy(chain.url) as second:
        yield first, second


@pytest.fixture
def twin(chain: Chain, tmp_path: Path) -> Iterator[Anvil]:
    """Another real node, of the same chain up to now."""
    anvil = chain.anvil.twin(tmp_path)
    yield anvil
    anvil.stop()


def pool_of(
    *nodes: FaultyProxy | Anvil | Chain, chain_id: int | None = None
) -> tuple[NodePool, ManualClock]:
    clock = ManualClock()
    urls = [node.url for node in nodes]
    return NodePool(urls, chain_id=chain_id, clock=clock, read_timeout_s=READ_TIMEOUT_S), clock


@pytest.mark.parametrize(
    "fault", [cut, truncated, wrong_id, http_status(429), http_status(500), result(lambda _: [])]
)
def test_reads_go_on_at_the_next_node(
    chain: Chain, proxies: tuple[FaultyProxy, FaultyProxy], fault: object
) -> None:
    first, second = proxies
    pool, clock = pool_of(first, second)
    assert pool.head() == chain.node.head()
    assert BLOCK not in second.asked or pool.endpoints[0].counters.elected == 1
    first.fail(fault)  # type: ignore[arg-type]
    assert pool.balance_wei(chain.relayer) == chain.node.balance_wei(chain.relayer)
    assert pool.head() == chain.node.head()
    assert (pool.endpoints[0].faults > 0, pool.endpoints[1].faults) == (True, 0)
    first.heal()
    clock.advance(120)
    for _ in range(3):
        pool.head()
        clock.advance(6)
    assert pool.endpoints[0].is_healthy
    asked = len(second.asked)
    pool.balance_wei(chain.relayer)
    assert len(second.asked) == asked, "the operator's first node is the preferred one again"


@pytest.mark.parametrize("fault", [hang, drip])
def test_a_node_that_never_answers_holds_up_one_request(
    chain: Chain, proxies: tuple[FaultyProxy, FaultyProxy], fault: object
) -> None:
    first, second = proxies
    clock = ManualClock()
    pool = NodePool([first.url, second.url], clock=clock, read_timeout_s=2.0)
    first.fail(fault)  # type: ignore[arg-type]
    for _ in range(3):
        assert pool.head() == chain.node.head()
        assert pool.balance_wei(chain.relayer) > 0
        clock.advance(70)
    hung = [method for method in first.asked if method != "eth_chainId"]
    assert pool.endpoints[0].counters.unreachable >= 1
    assert hung == [], "it is asked for anything again only after it has answered at all"


def test_the_pause_after_faults_doubles_and_is_bounded(chain: Chain) -> None:
    pool, clock = pool_of(chain)
    [endpoint] = pool.endpoints
    pauses = []
    for _ in range(12):
        endpoint.distrust("a test")
        pauses.append(endpoint.rests_for_s)
        clock.advance(100)
    assert all(2**n / 2 <= pause <= 2**n for n, pause in enumerate(pauses[:6]))
    assert all(30 <= pause <= 60 for pause in pauses[6:])
    assert len(set(pauses)) == len(pauses), "jitter"


def test_a_busy_node_gets_the_pause_that_it_wants(
    chain: Chain, proxies: tuple[FaultyProxy, FaultyProxy]
) -> None:
    first, second = proxies
    pool, clock = pool_of(first, second)
    first.fail(http_status(429, Retry_After="40"))
    second.fail(http_status(429, Retry_After="40"))
    with pytest.raises(NodeError):
        pool.head()
    first.heal()
    second.heal()
    asked = len(first.asked) + len(second.asked)
    clock.advance(39)
    with pytest.raises(NodeUnreachableError, match="wants to be asked less"):
        pool.head()
    assert len(first.asked) + len(second.asked) == asked
    clock.advance(2)
    assert pool.head() == chain.node.head()


def test_no_node_answers_and_then_one_does_again(
    chain: Chain, proxies: tuple[FaultyProxy, FaultyProxy]
) -> None:
    first, second = proxies
    pool, _ = pool_of(first, second)
    for proxy in proxies:
        proxy.fail(http_status(500))
    with pytest.raises(NodeUnreachableError):
        pool.head()
    second.heal()
    assert pool.head() == chain.node.head(), "without waiting for a pause to end"


def test_a_node_of_another_chain_is_never_asked(
    chain: Chain, proxies: tuple[FaultyProxy, FaultyProxy]
) -> None:
    first, second = proxies
    pool, clock = pool_of(first, second, chain_id=chain.deployment.chain_id)
    first.fail(result(lambda _: "0x5"), "eth_chainId")
    for _ in range(4):
        assert pool.head() == chain.node.head()
        clock.advance(61)
    assert set(first.asked) == {"eth_chainId"}
    assert pool.endpoints[0].counters.wrong_chain >= 1
    assert "serves chain 5 and the deployment file names chain 31337" in pool.troubles()[0]


def test_a_pool_of_the_wrong_chain_alone_says_so(chain: Chain, tmp_path: Path) -> None:
    with FaultyProxy(chain.url) as proxy:
        proxy.fail(result(lambda _: "0x5"), "eth_chainId")
        pipeline = Pipeline.start(chain, tmp_path, rpc_url=proxy.url)
        pipeline.step()
        beat = pipeline.store.chain_state.view().heartbeat
        assert beat is not None
        assert not beat.node_reachable
        assert "serves chain 5" in (beat.detail or "")
        assert set(proxy.asked) == {"eth_chainId"}


def test_a_node_that_lags_is_passed_over(chain: Chain, twin: Anvil) -> None:
    pool, clock = pool_of(twin, chain)
    assert pool.head() == twin.node.head()
    chain.mine(10)
    clock.advance(6)
    pool.head()
    assert pool.head() == chain.node.head()
    assert "10 blocks behind" in pool.troubles()[0]


def test_a_node_that_boasts_of_blocks_is_not_followed(
    chain: Chain, proxies: tuple[FaultyProxy, FaultyProxy]
) -> None:
    honest, boaster = proxies
    pool, clock = pool_of(honest, boaster)
    boaster.fail(
        result(lambda given: {**given, "number": hex(10**6), "hash": "0x" + 64 * "e"}), BLOCK
    )
    for _ in range(4):
        assert pool.head() == chain.node.head()
        clock.advance(6)
    assert pool.endpoints[1].counters.elected == 0


def test_an_observation_never_goes_on_at_a_node_on_another_branch(
    chain: Chain, twin: Anvil
) -> None:
    twin.node.request("evm_increaseTime", [hex(77)])
    twin.node.request("anvil_mine", [hex(1)])
    chain.mine()
    with FaultyProxy(chain.url) as proxy:
        pool, _ = pool_of(proxy, twin)
        head = pool.head()
        assert head == chain.node.head() != twin.node.head()
        proxy.fail(cut)
        with pytest.raises(NodeUnreachableError):
            pool.transaction_count(chain.relayer, head.number)
        assert pool.head() == twin.node.head(), "a new observation may begin there"


def test_an_observation_never_goes_on_at_a_node_that_lacks_its_block(
    chain: Chain, twin: Anvil
) -> None:
    chain.mine()
    with FaultyProxy(chain.url) as proxy:
        pool, _ = pool_of(proxy, twin)
        head = pool.head()
        proxy.fail(cut)
        with pytest.raises(NodeUnreachableError):
            pool.transaction_count(chain.relayer, head.number)


def test_what_one_node_cannot_another_may(
    chain: Chain, proxies: tuple[FaultyProxy, FaultyProxy]
) -> None:
    first, _ = proxies
    pool, _ = pool_of(*proxies)
    head = pool.head()
    for code, words in (
        (-32601, "the method is not for you"),
        (-32005, "daily request count exceeded, request rate limited"),
        (-32000, "missing trie node 5e (path ) state 0x is not available"),
        (-32000, "header not found"),
    ):
        first.fail(refuses(code, words), "eth_getBalance")
        assert pool.balance_wei(chain.relayer, head.number) > 0
    first.fail(refuses(-32000, "something of its own"), "eth_getBalance")
    pool.head()
    with pytest.raises(NodeRefusalError, match="something of its own"):
        pool.balance_wei(chain.relayer, head.number)


def test_two_nodes_that_disagree_agree_on_nothing_and_a_majority_decides(
    chain: Chain, twin: Anvil
) -> None:
    twin.node.request("evm_increaseTime", [hex(77)])
    twin.node.request("anvil_mine", [hex(1)])
    chain.mine()
    pool, _ = pool_of(chain, twin)
    assert not pool.agrees_on(pool.head())
    with FaultyProxy(twin.url) as second, FaultyProxy(chain.url) as third:
        pool, _ = pool_of(chain, second, third)
        assert pool.agrees_on(pool.head())
    with FaultyProxy(twin.url) as second:
        pool, _ = pool_of(chain, second, twin)
        assert not pool.agrees_on(pool.head())
        assert pool.endpoints[0].counters.distrusted == 1
        assert pool.head() == twin.node.head()


def test_a_transaction_goes_to_all_nodes(
    chain: Chain, proxies: tuple[FaultyProxy, FaultyProxy], twin: Anvil, tmp_path: Path
) -> None:
    pipeline = Pipeline.start(chain, tmp_path, rpc_url=proxies[0].url, rpc_urls=(twin.url,))
    ids = pipeline.queue(pipeline.contributions(3))
    pipeline.step()
    [hash_] = [attempt.hash for attempt in pipeline.store.transactions.attempts(1)]
    assert twin.await_receipt(hash_).succeeded
    assert chain.anvil.await_receipt(hash_).succeeded
    assert set(pipeline.statuses(ids)) <= {"sent", "mined"}


@pytest.mark.parametrize(
    "fault", [hang, http_status(429), refuses(-32601, "no such method"), refuses(-32000, "moods")]
)
def test_one_node_that_takes_a_transaction_is_enough(
    chain: Chain, proxies: tuple[FaultyProxy, FaultyProxy], tmp_path: Path, fault: object
) -> None:
    first, second = proxies
    pipeline = Pipeline.start(chain, tmp_path, rpc_url=first.url, rpc_urls=(second.url,))
    ids = pipeline.queue(pipeline.contributions(3))
    first.fail(fault, SEND)  # type: ignore[arg-type]
    pipeline.step()
    [attempt] = pipeline.store.transactions.attempts(1)
    assert attempt.result in ("accepted", "already-known")
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert chain.node.transaction_count(chain.relayer) == 1


def test_the_worker_lives_through_nodes_that_fail_in_turns(
    chain: Chain, proxies: tuple[FaultyProxy, FaultyProxy], tmp_path: Path
) -> None:
    clock = ManualClock(float(chain.now()))
    first, second = (proxy.url for proxy in proxies)
    pipeline = Pipeline.start(chain, tmp_path, clock=clock, rpc_url=first, rpc_urls=(second,))
    faults = [http_status(500), cut, truncated, wrong_id, http_status(429), result(lambda _: {})]
    ids: list[str] = []
    for number, fault in enumerate(faults):
        failing = proxies[number % 2]
        failing.fail(fault)
        ids += pipeline.queue(pipeline.contributions(3, first_player=4 * number))
        for _ in range(3):
            pipeline.step()
            chain.mine()
            clock.advance(1)
        beat = pipeline.store.chain_state.view().heartbeat
        assert beat is not None
        assert beat.node_reachable
        failing.heal()
        clock.advance(70)
        pipeline.step()
        clock.advance(6)
        pipeline.step()
    pipeline.run_until(pipeline.all_are(ids, "confirmed"))
    assert chain.node.transaction_count(chain.relayer) == len(faults)
