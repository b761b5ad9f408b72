"""The adapter asks a real service on this machine, which behaves well or badly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from relayer.clock import ManualClock, SystemClock
from relayer.errors import SettingsError
from relayer.oracle import (
    HttpAdapter,
    Question,
    SampleRefusedError,
    ServiceAnswerError,
    ServiceUnavailableError,
)
from relayer.settings import Secret
from tests.ports import reserve_port
from tests.topic_service import FOOD, SPORT, TOPICS, WEATHER, Mood, TopicService

MakeService = Callable[[Mood], TopicService]

QUESTION = Question(
    request_id="0x" + "11" * 32,
    sample=WEATHER,
    sample_hash="0x" + "22" * 32,
    label_count=3,
    labels=TOPICS,
    version=7,
    model="0x" + "33" * 32,
)


@pytest.fixture
def serve() -> Iterator[MakeService]:
    """Start services that are stopped in the end."""
    services: list[TopicService] = []

    def start(mood: Mood) -> TopicService:
        services.append(TopicService(mood))
        return services[-1]

    yield start
    for service in services:
        service.stop()


def make_adapter(url: str, **overrides: object) -> HttpAdapter:
    fields: dict[str, object] = {
        "timeout_s": 5.0,
        "max_answer_bytes": 4_096,
        "clock": SystemClock(),
    }
    return HttpAdapter(url, **(fields | overrides))  # type: ignore[arg-type]


@pytest.mark.parametrize("mood", [Mood.HONEST, Mood.BY_NAME])
def test_a_label_is_its_index_or_its_name(serve: MakeService, mood: Mood) -> None:
    adapter = make_adapter(serve(mood).url)
    said = [adapter.classify(replace(QUESTION, sample=text)) for text in (SPORT, WEATHER, FOOD)]
    assert said == [0, 1, 2]


def test_the_service_is_told_everything(serve: MakeService) -> None:
    service = serve(Mood.HONEST)
    make_adapter(service.url, token=Secret("open sesame")).classify(QUESTION)
    body, headers = service.questions[0]
    assert body == {
        "request": QUESTION.request_id,
        "sample": "0x" + WEATHER.hex(),
        "sample_hash": QUESTION.sample_hash,
        "labels": list(TOPICS),
        "label_count": 3,
        "version": 7,
        "model": QUESTION.model,
    }
    assert headers["Authorization"] == "Bearer open sesame"
    assert headers["Content-Type"] == "application/json"


def test_without_a_token_none_is_sent(serve: MakeService) -> None:
    service = serve(Mood.HONEST)
    make_adapter(service.url).classify(QUESTION)
    assert "Authorization" not in service.questions[0][1]


@pytest.mark.parametrize(
    "mood",
    [
        Mood.GARBAGE,
        Mood.NO_LABEL,
        Mood.FRACTION,
        Mood.BEYOND,
        Mood.UNKNOWN_NAME,
        Mood.NOT_JSON,
        Mood.COMPRESSED,
    ],
)
def test_what_is_no_answer_is_never_a_label(serve: MakeService, mood: Mood) -> None:
    with pytest.raises(ServiceAnswerError):
        make_adapter(serve(mood).url).classify(QUESTION)


def test_a_name_is_no_answer_where_labels_have_none(serve: MakeService) -> None:
    service = serve(Mood.HONEST)
    service.answer = lambda handler, question: service.say(  # type: ignore[method-assign]
        handler, {"label": "weather"}
    )
    with pytest.raises(ServiceAnswerError):
        make_adapter(service.url).classify(replace(QUESTION, labels=()))


@pytest.mark.parametrize("label", [True, None, -1, "1", [1], 1e300])
def test_only_an_index_in_range_or_a_known_name_is_a_label(
    serve: MakeService, label: object
) -> None:
    service = serve(Mood.HONEST)
    service.answer = lambda handler, question: service.say(  # type: ignore[method-assign]
        handler, {"label": label}
    )
    with pytest.raises(ServiceAnswerError):
        make_adapter(service.url).classify(QUESTION)


@pytest.mark.parametrize("mood", [Mood.HUGE, Mood.ENDLESS])
def test_an_answer_that_is_too_long_is_not_read_to_its_end(serve: MakeService, mood: Mood) -> None:
    with pytest.raises(ServiceAnswerError, match="longer than 4096 bytes"):
        make_adapter(serve(mood).url).classify(QUESTION)


@pytest.mark.parametrize("mood", [Mood.FAILING, Mood.BUSY, Mood.HANGING_UP])
def test_a_failure_may_pass(serve: MakeService, mood: Mood) -> None:
    with pytest.raises(ServiceUnavailableError) as caught:
        make_adapter(serve(mood).url).classify(QUESTION)
    assert caught.value.retryable


def test_a_service_that_is_too_slow_is_given_up(serve: MakeService) -> None:
    service = serve(Mood.HANGING)
    with pytest.raises(ServiceUnavailableError):
        make_adapter(service.url, timeout_s=0.2).classify(QUESTION)


class HurryingClock(ManualClock):
    """A clock on which a second passes whenever somebody looks."""

    def monotonic(self) -> float:
        self.advance(1)
        return super().monotonic()


def test_an_answer_that_drips_is_given_up(serve: MakeService) -> None:
    service = serve(Mood.DRIPPING)
    with pytest.raises(ServiceUnavailableError, match="not complete after 5 s"):
        make_adapter(service.url, clock=HurryingClock()).classify(QUESTION)


def test_a_service_that_is_not_there_may_come() -> None:
    with pytest.raises(ServiceUnavailableError):
        make_adapter(f"http://127.0.0.1:{reserve_port()}/classify").classify(QUESTION)


def test_a_refusal_ends_the_matter(serve: MakeService) -> None:
    with pytest.raises(SampleRefusedError) as caught:
        make_adapter(serve(Mood.REFUSING).url).classify(QUESTION)
    assert not caught.value.retryable


def test_no_redirect_is_followed(serve: MakeService) -> None:
    service = serve(Mood.REDIRECTING)
    with pytest.raises(ServiceUnavailableError, match="status 302"):
        make_adapter(service.url).classify(QUESTION)
    assert len(service.questions) == 1


def test_no_proxy_of_the_environment_is_used(
    serve: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert make_adapter(serve(Mood.HONEST).url).classify(QUESTION) == 1


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/", "http://", "classify"])
def test_only_http_is_asked(url: str) -> None:
    with pytest.raises(SettingsError, match="oracle_service_url"):
        make_adapter(url)
