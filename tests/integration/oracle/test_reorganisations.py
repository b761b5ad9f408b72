"""The chain drops blocks that a responder had counted as final: it says the same again."""

from __future__ import annotations

from relayer.oracle import Question, Responder
from relayer.oracle.contract import as_bytes
from relayer.store.transactions import Attempt
from tests.integration.oracle.conftest import MakeService
from tests.integration.oracle.test_crashes import ME, Fickle, run_to_the_end
from tests.integration.pipeline.test_reorganisations import depth_since, drop
from tests.oracle_panel import FEE_WEI, Panel
from tests.topic_service import WEATHER


class Stranger:
    """A service that must not be asked."""

    def classify(self, question: Question) -> int:
        """Never called."""
        raise AssertionError(f"asked again about {question.request_id}")


def answered(panel: Panel, serve: MakeService) -> tuple[Responder, str]:
    """A responder among honest ones whose request is over in final blocks."""
    me = panel.join(0, Fickle(1), resend_after_s=0.1)
    for number in (1, 2):
        panel.join(number, serve(), resend_after_s=0.1)
    request_id = panel.ask(WEATHER)
    panel.chain.mine(2)
    return me, request_id


def end_everything(panel: Panel, request_id: str) -> None:
    run_to_the_end(panel, request_id)
    for index in range(3):
        panel.run_until(panel.stands(index, request_id, "ended"))
    panel.run_until(lambda: not unfinished(panel.responders[0]))


def unfinished(responder: Responder) -> list[int]:
    room = responder.store.transactions
    return [transaction.nonce for transaction in room.unfinished(responder.signer.address)]


def first_attempts(responder: Responder) -> list[Attempt]:
    return responder.store.transactions.attempts(1)


def assert_whole(panel: Panel, request_id: str) -> None:
    """All is said and paid once on the chain that there is, and with the one answer."""
    mine = [e for e in panel.events("Committed") if e["responder"] == ME]
    assert [e["id"] for e in mine] == [as_bytes(request_id)]
    assert panel.said(request_id)[ME] == 1
    claimed = [e["amountWei"] for e in panel.events("Claimed") if e["account"] == ME]
    assert sum(claimed) == FEE_WEI // 3


def test_everything_said_is_said_again_when_the_chain_drops_it(
    panel: Panel, serve: MakeService
) -> None:
    me, request_id = answered(panel, serve)
    asked_at = panel.chain.node.head().number
    end_everything(panel, request_id)
    sent = first_attempts(me)
    drop(panel.chain, depth_since(panel.chain, asked_at))
    assert panel.events("Committed") == []
    end_everything(panel, request_id)
    assert_whole(panel, request_id)
    assert first_attempts(me) == sent, "the stored bytes of the commitment"
    assert me.store.trail.latest_reorganisation() is not None


def test_request_that_comes_again_in_another_block_gets_the_answer_that_it_had(
    panel: Panel, serve: MakeService
) -> None:
    before = panel.chain.node.head().number
    _, request_id = answered(panel, serve)
    end_everything(panel, request_id)
    drop(panel.chain, depth_since(panel.chain, before))
    panel.turn()
    panel.chain.pass_time(50)
    assert panel.ask(WEATHER) == request_id, "its id is made of what is asked"
    end_everything(panel, request_id)
    assert_whole(panel, request_id)


def test_label_is_not_asked_for_again_after_a_restart(panel: Panel, serve: MakeService) -> None:
    me, request_id = answered(panel, serve)
    asked_at = panel.chain.node.head().number
    end_everything(panel, request_id)
    panel.leave(me)
    drop(panel.chain, depth_since(panel.chain, asked_at))
    panel.responders.insert(0, panel.join(0, Stranger(), resend_after_s=0.1))
    panel.responders.pop()
    end_everything(panel, request_id)
    assert_whole(panel, request_id)


def test_only_the_settlement_is_made_again_when_only_its_block_is_dropped(
    panel: Panel, serve: MakeService
) -> None:
    me, request_id = answered(panel, serve)
    panel.run_until(lambda: len(panel.events("Revealed")) == 3)
    panel.chain.mine(1)
    revealed_at = panel.chain.node.head().number
    end_everything(panel, request_id)
    drop(panel.chain, depth_since(panel.chain, revealed_at))
    me.poll()
    assert panel.row(0, request_id).status == "earned"
    end_everything(panel, request_id)
    assert_whole(panel, request_id)
