"""The client against the real app, in process, and against answers that go wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from eth_account import Account
from eth_account.signers.local import LocalAccount
from requests.adapters import BaseAdapter

from relayer import client as kit
from relayer.chain.eip712 import Contribution
from relayer.client import InProcessAdapter, RelayerClient, SignedRequest
from relayer.clock import Clock, ManualClock
from relayer.models.features import encode_words
from relayer.store.players import PlayerSnapshot
from tests.generous import GENEROUS
from tests.house import DOMAIN, PERCEPTRON, STRANGER, TRAINER, House

ACCOUNT: LocalAccount = Account.from_key("0x" + "42" * 32)


@pytest.fixture
def client(house: House) -> RelayerClient:
    return connect(InProcessAdapter(house.app))


class NotedClock(ManualClock):
    """Notes how long was slept."""

    def __init__(self) -> None:
        super().__init__()
        self.sleeps: list[float] = []

    def sleep(self, duration_s: float) -> None:
        self.sleeps.append(duration_s)
        super().sleep(duration_s)


def connect(adapter: BaseAdapter, clock: Clock | None = None) -> RelayerClient:
    session = requests.Session()
    session.mount("http://relayer", adapter)
    return RelayerClient("http://relayer/", session=session, clock=clock or ManualClock())


@pytest.fixture
def deadline(house: House) -> int:
    return house.deadline


def test_words_and_a_label_become_an_accepted_contribution(
    client: RelayerClient, deadline: int
) -> None:
    signed = client.sign_contribution(
        ACCOUNT, words=["Fruit", "red"], label="apple", trainer="hunch", deadline=deadline
    )
    contribution = client.submit(signed)
    assert contribution["id"] == signed.id
    assert contribution["player"] == ACCOUNT.address
    assert contribution["sample"] == f"0x{encode_words(['fruit', 'red']).hex()}"
    assert contribution["label"] == 0
    assert client.contribution(signed.id) == contribution


def test_signing_agrees_with_the_service_on_the_digest(
    client: RelayerClient, deadline: int
) -> None:
    signed = client.sign_contribution(
        ACCOUNT, features=[9, 3], label=1, trainer=TRAINER, nonce=7, deadline=deadline,
        max_fee_gwei=5,
    )  # fmt: skip
    message = Contribution(TRAINER, ACCOUNT.address, 7, deadline, 5, 1, b"\x00\x03\x00\x09")
    assert signed.id == f"0x{message.digest(DOMAIN).hex()}"


def test_nonces_are_handed_out_one_after_the_other(client: RelayerClient, deadline: int) -> None:
    signed = [
        client.sign_contribution(ACCOUNT, words=["red"], label=0, trainer=TRAINER,
                                 deadline=deadline)
        for _ in range(3)
    ]  # fmt: skip
    assert [request.message["nonce"] for request in signed] == [0, 1, 2]
    client.submit(signed[0])
    client.refresh_nonce(ACCOUNT)
    again = client.sign_contribution(ACCOUNT, words=["red"], label=0, trainer=TRAINER)
    assert again.message["nonce"] == 1


def test_many_are_sent_in_chunks_and_answered_in_order(tmp_path: Path) -> None:
    house = House(tmp_path, **GENEROUS)
    client, deadline = connect(InProcessAdapter(house.app)), house.deadline
    signed = [
        client.sign_contribution(
            ACCOUNT, words=["red"], label=9 if number == 120 else 1, trainer=TRAINER,
            deadline=deadline,
        )
        for number in range(230)
    ]  # fmt: skip
    outcomes = client.submit_many(signed)
    assert isinstance(outcomes[120], kit.SampleRefusedError)
    accepted = [outcome["id"] for outcome in outcomes if isinstance(outcome, dict)]
    assert accepted == [request.id for request in signed if request.message["label"] == 1]
    assert house.stored() == 229
    listed = client.contributions(player=ACCOUNT.address, status="queued")
    assert [contribution["id"] for contribution in listed] == list(reversed(accepted))
    house.close()


def test_a_contribution_can_be_cancelled_by_who_signed_it(
    client: RelayerClient, deadline: int
) -> None:
    signed = client.sign_contribution(
        ACCOUNT, words=["red"], label=0, trainer=TRAINER, deadline=deadline
    )
    client.submit(signed)
    assert client.cancel(signed)["status"] == "cancelled"


def test_a_withdrawal_is_signed_and_queued(
    house: House, client: RelayerClient, deadline: int
) -> None:
    house.store.players.write([PlayerSnapshot(ACCOUNT.address, 0, 0, 10**18, 1.0)])
    withdrawal = client.withdraw(
        ACCOUNT, amount_wei=10**17, max_fee_gwei=10**6, to=STRANGER, deadline=deadline
    )
    assert (withdrawal["status"], withdrawal["to"]) == ("queued", STRANGER)
    assert client.withdrawal(withdrawal["id"], wait_s=0.1) == withdrawal
    assert list(client.withdrawals(player=ACCOUNT.address, status="queued")) == [withdrawal]
    assert list(client.withdrawals(player=STRANGER)) == []


def test_waiting_ends_at_the_goal_or_at_an_end_before(
    house: House, client: RelayerClient, deadline: int
) -> None:
    signed = client.sign_contribution(
        ACCOUNT, words=["red"], label=0, trainer=TRAINER, deadline=deadline
    )
    client.submit(signed)
    assert client.wait(signed.id, until="queued")["status"] == "queued"
    house.store.contributions.fail_queued(signed.id, "unfit", None, 1.0)
    assert client.wait(signed.id, until="settled")["status"] == "failed"


def test_waiting_gives_up_in_time(client: RelayerClient, deadline: int) -> None:
    signed = client.sign_contribution(
        ACCOUNT, words=["red"], label=0, trainer=TRAINER, deadline=deadline
    )
    client.submit(signed)
    with pytest.raises(kit.WaitTimeoutError, match="queued, not mined"):
        client.wait(signed.id, until="mined", timeout_s=0)


@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"label": 4}, kit.SampleRefusedError),
        ({"deadline": 5}, kit.DeadlineRefusedError),
        ({"max_fee_gwei": 0}, kit.MaxFeeTooLowError),
    ],
)
def test_refusals_are_typed(
    client: RelayerClient, deadline: int, overrides: dict[str, Any], error: type[kit.ApiError]
) -> None:
    fields: dict[str, Any] = {"label": 0, "deadline": deadline} | overrides
    signed = client.sign_contribution(ACCOUNT, words=["red"], trainer=TRAINER, **fields)
    with pytest.raises(error) as caught:
        client.submit(signed)
    assert caught.value.request_id
    assert caught.value.problem["detail"] in str(caught.value)


def test_what_is_unknown_is_typed(client: RelayerClient) -> None:
    with pytest.raises(kit.NotFoundError):
        client.contribution("0x12")
    with pytest.raises(kit.ChainUnavailableError):
        client.model(PERCEPTRON)
    with pytest.raises(kit.NotFoundError):
        client.batch(5)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"words": ["red"], "label": 0}, "Name one of the relayer's trainers: Hunch, Spam, Topics"),
        ({"words": ["red"], "label": 0, "trainer": "Chess"}, "Name one of"),
        ({"words": ["red"], "label": "pear", "trainer": "Hunch"}, "no label 'pear'; it has "),
        ({"label": 0, "trainer": "Hunch"}, "either as words, as features or encoded"),
        ({"words": ["a"], "features": [1], "label": 0, "trainer": "Hunch"}, "either as words"),
    ],
)
def test_what_cannot_be_signed_is_said(
    client: RelayerClient, fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(kit.RelayerClientError, match=sentence):
        client.sign_contribution(ACCOUNT, **fields)


ScriptedAnswer = tuple[int, bytes] | tuple[int, bytes, dict[str, str]] | Exception


class Script(BaseAdapter):
    """Answers with what the test wrote down, in order; an exception stands for no answer."""

    def __init__(self, *answers: ScriptedAnswer) -> None:
        super().__init__()
        self._answers: Iterator[ScriptedAnswer] = iter(answers)
        self.sent: list[bytes | str | None] = []

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        self.sent.append(request.body)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code, body, *headers = answer
        response.headers.update(headers[0] if headers else {})
        response.raw = BytesIO(body)
        response.url = str(request.url)
        return response

    def close(self) -> None:
        pass


BUSY = (503, json.dumps({"code": "tank-empty", "retryable": True}).encode())
FINE = (200, b'{"address": "0x"}')


def test_silence_and_bad_moments_are_tried_again() -> None:
    clock = NotedClock()
    client = connect(Script(requests.ConnectionError(), BUSY, FINE), clock)
    assert client.player(STRANGER) == {"address": "0x"}
    assert clock.sleeps == [0.2, 0.5]


@pytest.mark.parametrize(
    ("status", "headers", "body", "pause_s"),
    [
        (429, {"Retry-After": "3"}, {}, 3),
        (503, {"Retry-After": "0"}, {}, 0.2),
        (503, {"Retry-After": "soon"}, {}, 0.2),
        (503, {"Retry-After": "-3"}, {}, 0.2),
        (503, {"Retry-After": "Tue, 14 Nov 2023 22:13:24 GMT"}, {}, 4),
        (503, {"Retry-After": "Tue, 14 Nov 2000 22:13:24 GMT"}, {}, 0.2),
        (503, {"Retry-After": f"Tue, 14 Nov {'9' * 20} 22:13:24 GMT"}, {}, 0.2),
        (429, {}, {"retry_after_s": 2}, 2),
        (429, {}, {"retry_after_s": "2"}, 0.2),
        (429, {"Retry-After": "3"}, {"retry_after_s": 9}, 3),
    ],
)
def test_the_same_bytes_are_sent_again_when_the_relayer_asks_for_it(
    status: int, headers: dict[str, str], body: dict[str, Any], pause_s: float
) -> None:
    clock = NotedClock()
    problem = json.dumps({"code": "quota-exceeded", "retryable": True, **body}).encode()
    script = Script((status, problem, headers), FINE)
    signed = SignedRequest("0x", {"nonce": 1}, "0x12", 31337)
    assert connect(script, clock).submit(signed) == {"address": "0x"}
    assert clock.sleeps == [pause_s]
    assert script.sent[0] == script.sent[1]


def test_a_pause_beyond_the_caller_s_patience_is_not_begun() -> None:
    clock = NotedClock()
    busy = (429, b'{"code": "quota-exceeded", "retryable": true}', {"Retry-After": "11"})
    with pytest.raises(kit.LimitReachedError) as caught:
        connect(Script(busy), clock).player(STRANGER)
    assert (caught.value.retry_after_s, clock.sleeps) == (11, [])
    with pytest.raises(kit.LimitReachedError) as caught:
        connect(Script((429, busy[1], {"Retry-After": "6"}), busy), clock).player(STRANGER)
    assert (caught.value.retry_after_s, clock.sleeps) == (11, [6])
    session = requests.Session()
    session.mount("http://relayer", Script(requests.ConnectionError()))
    hasty = RelayerClient("http://relayer", session=session, clock=clock, patience_s=0)
    with pytest.raises(kit.TransportError):
        hasty.player(STRANGER)
    assert clock.sleeps == [6]


@pytest.mark.parametrize("silence", [requests.ReadTimeout(), BUSY])
def test_what_would_be_done_twice_is_sent_once(silence: ScriptedAnswer) -> None:
    clock = NotedClock()
    webhooks = connect(Script(silence, silence), clock).webhooks
    with pytest.raises(kit.RelayerClientError):
        webhooks.add("https://game.example/hook")
    with pytest.raises(kit.RelayerClientError):
        webhooks.rotate("wh_1", overlap_s=60)
    assert clock.sleeps == []


def test_lasting_silence_is_a_transport_error_with_a_remedy() -> None:
    client = connect(Script(*[requests.ConnectTimeout()] * 4))
    with pytest.raises(kit.TransportError, match="Check that the relayer runs"):
        client.player(STRANGER)


def test_a_lasting_bad_moment_is_its_own_error() -> None:
    with pytest.raises(kit.TankEmptyError) as caught:
        connect(Script(*[BUSY] * 4)).player(STRANGER)
    assert caught.value.status == 503


def test_a_refusal_is_not_tried_again() -> None:
    with pytest.raises(kit.NotFoundError):
        connect(Script((404, b'{"code": "not-found"}'))).player(STRANGER)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"", b"[" * 200_000, b'{"a":' * 200_000])
def test_an_answer_of_somebody_else_is_said(body: bytes) -> None:
    with pytest.raises(kit.UnexpectedAnswerError, match="Check that the URL"):
        connect(Script((200, body))).player(STRANGER)


def test_the_namespace_of_the_kit_is_what_it_says() -> None:
    exported = {name for name, value in vars(kit).items() if getattr(value, "__module__", "")
                .startswith(("relayer.client", "relayer.notify"))}  # fmt: skip
    assert exported | {"Outcome"} == set(kit.__all__)
