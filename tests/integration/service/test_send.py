"""`relayer send` as a game developer calls it, against a relayer that does what the test says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Response, request

from relayer.cli import main
from relayer.cli.contribution_steps import steps
from relayer.cli.exit_codes import ExitCode
from relayer.client.errors import WaitTimeoutError
from relayer.client.following import POLL_PAUSE_S, follow
from relayer.clock import ManualClock
from relayer.keys import store_key
from relayer.models.features import encode_words
from tests.stand_in_relayer import DECK, StandInRelayer, serving

HASHES = [f"0x{number:064x}" for number in (17, 18)]
ATTEMPTS = [{"hash": hash_, "nonce": 7, "mined": hash_ == HASHES[1]} for hash_ in HASHES]
QUEUED = {"status": "queued", "transactions": []}
SENT = {"status": "sent", "transactions": ATTEMPTS[:1]}
MINED = {"status": "mined", "transactions": ATTEMPTS, "block_number": 123}
CONFIRMED = {**MINED, "status": "confirmed"}
SETTLED = {**MINED, "status": "settled", "settlement": {"outcome": "refunded"}}
FAILED = {"status": "failed", "reason": "unfit", "detail": "The model has no such label."}


@dataclass
class ScriptedRelayer(StandInRelayer):
    """A relayer at which a contribution has moved on with each look at it."""

    script: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    answers_get_lost: bool = False

    def _accept(self) -> tuple[Response, int]:
        self.keys.append(request.headers.get("Authorization"))
        answer = super()._accept()
        return (Response("Bad Gateway"), 502) if self.answers_get_lost else answer

    def _contribution(self, contribution_id: str) -> tuple[Response, int]:
        if self.script:
            facts = self.script.pop(0)
            if "code" in facts:
                return Response(json.dumps(facts), mimetype="application/problem+json"), 404
            self.contributions[contribution_id].update(facts)
        return super()._contribution(contribution_id)

    @property
    def only(self) -> dict[str, Any]:
        (contribution,) = self.contributions.values()
        return contribution


@pytest.fixture
def relayer() -> ScriptedRelayer:
    return ScriptedRelayer()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """The command's own; the relayer does not look at it."""
    clock = ManualClock()
    monkeypatch.setattr("relayer.cli.send.SystemClock", lambda: clock)
    return clock


@pytest.fixture
def url(clock: ManualClock, relayer: ScriptedRelayer) -> Iterator[str]:
    with serving(relayer.app()) as url:
        yield url


def send(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["send", "--url", url, "--label", DECK[3], *arguments])


def test_words_are_signed_by_a_fresh_key_and_sent(relayer: ScriptedRelayer, url: str) -> None:
    results = [send(url, "wax", "wick") for _ in range(2)]
    assert [result.exit_code for result in results] == [ExitCode.DONE] * 2
    assert [f"{id_}\n" for id_ in relayer.contributions] == [result.stdout for result in results]
    first, second = relayer.contributions.values()
    assert (first["label"], first["sample"]) == (3, f"0x{encode_words(['wax', 'wick']).hex()}")
    assert first["player"] != second["player"]
    assert first["player"] in results[0].stderr


def test_a_keystore_signs_a_sample_in_hex_in_the_name_of_a_game(
    relayer: ScriptedRelayer, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = store_key(tmp_path / "player.json", b"\x17" * 32, "opensesame")
    monkeypatch.setenv("PLAYER_PASSWORD", "opensesame")
    monkeypatch.setenv("GAME_KEY", "house_id_secret")
    keystore = str(tmp_path / "player.json")
    sent = send(
        url, "--sample", "0x00010002", "--trainer", "Starter", "--player-keystore", keystore
    )
    assert sent.exit_code == ExitCode.DONE, sent.output
    assert (relayer.only["player"], relayer.only["sample"]) == (player.address, "0x00010002")
    assert relayer.keys == ["Bearer house_id_secret"]
    assert "house_id" not in sent.output
    numbered = CliRunner().invoke(main, ["send", "wax", "--url", url, "--label", "4"])
    assert numbered.exit_code == ExitCode.DONE
    assert [each["label"] for each in relayer.contributions.values()] == [3, 4]


def test_each_step_is_a_line_as_it_happens(relayer: ScriptedRelayer, url: str) -> None:
    relayer.script = [QUEUED, SENT, SENT, MINED, SENT, CONFIRMED, SETTLED]
    watched = send(url, "wax", "--watch")
    assert watched.exit_code == ExitCode.DONE, watched.output
    assert watched.stdout.splitlines() == [
        relayer.only["id"],
        "queued",
        f"-> sent {HASHES[0]} nonce 7",
        "-> mined #123 (final with 2 confirmations)",
        f"-> sent {HASHES[0]} nonce 7",
        "-> mined #123 (final with 2 confirmations)",
        "-> confirmed",
        "-> settled refunded",
    ]


def test_programs_get_a_line_of_json_for_each_status(relayer: ScriptedRelayer, url: str) -> None:
    relayer.script = [QUEUED, MINED, CONFIRMED]
    watched = send(url, "wax", "--watch", "--until", "confirmed", "--json")
    assert watched.exit_code == ExitCode.DONE, watched.output
    lines = [json.loads(line) for line in watched.stdout.splitlines()]
    assert [line["status"] for line in lines] == ["queued", "mined", "confirmed"]
    assert {line["id"] for line in lines} == {relayer.only["id"]}


def test_an_end_before_the_goal_has_a_number_of_its_own(relayer: ScriptedRelayer, url: str) -> None:
    relayer.script = [QUEUED, FAILED]
    watched = send(url, "wax", "--watch")
    assert watched.exit_code == ExitCode.ENDED
    assert watched.stdout.endswith("queued\n-> failed unfit: The model has no such label.\n")


def test_a_refusal_has_a_number_of_its_own(relayer: ScriptedRelayer, url: str) -> None:
    relayer.refuses_with, relayer.refusal_status, relayer.refusal_is_retryable = (
        "banned",
        403,
        False,
    )
    refused = send(url, "wax", "--json")
    assert refused.exit_code == ExitCode.REFUSED
    assert refused.stderr.endswith("Error: banned: The test says banned.\n")
    assert json.loads(refused.stdout)["problem"]["code"] == "banned"


def test_a_contribution_that_does_not_move_is_left_in_time(
    relayer: ScriptedRelayer, url: str
) -> None:
    relayer.script = [SENT]
    watched = send(url, "wax", "--watch", "--until", "mined", "--timeout", "1s")
    assert watched.exit_code == ExitCode.TIMED_OUT
    assert "is sent, not mined, and the time to wait for it is over" in watched.stderr


def test_a_relayer_that_comes_back_is_watched_on(relayer: ScriptedRelayer, url: str) -> None:
    away = {"code": "store-unavailable", "detail": "Not now.", "status": 503, "retryable": True}
    relayer.script = [QUEUED, away, SENT]
    watched = send(url, "wax", "--watch", "--until", "sent", "--timeout", "1h")
    assert watched.exit_code == ExitCode.DONE, watched.output
    assert watched.stdout.splitlines()[1:] == ["queued", f"-> sent {HASHES[0]} nonce 7"]
    assert "waiting: store-unavailable" in watched.stderr
    relayer.script = [away]
    gone = send(url, "wax", "--watch", "--timeout", "4s")
    assert gone.exit_code == ExitCode.TIMED_OUT


def test_what_may_have_been_accepted_without_an_answer_is_named(
    relayer: ScriptedRelayer, url: str
) -> None:
    relayer.answers_get_lost = True
    lost = send(url, "wax")
    assert lost.exit_code == ExitCode.IN_THE_WAY
    assert f"{relayer.only['id']} may have been accepted all the same" in lost.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["wax", "--until", "mined"], ExitCode.WRONG_CALL, "go with --watch"),
        (["--sample", "0x0"], ExitCode.WRONG_CALL, "write it in hex"),
        ([], ExitCode.IN_THE_WAY, "either as words, as features or encoded"),
        (["wax", "--sample", "0x01"], ExitCode.IN_THE_WAY, "either as words"),
        (["wax", "--trainer", "Chess"], ExitCode.IN_THE_WAY, "Name one of"),
        (["wax", "--player-keystore", "no"], ExitCode.IN_THE_WAY, "needs a password"),
    ],
)
def test_what_is_missing_is_one_sentence_and_nothing_is_sent(
    relayer: ScriptedRelayer, url: str, arguments: list[str], code: ExitCode, sentence: str
) -> None:
    result = send(url, *arguments)
    assert result.exit_code == code
    assert sentence in result.stderr
    assert "Traceback" not in result.output
    assert relayer.contributions == {}


def test_following_never_outlasts_its_time() -> None:
    clock, asked = ManualClock(), []

    def look(contribution_id: str, *, wait_s: float = 0, seen: str | None = None) -> dict[str, Any]:
        asked.append((wait_s, seen))
        clock.advance(wait_s)
        return {"status": "queued"}

    with pytest.raises(WaitTimeoutError, match="queued, not mined"):
        list(follow(look, "0x", until="mined", timeout_s=50, clock=clock))
    assert asked == [(0, None), (20, "queued"), (20, "queued"), (9.5, "queued")]
    assert clock.monotonic() == 50 + POLL_PAUSE_S


def test_steps_that_were_missed_are_shown_with_the_next() -> None:
    assert steps(SETTLED, "queued", 2) == [
        f"sent {HASHES[1]} nonce 7",
        "mined #123 (final with 2 confirmations)",
        "confirmed",
        "settled refunded",
    ]
    assert steps({"status": "sent", "transactions": []}, None, 2) == ["queued", "sent"]
    assert steps({"status": "expired", "reason": None, "detail": None}, "sent", 2) == ["expired"]
