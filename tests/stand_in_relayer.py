"""A relayer without a chain, for tests of the game: speaks API v1, and does what the test says.

Signatures are checked for real; everything after acceptance is decided by the test.
"""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

from relayer.chain.eip712 import (
    TYPES,
    Contribution,
    Domain,
    Validation,
    Withdrawal,
    compact_signature,
    recover_signer,
)
from relayer.chain.errors import ChainError
from relayer.clock import Clock, SystemClock
from relayer.limits.keys import KeyToken
from relayer.limits.tickets import PlayTicket, is_genuine, read
from relayer.models.features import feature_of
from relayer.models.naive_bayes import NaiveBayes, NaiveBayesParameters
from relayer.models.snapshot import snapshot_of
from relayer.notify.signing import mint_secret, secret_text
from sample_game.decks import load_decks
from sample_game.settings import GameSettings

TRAINER = "0x" + "7a" * 20
FORWARDER = "0x" + "f0" * 20
CHAIN_ID = 31337
PLENTY_GWEI = 2_000_000
WITHDRAWAL_FEE_GWEI = 100_000
WORDS = Path(__file__).parents[1] / "sample_game" / "words"
DECKS = load_decks(GameSettings.decks)
#: The deck that the game deals from when nobody has chosen one.
STARTER = DECKS[GameSettings.first_deck]
DECK: list[str] = list(STARTER.words)


#: What reading a request that lacks a part, or has one of another type, ends in.
UNFIT = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, ChainError)


def trainer_of(deck: str) -> str:
    """Return the address of a deck's trainer."""
    return TRAINER if deck == STARTER.name else f"0x{deck.encode().hex():0<40}"


@dataclass
class StandInRelayer:
    """What the relayer knows, and how it behaves now."""

    #: Code of the problem with which contributions are refused; None accepts them.
    refuses_with: str | None = None
    refusal_status: int = 503
    refusal_is_retryable: bool = True
    #: Further members of that problem.
    refusal_facts: dict[str, Any] = field(default_factory=dict)
    #: Ids of the requests that brought contributions.
    request_ids: list[str | None] = field(default_factory=list)
    #: What contributions may cost; None: it does not know its prices yet.
    max_fee_gwei: int | None = PLENTY_GWEI
    points: int = 0
    #: Points that further trainers gave, by their address.
    more_points: dict[str, int] = field(default_factory=dict)
    #: Badges by trainer, where trainers give any.
    badges: dict[str, list[str]] = field(default_factory=dict)
    #: Whether players confirm each other; then what was handed in is in `validations`.
    takes_validations: bool = False
    validations: dict[str, dict[str, Any]] = field(default_factory=dict)
    contributions: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: The key that every submission must come with, and the tickets that came.
    key: str | None = None
    tickets: list[PlayTicket] = field(default_factory=list)
    #: Bans by address in lower case, as the API shows them.
    bans: dict[str, dict[str, Any]] = field(default_factory=dict)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    #: Code of the problem with which webhooks are refused.
    refuses_webhooks_with: str | None = None
    clock: Clock = field(default_factory=SystemClock)
    #: What every player may withdraw, in wei, and what was asked for.
    balance_wei: int = 0
    withdrawals: dict[str, dict[str, Any]] = field(default_factory=dict)
    model: NaiveBayes = field(default_factory=lambda: NaiveBayes(NaiveBayesParameters(32, 4, 128)))
    #: Decks that it keeps a machine for; those of all but the starter deck have learnt nothing.
    decks: tuple[str, ...] = (STARTER.name,)

    def set_status(self, status: str, **facts: Any) -> None:
        """Move every contribution on."""
        for contribution in self.contributions.values():
            contribution.update(status=status, **facts)

    def teach(self, clues_of_each_word: int = 12) -> None:
        """Train the model with the clue words that ship with the game, three at a time."""
        by_word: dict[str, list[str]] = {}
        with (WORDS / "wordnet" / "clues.csv").open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                by_word.setdefault(row["target"], []).append(row["clue"])
        for label, word in enumerate(DECK):
            clues = by_word.get(word, [])[:clues_of_each_word]
            for start in range(0, len(clues), 3):
                self._learn(label, clues[start : start + 3])
            self._learn(label, STARTER.seed_clues[word][1:4])

    def _learn(self, label: int, clues: Sequence[str]) -> None:
        self.model.learn(label, [feature_of(clue) for clue in clues])

    def app(self) -> Flask:
        """Return the API as an app."""
        app = Flask("stand-in-relayer", static_folder=None)
        for unfit in UNFIT:
            app.register_error_handler(unfit, _schema_violation)
        app.add_url_rule("/v1/config", view_func=self._config)
        app.add_url_rule("/v1/contributions", view_func=self._accept, methods=["POST"])
        app.add_url_rule("/v1/contributions", view_func=self._list)
        app.add_url_rule("/v1/webhooks", view_func=self._all_webhooks)
        app.add_url_rule("/v1/webhooks", view_func=self._add_webhook, methods=["POST"])
        app.add_url_rule(
            "/v1/webhooks/<webhook_id>/secret", view_func=self._rotate, methods=["POST"]
        )
        app.add_url_rule("/v1/contributions/<contribution_id>", view_func=self._contribution)
        app.add_url_rule("/v1/validations", view_func=self._validate, methods=["POST"])
        app.add_url_rule("/v1/withdrawals", view_func=self._withdraw, methods=["POST"])
        app.add_url_rule("/v1/withdrawals/<withdrawal_id>", view_func=self._withdrawal)
        app.add_url_rule("/v1/players/<address>", view_func=self._player)
        app.add_url_rule("/v1/models/<address>", view_func=self._model)
        return app

    def _config(self) -> Response:
        mechanism = {"takes_validations": self.takes_validations}
        terms = {"mechanism": mechanism, "suggested_max_fee_gwei": self.max_fee_gwei}
        return jsonify(
            chain_id=CHAIN_ID,
            forwarder=FORWARDER,
            eip712={"domain": self._domain().as_json(), "types": TYPES},
            trainers=[
                {"address": trainer_of(deck), "name": deck, "labels": DECKS[deck].words, **terms}
                for deck in self.decks
            ],
            withdrawals={
                "expected_fee_gwei": WITHDRAWAL_FEE_GWEI,
                "suggested_max_fee_gwei": 2 * WITHDRAWAL_FEE_GWEI,
            },
            limits={"min_deadline_s": 60, "max_deadline_s": 86_400},
            confirmations=2,
            now=int(self.clock.now()),
        )

    def _accept(self) -> tuple[Response, int]:
        self.request_ids.append(request.headers.get("X-Request-Id"))
        body = request.get_json()
        if body["chain_id"] != CHAIN_ID:
            return _problem("wrong-chain", 422, is_retryable=False)
        message = body["message"]
        signed = Contribution(
            trainer=message["trainer"],
            player=message["player"],
            nonce=message["nonce"],
            deadline=message["deadline"],
            max_fee_gwei=message["maxFeeGwei"],
            label=message["label"],
            sample=bytes.fromhex(message["sample"][2:]),
        )
        digest = signed.digest(self._domain())
        signature = compact_signature(bytes.fromhex(body["signature"][2:]))
        if recover_signer(digest, signature).lower() != message["player"].lower():
            return _problem("bad-signature", 422, is_retryable=False)
        if self.refuses_with is not None:
            facts = (self.refuses_with, self.refusal_status, self.refusal_is_retryable)
            return _problem(*facts, **self.refusal_facts)
        if not self._is_admitted():
            return _problem("key-required", 401, is_retryable=False)
        contribution_id = f"0x{digest.hex()}"
        if self._is_taken(contribution_id, signed.player, signed.nonce):
            return _problem("nonce-conflict", 409, is_retryable=False)
        known = contribution_id in self.contributions
        contribution = self.contributions.setdefault(
            contribution_id,
            {
                "id": contribution_id,
                "status": "queued",
                "reason": None,
                "detail": None,
                "contribution_number": None,
                "transactions": [],
                "settlement": None,
                "accepted_at": self.clock.now(),
                "trainer": signed.trainer,
                "player": signed.player,
                "label": signed.label,
                "nonce": signed.nonce,
                "sample": message["sample"],
            },
        )
        return jsonify(contribution), 200 if known else 202

    def _validate(self) -> tuple[Response, int]:
        body = request.get_json()
        message = body["message"]
        digest = Validation(
            trainer=message["trainer"],
            validator=message["validator"],
            contribution=message["contribution"],
            nonce=message["nonce"],
            deadline=message["deadline"],
            max_fee_gwei=message["maxFeeGwei"],
        ).digest(self._domain())
        signature = compact_signature(bytes.fromhex(body["signature"][2:]))
        if recover_signer(digest, signature).lower() != message["validator"].lower():
            return _problem("bad-signature", 422, is_retryable=False)
        if self.refuses_with is not None:
            facts = (self.refuses_with, self.refusal_status, self.refusal_is_retryable)
            return _problem(*facts, **self.refusal_facts)
        shown = {"id": f"0x{digest.hex()}", "status": "queued", **message}
        return jsonify(self.validations.setdefault(shown["id"], shown)), 202

    def _is_admitted(self) -> bool:
        """Whether the request came with the key, and a ticket that was signed with it."""
        if self.key is None:
            return True
        text = request.headers.get("Play-Ticket", "")
        ticket, token = read(text), KeyToken.parse(self.key)
        assert token is not None
        if ticket is None or not is_genuine(text, [token.ticket_secret()]):
            return False
        self.tickets.append(ticket)
        return request.headers.get("Authorization") == f"Bearer {self.key}"

    def _list(self) -> Response:
        newest_first = list(reversed(self.contributions.values()))
        return jsonify(contributions=newest_first, next_cursor=None)

    def _all_webhooks(self) -> Response:
        shown = [{**webhook, "secret": None} for webhook in self.webhooks]
        return jsonify(webhooks=shown)

    def _add_webhook(self) -> tuple[Response, int]:
        if self.refuses_webhooks_with is not None:
            return _problem(self.refuses_webhooks_with, 422, is_retryable=False)
        secret = secret_text(mint_secret())
        webhook = {"id": f"hook_{len(self.webhooks)}", "disabled_at": None, "secret": secret}
        self.webhooks.append({**request.get_json(), **webhook})
        return jsonify(self.webhooks[-1]), 201

    def _rotate(self, webhook_id: str) -> Response:
        (webhook,) = (one for one in self.webhooks if one["id"] == webhook_id)
        webhook["secret"] = secret_text(mint_secret())
        return jsonify(webhook)

    def _contribution(self, contribution_id: str) -> tuple[Response, int]:
        known = self.contributions.get(contribution_id)
        return (jsonify(known), 200) if known else _problem("not-found", 404, is_retryable=False)

    def _is_taken(self, contribution_id: str, player: str, nonce: int) -> bool:
        return any(
            (known["player"], known["nonce"]) == (player, nonce) and known["id"] != contribution_id
            for known in self.contributions.values()
        )

    def _withdraw(self) -> tuple[Response, int]:
        body = request.get_json()
        message = body["message"]
        digest = Withdrawal(
            player=message["player"],
            to=message["to"],
            amount_wei=int(message["amountWei"]),
            nonce=message["nonce"],
            deadline=message["deadline"],
            max_fee_gwei=message["maxFeeGwei"],
        ).digest(self._domain())
        signature = compact_signature(bytes.fromhex(body["signature"][2:]))
        if recover_signer(digest, signature).lower() != message["player"].lower():
            return _problem("bad-signature", 422, is_retryable=False)
        if self.refuses_with is not None:
            return _problem(self.refuses_with, self.refusal_status, self.refusal_is_retryable)
        facts = {"to": message["to"], "amount_wei": message["amountWei"]}
        shown = {"id": f"0x{digest.hex()}", "status": "queued", "reason": None, **facts}
        return jsonify(self.withdrawals.setdefault(shown["id"], shown)), 202

    def _withdrawal(self, withdrawal_id: str) -> tuple[Response, int]:
        known = self.withdrawals.get(withdrawal_id)
        return (jsonify(known), 200) if known else _problem("not-found", 404, is_retryable=False)

    def _player(self, address: str) -> Response:
        nonces = [
            known["nonce"]
            for known in self.contributions.values()
            if known["player"].lower() == address.lower()
        ]
        return jsonify(
            address=address,
            next_nonce=max(nonces, default=-1) + 1,
            points={TRAINER: self.points, **self.more_points},
            badges=self.badges,
            balance_wei=str(self.balance_wei),
            unclaimed_wei="0",
            allowance={"ban": self.bans.get(address.lower())},
        )

    def _model(self, address: str) -> Any:
        (deck,) = (deck for deck in self.decks if trainer_of(deck) == address)
        words = DECKS[deck].words
        blank = NaiveBayes(NaiveBayesParameters(len(words), 4, 128), len(words))
        model = self.model if deck == STARTER.name else blank
        response = jsonify(snapshot_of(model, words, block_number=1))
        response.add_etag()
        return response.make_conditional(request)

    def _domain(self) -> Domain:
        return Domain(CHAIN_ID, FORWARDER)


def _schema_violation(_error: Exception) -> tuple[Response, int]:
    """What the relayer says of a request that lacks a part, or has one of another type."""
    return _problem("schema-violation", 422, is_retryable=False)


def _problem(code: str, status: int, is_retryable: bool, **facts: Any) -> tuple[Response, int]:
    problem = {"type": f"/docs/errors#{code}", "title": code, "status": status, "code": code}
    response = jsonify(detail=f"The test says {code}.", retryable=is_retryable, **problem, **facts)
    response.mimetype = "application/problem+json"
    return response, status


class PromptHandler(WSGIRequestHandler):
    """Sends a body without waiting until its headers have come."""

    disable_nagle_algorithm = True


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an app on a free port of this machine; yields its root address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=PromptHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
