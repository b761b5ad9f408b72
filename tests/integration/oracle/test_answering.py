"""Responders over real services answer requests on a real chain."""

from __future__ import annotations

from relayer.keys import Signer
from relayer.oracle.contract import Oracle, Stage, as_bytes, commitment_of
from tests.chain import GWEI
from tests.integration.oracle.conftest import MakeService
from tests.oracle_panel import FEE_WEI, RESPONDER_KEYS, Panel
from tests.topic_service import FOOD, SPORT, TOPICS, WEATHER, Mood


def address(number: int) -> str:
    return Signer(RESPONDER_KEYS[number]).address


def test_a_complete_panel_answers_and_shares_the_fee(panel: Panel, serve: MakeService) -> None:
    for number in range(3):
        panel.join(number, serve())
    request_id = panel.ask(WEATHER)
    panel.run_until(panel.is_settled(request_id))
    assert panel.predict(WEATHER) == TOPICS.index("weather")
    assert panel.said(request_id) == dict.fromkeys(map(address, range(3)), 1)
    settled = panel.events("Settled")[0]
    assert (settled["winnersMap"], settled["shareWei"]) == (0b111, FEE_WEI // 3)
    assert panel.chain.now() < panel.request(request_id)["commitUntil"], "nobody waited"


def test_a_liar_is_outvoted_and_unpaid(panel: Panel, serve: MakeService) -> None:
    panel.join(0, serve(Mood.LYING))
    panel.join(1, serve())
    panel.join(2, serve(Mood.BY_NAME))
    request_id = panel.ask(FOOD)
    panel.run_until(panel.is_settled(request_id))
    assert panel.predict(FOOD) == TOPICS.index("food")
    assert panel.events("Settled")[0]["winnersMap"] == 0b110
    panel.run_until(panel.stands(0, request_id, "ended"))
    assert panel.row(0, request_id).reason == "not-the-answer"


def test_two_answer_at_half_time_when_the_third_is_down(panel: Panel, serve: MakeService) -> None:
    panel.join(0, serve())
    panel.join(1, serve())
    request_id = panel.ask(SPORT)
    panel.run_until(lambda: len(panel.events("Committed")) == 2)
    for _ in range(4):
        panel.turn()
        panel.chain.mine()
    assert panel.said(request_id) == {}, "the third could still copy"
    panel.pass_to("commitUntil", request_id)
    panel.run_until(panel.is_settled(request_id))
    assert panel.predict(SPORT) == TOPICS.index("sport")
    assert panel.events("Settled")[0]["winnersMap"] == 0b011


def test_many_requests_are_answered_together(panel: Panel, serve: MakeService) -> None:
    for number in range(3):
        panel.join(number, serve(), oracle_parallel=8)
    samples = [f"rain number {number}".encode() for number in range(8)]
    ids = [panel.ask(sample) for sample in samples]
    panel.chain.mine(2)
    panel.run_until(lambda: all(panel.request(i)["settled"] for i in ids))
    assert [panel.predict(sample) for sample in samples] == [1] * len(samples)
    used = [panel.chain.node.transaction_count(address(number)) for number in range(3)]
    assert max(used) <= 4, "commit, reveal, settle, claim: each for all together"


def test_a_request_that_expires_unanswered_gives_its_fee_back(
    panel: Panel, serve: MakeService
) -> None:
    panel.join(0, serve(Mood.FAILING))
    request_id = panel.ask()
    panel.run_until(panel.stands(0, request_id, "open"))
    panel.pass_to("deadline", request_id)
    panel.run_until(panel.stands(0, request_id, "ended"))
    assert panel.row(0, request_id).reason == "not-answered"
    assert panel.events("Committed") == []
    assert panel.chain.node.transaction_count(address(0)) == 0, "nothing was paid for"


def test_a_request_without_quorum_is_put_away(panel: Panel, serve: MakeService) -> None:
    panel.join(0, serve())
    request_id = panel.ask()
    panel.run_until(lambda: len(panel.events("Committed")) == 1)
    panel.pass_to("commitUntil", request_id)
    panel.run_until(panel.stands(0, request_id, "ended"))
    assert panel.row(0, request_id).reason == "no-quorum"


def test_requests_of_another_panel_are_left_alone(panel: Panel, serve: MakeService) -> None:
    service = serve()
    panel.join(0, service)
    change = panel.oracle.interface.encode("changePanel", [address(1), address(2)], 2)
    panel.chain.send(panel.chain.deployer_key, panel.oracle.address, change)
    panel.ask()
    for _ in range(4):
        panel.chain.mine()
        panel.turn()
    assert service.questions == []


def test_requests_to_an_old_model_are_left_alone(panel: Panel, serve: MakeService) -> None:
    service = serve()
    request_id = panel.ask()
    change = panel.oracle.interface.encode("changeModel", b"\x07" * 32)
    panel.chain.send(panel.chain.deployer_key, panel.oracle.address, change)
    panel.join(0, service)
    panel.run_until(panel.stands(0, request_id, "ended"))
    assert panel.row(0, request_id).reason == "old-model"
    assert service.questions == []
    new_id = panel.ask()
    panel.run_until(lambda: len(panel.events("Committed")) == 1)
    body = service.questions[0][0]
    assert (body["request"], body["version"], body["model"]) == (new_id, 2, "0x" + "07" * 32)


def test_what_does_not_pay_for_its_gas_is_not_answered(panel: Panel, serve: MakeService) -> None:
    service, charitable = serve(), serve()
    panel.join(0, service)
    panel.join(1, charitable, oracle_cover_percent=0)
    panel.ask(fee_wei=10**9)
    panel.run_until(lambda: len(charitable.questions) == 1)
    panel.turn()
    assert service.questions == []


def test_a_request_without_confirmations_is_not_believed(panel: Panel, serve: MakeService) -> None:
    service = serve()
    panel.join(0, service)
    panel.ask()
    panel.turn()
    panel.chain.mine()
    panel.turn()
    assert service.questions == [], "one block on top of it"
    panel.chain.mine()
    panel.turn()
    assert len(service.questions) == 1, "two"


def test_a_request_that_a_reorganisation_takes_back_costs_nothing(
    panel: Panel, serve: MakeService
) -> None:
    service = serve()
    panel.join(0, service)
    before = panel.chain.node.request("evm_snapshot", [])
    panel.ask(SPORT)
    panel.turn()
    panel.chain.node.request("evm_revert", [before])
    request_id = panel.ask(FOOD)
    panel.run_until(lambda: len(panel.events("Committed")) == 1)
    assert [body["request"] for body, _ in service.questions] == [request_id]


def test_a_refused_sample_is_not_asked_again(panel: Panel, serve: MakeService) -> None:
    service = serve(Mood.REFUSING)
    panel.join(0, service)
    request_id = panel.ask()
    for _ in range(6):
        panel.chain.mine()
        panel.turn()
    assert len(service.questions) == 1
    assert panel.events("Committed") == []
    assert panel.row(0, request_id).reason == "refused"


def test_a_service_that_comes_back_in_time_is_heard(panel: Panel, serve: MakeService) -> None:
    service = serve(Mood.GARBAGE)
    panel.join(0, service)
    panel.ask()
    panel.run_until(lambda: len(service.questions) == 2)
    service.mood = Mood.HONEST
    panel.run_until(lambda: len(panel.events("Committed")) == 1)


def test_a_hanging_service_does_not_keep_promised_labels_from_being_told(
    panel: Panel, serve: MakeService
) -> None:
    service = serve()
    panel.join(0, service, oracle_parallel=1)
    for number in (1, 2):
        panel.join(number, serve())
    first = panel.ask(SPORT)
    panel.run_until(lambda: len(panel.events("Committed")) == 3)
    service.mood = Mood.HANGING
    panel.ask(FOOD)
    for _ in range(4):
        panel.chain.mine()
        for responder in panel.responders:
            responder.poll()
    assert len(panel.said(first)) == 3
    service.released.set()


def test_a_commitment_of_another_secret_is_left_alone(panel: Panel, serve: MakeService) -> None:
    for number in range(3):
        panel.join(number, serve())
    request_id = panel.ask()
    foreign = panel.oracle.interface.encode("commit", [as_bytes(request_id)], [b"\x05" * 32])
    panel.chain.send(RESPONDER_KEYS[0], panel.oracle.address, foreign)
    panel.run_until(panel.is_answered(request_id))
    assert set(panel.said(request_id)) == {address(1), address(2)}
    panel.pass_to("deadline", request_id)
    panel.run_until(panel.is_settled(request_id))
    panel.run_until(panel.stands(0, request_id, "ended"))
    assert panel.chain.node.transaction_count(address(0)) == 1, "but for the foreign one, nothing"


def test_the_stage_is_read_as_the_contract_reads_it(panel: Panel, serve: MakeService) -> None:
    """At every block of a life: asked, half committed, at half time, revealing, closed, settled."""
    node, oracle = panel.chain.node, Oracle(panel.chain.node, panel.oracle.address)
    seen: list[Stage] = []

    def look(request_id: str) -> None:
        head = node.head()
        stage = oracle.views([request_id], head.number)[request_id].stage(head.timestamp)
        on_chain = panel.oracle.read(node, "stageOf", as_bytes(request_id), block=head.number)
        assert list(Stage)[on_chain] is stage
        if stage not in seen:
            seen.append(stage)

    look("0x" + "77" * 32)
    panel.join(0, serve())
    panel.join(1, serve())
    request_id = panel.ask(fee_wei=3 * 200_000 * 2 * GWEI)
    for moment in ("commitUntil", "deadline"):
        for _ in range(5):
            panel.turn()
            look(request_id)
            panel.chain.mine()
        panel.pass_to(moment, request_id)
        look(request_id)
    data = panel.oracle.interface.encode("settle", [as_bytes(request_id)])
    panel.chain.send(panel.chain.deployer_key, panel.oracle.address, data)
    look(request_id)
    assert seen == list(Stage)


def test_samples_that_the_service_chokes_on_keep_no_other_waiting(
    panel: Panel, serve: MakeService
) -> None:
    service = serve(Mood.FAILING)
    panel.join(0, service, oracle_parallel=1, oracle_retry_s=60.0)
    dear = [panel.ask(f"choke {number}".encode(), fee_wei=2 * FEE_WEI) for number in range(3)]
    panel.run_until(lambda: len(service.questions) == len(dear))
    cheap = panel.ask(SPORT)
    panel.chain.mine(2)
    service.mood = Mood.HONEST
    panel.run_until(lambda: len(panel.events("Committed")) == 1)
    room = panel.responders[0].store.oracle_requests
    assert [row.id for row in room.promised(panel.oracle.address, 9)] == [cheap]
    assert {row.id for row in room.unpromised(panel.oracle.address, 9)} == set(dear)


def test_the_twin_of_a_commitment_agrees_with_the_chain(panel: Panel) -> None:
    request_id, salt = "0x" + "ab" * 32, b"\x01" * 32
    for label in (0, 2, 65_535):
        on_chain = panel.oracle.read(
            panel.chain.node,
            "commitmentOf",
            bytes.fromhex("ab" * 32),
            address(1),
            label,
            salt,
        )
        assert on_chain == commitment_of(request_id, address(1), label, salt)
