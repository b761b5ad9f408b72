"""Several nodes of one chain behind the methods of one.

Who is asked: the first node in the operator's order that is healthy, serves the right chain and
does not lag. `head` begins an observation and may change the node. Until the next `head` all
questions go to the same node, or after a fault to another one that has shown that it holds the
very block which the observation is about. So no decision rests on a mixture of two chains.

Signed transactions go to all nodes at once; see `broadcasting`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from random import Random, SystemRandom
from statistics import median_low
from typing import Any, Final, TypeVar

from relayer.chain.alongside import Alongside, Survey
from relayer.chain.answers import Block
from relayer.chain.broadcasting import broadcast
from relayer.chain.endpoint import Endpoint
from relayer.chain.errors import NodeError, NodeRefusalError, NodeUnreachableError
from relayer.chain.node import READ_TIMEOUT_S, Node
from relayer.chain.node_errors import is_inability
from relayer.chain.transport import Question
from relayer.clock import Clock, SystemClock
from relayer.errors import SettingsError
from relayer.settings import Settings

log = logging.getLogger(__name__)

#: Blocks that a node may be behind the others before another one is asked instead.
MOST_LAG_BLOCKS: Final = 3
#: Pause between two looks at the newest blocks of the nodes that are not asked.
SURVEY_INTERVAL_S: Final = 5.0
#: Longest that the others are waited for when they are asked what they think.
SURVEY_WAIT_S: Final = 2.0

_Result = TypeVar("_Result")


def open_node(
    settings: Settings,
    *,
    chain_id: int | None = None,
    read_timeout_s: float = READ_TIMEOUT_S,
    clock: Clock | None = None,
) -> NodePool:
    """The nodes of the settings.

    Args:
        settings: `rpc_url` comes first, then `rpc_urls` in their order.
        chain_id: the chain that a node must serve; None: that of the first that answers.
        read_timeout_s: how long an answer may take.
        clock: default: the machine's.
    """
    urls = dict.fromkeys((settings.rpc_url, *settings.rpc_urls))
    return NodePool(list(urls), chain_id=chain_id, read_timeout_s=read_timeout_s, clock=clock)


class NodePool(Node):
    """Asks one of several nodes and changes it when it fails; threads may share it.

    Args:
        urls: HTTP addresses, the preferred one first.
        chain_id: the chain that a node must serve; None: that of the first that answers.
        read_timeout_s: how long an answer may take.
        clock: measures pauses; default: the machine's.
        random: spreads the pauses; default: the machine's.
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        chain_id: int | None = None,
        read_timeout_s: float = READ_TIMEOUT_S,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        super().__init__(urls[0], read_timeout_s)
        self._clock = clock or SystemClock()
        self._read_timeout_s = read_timeout_s
        self._wanted_chain_id = chain_id
        random = random or SystemRandom()
        #: The nodes in the operator's order, with their counters.
        self.endpoints = tuple(Endpoint(url, read_timeout_s, self._clock, random) for url in urls)
        self._threads = {endpoint: Alongside(endpoint) for endpoint in self.endpoints}
        self._lock = threading.RLock()
        self._chosen: Endpoint | None = None
        self._anchor: Block | None = None
        self._highest_seen = -1
        self._next_survey_at = float("-inf")

    @property
    def urls(self) -> tuple[str, ...]:
        """Where requests may go."""
        return tuple(endpoint.rpc_url for endpoint in self.endpoints)

    def troubles(self) -> list[str]:
        """What is wrong with which node, in words for the operator; empty while all are well."""
        return [f"{e.name}: {e.trouble}" for e in self.endpoints if e.trouble is not None]

    def request(self, method: str, params: Sequence[Any]) -> Any:
        """The raw result of a JSON-RPC call; see `Node.request`."""
        return self._ask(lambda endpoint: endpoint.request(method, params))

    def request_many(self, questions: Sequence[Question]) -> list[Any]:
        """The raw results of many calls, all from one node; see `Node.request_many`."""
        return self._ask(lambda endpoint: endpoint.request_many(questions))

    def read(self, method: str, params: Sequence[Any], parse: Callable[[Any], _Result]) -> _Result:
        """What is made of a result; a node whose answer cannot be read has failed."""
        return self._ask(lambda endpoint: endpoint.read(method, params, parse))

    def read_many(
        self, questions: Sequence[Question], parse: Callable[[list[Any]], _Result]
    ) -> _Result:
        """What is made of many results, all from one node."""
        return self._ask(lambda endpoint: endpoint.read_many(questions, parse))

    def chain_id(self) -> int:
        """The chain's id.

        Raises:
            SettingsError: all nodes serve other chains than the wanted one.
            NodeUnreachableError: no node answers.
        """
        try:
            return self._ask(lambda endpoint: endpoint.chain_id())
        except NodeUnreachableError as error:
            if all(endpoint.is_of_another_chain for endpoint in self.endpoints):
                raise SettingsError("; ".join(self.troubles()) or str(error)) from error
            raise

    def head(self) -> Block:
        """The newest block of the node that is asked from now on.

        Raises:
            NodeUnreachableError: no node has one.
        """
        with self._lock:
            self._anchor = None
            if len(self.endpoints) > 1 and self._clock.monotonic() >= self._next_survey_at:
                self._next_survey_at = self._clock.monotonic() + SURVEY_INTERVAL_S
                self._survey_heads()
            endpoint, head = self._best_head()
            self._choose(endpoint)
            self._anchor = head
            self._highest_seen = head.number
            return head

    def agrees_on(self, block: Block) -> bool:
        """Whether the nodes that know this number name this hash: all of them, or most of them.

        When most contradict the node that is asked, it is asked no more.
        """
        others = [each for each in self.endpoints if each is not self._chosen]
        same = different = 0
        for _, found in self._survey(others, lambda each: self._checked(each).block(block.number)):
            if isinstance(found, Block):
                same += found.hash == block.hash
                different += found.hash != block.hash
        if different == 0 or same + 1 > different:
            return True
        if same + 1 < different:
            self.distrust(f"most nodes have another block {block.number}")
        return False

    def agreed_transaction_count(self, address: str, block: int | str = "latest") -> int:
        """The most that half of the nodes which answer do not contradict; of two, the lower count.

        A nonce that is skipped for a lie would hold up its lane for ever.
        """
        counts = [self.transaction_count(address, block)]
        others = [each for each in self.endpoints if each is not self._chosen]
        for _, found in self._survey(
            others, lambda each: self._checked(each).transaction_count(address, block)
        ):
            counts += [found] if isinstance(found, int) else []
        return median_low(counts)

    def distrust(self, reason: str) -> None:
        """Asks another node from now on, until this one has rested."""
        with self._lock:
            if self._chosen is not None:
                log.warning("%s is asked no more: %s", self._chosen.name, reason)
                self._chosen.distrust(reason)
                self._chosen = None

    def send_raw(self, raw: bytes) -> str:
        """Hands a signed transaction to all nodes and returns its hash as soon as one took it.

        Raises:
            NodeError: none took it; the answer that leaves most hope that it lives.
        """
        if len(self.endpoints) == 1:
            return self._ask(lambda endpoint: endpoint.send_raw(raw))
        able = [each for each in self.endpoints if each.is_healthy] or self._in_order()[:1]
        threads = [self._threads[each] for each in able]
        survey = Survey(threads, lambda each: self._checked(each).send_raw(raw))
        return broadcast(survey, len(able), self._read_timeout_s)

    def _ask(self, question: Callable[[Endpoint], _Result]) -> _Result:
        """The answer of the chosen node, or of the next one that may take its place."""
        failure: NodeError | None = None
        for endpoint in self._candidates():
            try:
                self._admit(endpoint)
                return question(endpoint)
            except NodeUnreachableError as error:
                self._unchoose(endpoint)
                failure = failure or error
            except NodeRefusalError as error:
                if not is_inability(error):
                    raise
                failure = error
        raise failure or NodeUnreachableError(self._silence())

    def _candidates(self) -> Iterator[Endpoint]:
        chosen = self._chosen
        if chosen is not None:
            yield chosen
        for endpoint in self._in_order():
            if endpoint is not chosen and not endpoint.must_rest:
                yield endpoint

    def _in_order(self) -> list[Endpoint]:
        """Healthy nodes as the operator named them, then the others, shortest pause first."""
        return sorted(self.endpoints, key=lambda each: (not each.is_healthy, each.rests_for_s))

    def _admit(self, endpoint: Endpoint) -> None:
        """Requires of a node that it may answer in the midst of an observation."""
        if endpoint is self._chosen:
            return
        self._checked(endpoint)
        anchor = self._anchor
        if anchor is not None and len(self.endpoints) > 1:
            found = endpoint.block(anchor.number)
            if found is None or found.hash != anchor.hash:
                raise NodeUnreachableError(
                    f"{endpoint.name} does not have block {anchor.number} as it was seen."
                )
        self._choose(endpoint)

    def _checked(self, endpoint: Endpoint) -> Endpoint:
        """The node, once it is sure that it serves the wanted chain."""
        if self._wanted_chain_id is None and len(self.endpoints) > 1:
            self._wanted_chain_id = endpoint.chain_id()
        if self._wanted_chain_id is not None:
            endpoint.check_chain(self._wanted_chain_id)
        return endpoint

    def _choose(self, endpoint: Endpoint) -> None:
        with self._lock:
            if endpoint is not self._chosen:
                self._chosen = endpoint
                endpoint.counters.elected += 1
                if len(self.endpoints) > 1:
                    log.info("asking %s from now on", endpoint.name, extra={"action": "elect"})

    def _unchoose(self, endpoint: Endpoint) -> None:
        with self._lock:
            if endpoint is self._chosen:
                self._chosen = None

    def _best_head(self) -> tuple[Endpoint, Block]:
        """The first node in order that is neither behind the others nor behind what was seen."""
        failure: NodeError | None = None
        behind: list[tuple[Endpoint, Block]] = []
        for endpoint in self._in_order():
            if endpoint.must_rest:
                continue
            try:
                head = self._checked(endpoint).head()
            except NodeError as error:
                self._unchoose(endpoint)
                failure = failure or error
                continue
            if not self._lags(endpoint, head) and head.number >= self._highest_seen:
                return endpoint, head
            behind.append((endpoint, head))
        if not behind:
            raise failure or NodeUnreachableError(self._silence())
        return max(behind, key=lambda found: found[1].number)

    def _lags(self, endpoint: Endpoint, head: Block) -> bool:
        """Whether another node is well ahead on the same chain; a mere claim does not count."""
        for other in self.endpoints:
            newest = other.newest
            if other is endpoint or not other.is_healthy or newest is None:
                continue
            if newest.number <= head.number + MOST_LAG_BLOCKS:
                continue
            try:
                found = other.block(head.number)
            except NodeError:
                continue
            if found is not None and found.hash == head.hash:
                endpoint.trouble = f"{newest.number - head.number} blocks behind {other.name}"
                return True
        return False

    def _survey_heads(self) -> None:
        others = [each for each in self.endpoints if each is not self._chosen]
        for _ in self._survey(others, lambda each: self._checked(each).block("latest")):
            pass

    def _survey(
        self, endpoints: Sequence[Endpoint], ask: Callable[[Endpoint], _Result]
    ) -> Iterator[tuple[Endpoint, _Result | NodeError]]:
        """The answers, as far as they come in time, of nodes whose pause is over."""
        threads = [self._threads[each] for each in endpoints if each.rests_for_s == 0]
        survey = Survey(threads, ask)
        give_up_at = time.monotonic() + SURVEY_WAIT_S
        while (report := survey.next_report(give_up_at - time.monotonic())) is not None:
            yield report

    def _silence(self) -> str:
        return "No node may be asked now: " + "; ".join(self.troubles() or ["none answers"]) + "."
