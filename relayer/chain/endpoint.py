"""One of several nodes: how it has fared, whether it may be asked now, what was counted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, Final, TypeVar

from relayer.chain.answers import Block
from relayer.chain.errors import (
    NodeAnswerError,
    NodeBusyError,
    NodeRefusalError,
    NodeUnreachableError,
)
from relayer.chain.node import Node
from relayer.chain.responses import reading
from relayer.chain.transport import Question, shown_url
from relayer.clock import Clock

#: Pause after a fault; it doubles with each one in a row. Of each pause a random half is waived,
#: so that many relayers do not come back to a node at the same moment.
FIRST_REST_S: Final = 1.0
LONGEST_REST_S: Final = 60.0
#: How long an answer about the chain's id is believed.
CHAIN_ID_HOLDS_S: Final = 60.0

_Raw = TypeVar("_Raw")
_Parsed = TypeVar("_Parsed")


@dataclass
class NodeCounters:
    """What happened with one node since the process began; whoever likes may read it."""

    requests: int = 0  #: HTTP requests
    refusals: int = 0  #: answers that were JSON-RPC errors
    unreachable: int = 0  #: no answer: connection, time-out, HTTP error
    busy: int = 0  #: answers 429 and 503
    wrong_answers: int = 0  #: answers that could not be true
    wrong_chain: int = 0  #: looks at a node that serves another chain
    distrusted: int = 0  #: times that what it told of the chain contradicted itself or others
    elected: int = 0  #: times that it became the node that is asked
    broadcasts: int = 0  #: transactions that it was handed
    accepted: int = 0  #: those of them that it took


class Endpoint(Node):
    """A node that remembers its faults.

    Args:
        rpc_url: HTTP address.
        read_timeout_s: how long an answer may take.
        clock: measures pauses.
        random: waives a part of each pause.
    """

    def __init__(self, rpc_url: str, read_timeout_s: float, clock: Clock, random: Random) -> None:
        super().__init__(rpc_url, read_timeout_s)
        self.counters = NodeCounters()
        #: Faults since the last answer.
        self.faults = 0
        #: The newest block that it named.
        self.newest: Block | None = None
        #: Why it is not asked, in words for the operator.
        self.trouble: str | None = None
        #: Whether it served another chain when it was asked last.
        self.is_of_another_chain = False
        self._clock = clock
        self._random = random
        self._rests_until = float("-inf")
        self._asked_for_a_pause = False
        self._chain_id: int | None = None
        self._chain_id_until = float("-inf")
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The node in logs and metrics, without what its URL may keep secret."""
        return shown_url(self.rpc_url)

    @property
    def rests_for_s(self) -> float:
        """How long it is let alone from now on; 0 when it may be asked."""
        return max(0.0, self._rests_until - self._clock.monotonic())

    @property
    def is_healthy(self) -> bool:
        """Whether its last answer was one. After a fault it must first answer when nobody waits."""
        return self.faults == 0 and self.rests_for_s == 0

    @property
    def must_rest(self) -> bool:
        """Whether it asked for its pause itself; then not even want of others ends it early."""
        return self._asked_for_a_pause and self.rests_for_s > 0

    def request(self, method: str, params: Sequence[Any]) -> Any:
        """The raw result of a JSON-RPC call; see `Node.request`."""
        with self._noting():
            return super().request(method, params)

    def request_many(self, questions: Sequence[Question]) -> list[Any]:
        """The raw results of many calls; see `Node.request_many`."""
        with self._noting():
            return super().request_many(questions)

    def read(self, method: str, params: Sequence[Any], parse: Callable[[Any], _Parsed]) -> _Parsed:
        """What is made of a result; see `Node.read`."""
        return self._parsed(method, self.request(method, params), parse)

    def read_many(
        self, questions: Sequence[Question], parse: Callable[[list[Any]], _Parsed]
    ) -> _Parsed:
        """What is made of many results; see `Node.read_many`."""
        method = questions[0][0] if questions else "nothing"
        return self._parsed(method, self.request_many(questions), parse)

    def block(self, block: int | str = "latest") -> Block | None:
        """A block's head; see `Node.block`."""
        found = super().block(block)
        if block == "latest" and found is not None:
            self.newest = found
        return found

    def send_raw(self, raw: bytes) -> str:
        """Hands a signed transaction to the node; see `Node.send_raw`."""
        self.counters.broadcasts += 1
        transaction_hash = super().send_raw(raw)
        self.counters.accepted += 1
        return transaction_hash

    def chain_id(self) -> int:
        """The chain's id; asked again after every fault and after a while."""
        now = self._clock.monotonic()
        if self._chain_id is None or now >= self._chain_id_until:
            self._chain_id = super().chain_id()
            self._chain_id_until = now + CHAIN_ID_HOLDS_S
        return self._chain_id

    def check_chain(self, chain_id: int) -> None:
        """Requires that it serves this chain.

        Raises:
            NodeUnreachableError: it serves another one, or does not answer.
        """
        served = self.chain_id()
        if served == chain_id:
            self.is_of_another_chain = False
            return
        self.counters.wrong_chain += 1
        self._chain_id = None
        self.is_of_another_chain = True
        error = NodeUnreachableError(
            f"the node at {self.name} serves chain {served} and the deployment file names chain "
            f"{chain_id}; correct rpc_url, rpc_urls or deployment"
        )
        self._rest(LONGEST_REST_S, str(error))
        raise error

    def distrust(self, reason: str) -> None:
        """Notes that what it told contradicts itself or the others; it rests."""
        self.counters.distrusted += 1
        self._note_fault(reason)

    def _parsed(self, method: str, answer: _Raw, parse: Callable[[_Raw], _Parsed]) -> _Parsed:
        try:
            with reading(method):
                return parse(answer)
        except NodeAnswerError as error:
            self._count_fault(error)
            self._note_fault(str(error))
            raise

    @contextmanager
    def _noting(self) -> Iterator[None]:
        self.counters.requests += 1
        try:
            yield
        except NodeRefusalError:
            self.counters.refusals += 1
            self._note_answer()
            raise
        except NodeUnreachableError as error:
            self._count_fault(error)
            self._note_fault(str(error))
            if isinstance(error, NodeBusyError):
                self._asked_for_a_pause = True
                self._rest(max(error.retry_after_s, self.rests_for_s), str(error))
            raise
        else:
            self._note_answer()

    def _count_fault(self, error: NodeUnreachableError) -> None:
        if isinstance(error, NodeBusyError):
            self.counters.busy += 1
        elif isinstance(error, NodeAnswerError):
            self.counters.wrong_answers += 1
        else:
            self.counters.unreachable += 1

    def _note_answer(self) -> None:
        with self._lock:
            self.faults = 0
            self.trouble = None
            self._rests_until = float("-inf")
            self._asked_for_a_pause = False

    def _note_fault(self, reason: str) -> None:
        with self._lock:
            self.faults += 1
            self._chain_id = None
            doublings = min(self.faults - 1, 16)
        whole_s = min(LONGEST_REST_S, FIRST_REST_S * 2**doublings)
        self._rest(whole_s * (1 - self._random.random() / 2), reason)

    def _rest(self, duration_s: float, reason: str) -> None:
        self._rests_until = self._clock.monotonic() + duration_s
        self.trouble = reason
