"""Hands a signed transaction to several nodes and makes one answer of theirs.

One node that takes it is enough, and nobody waits for the others then. When none takes it, the
answer that leaves most hope is given, because the next one down could end what still lives: a
lost answer counts more than a rejection, and a used nonce more than both.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from relayer.chain.alongside import Survey
from relayer.chain.errors import NodeError, NodeUnreachableError
from relayer.chain.node_errors import SendOutcome, classify_send_error, is_inability

#: Outcomes that are no acceptance, the most hopeful first.
_HOPE: Final = (
    SendOutcome.NONCE_TOO_LOW,
    SendOutcome.UNDERPRICED,
    SendOutcome.INSUFFICIENT_FUNDS,
    SendOutcome.UNKNOWN,
    SendOutcome.REJECTED,
)


def broadcast(survey: Survey[str], count: int, wait_s: float) -> str:
    """The hash, as soon as one node took the transaction.

    Args:
        survey: the hand-over to all nodes, under way.
        count: how many nodes.
        wait_s: longest that the nodes are waited for.

    Raises:
        NodeError: none took it.
    """
    failures: list[NodeError] = []
    give_up_at = time.monotonic() + wait_s
    for _ in range(count):
        report = survey.next_report(give_up_at - time.monotonic())
        if report is None:
            failures.append(NodeUnreachableError("A node has not answered in time."))
            break
        _, answer = report
        if isinstance(answer, str):
            return answer
        if classify_send_error(answer).is_in_pool:
            raise answer
        failures.append(answer)
    raise most_hopeful(failures)


def most_hopeful(failures: Sequence[NodeError]) -> NodeError:
    """Of several failed hand-overs the one whose meaning the caller should go by."""
    able = [failure for failure in failures if not is_inability(failure)] or list(failures)
    return min(able, key=lambda failure: _HOPE.index(classify_send_error(failure)))
