"""All that a game needs of the house: ticket, terms to sign, handing on, news, points, the model.

This module is the whole integration. Copy it; `docs/how-to/integrate-a-game.md` walks through it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from relayer.client import RelayerClient, SignedRequest, issue_play_ticket, verify_webhook
from relayer.clock import Clock
from relayer.models.naive_bayes import NaiveBayes
from relayer.untrusted_json import read_json
from sample_game.errors import ContributionMismatch
from sample_game.house_calls import HouseCalls
from sample_game.house_terms import HouseTerms
from sample_game.machine import Machine, ModelSnapshot

#: The longest that the house takes a ticket, in seconds.
_LONGEST_TICKET_S: Final = 86_400
#: What the house is asked to tell: every change of a contribution after it was accepted.
_EVENTS: Final = tuple(
    f"contribution.{status}"
    for status in ("sent", "mined", "confirmed", "settled", "failed", "expired", "cancelled")
)


@dataclass(frozen=True)
class News:
    """How a contribution stands; of two, the one with the later `told_at` (unix s) is right."""

    id: str
    player: str
    status: str
    told_at: float
    reason: str | None = None
    #: Of a settled one: `refunded` or `forfeited`; among players, `validated` or `lapsed`.
    outcome: str | None = None
    #: What another player signs to confirm it; None while, or where, that cannot be done.
    number: int | None = None
    #: The transaction that put it on the chain; None: none has, or a reorganisation undid it.
    transaction_hash: str | None = None


class House:
    """The relayer as this game sees it: one trainer, whose labels are the game's words.

    Every method raises HouseError when the relayer refuses or cannot be reached.

    Args:
        client: speaks to the relayer, embedded or remote, with the game's key if it has one.
        labels: the game's secret words.
        deadline_s: how long the house may take to put a contribution on the record.
        clock: tells when to ask again.
        trainer: address of the trainer; empty: the one with these labels.
        key: the game's key; tickets are signed with it. Empty: no tickets.
        terms: what this relayer publishes, shared by the houses of all decks.
    """

    def __init__(
        self,
        client: RelayerClient,
        labels: Sequence[str],
        deadline_s: int,
        clock: Clock,
        trainer: str = "",
        key: str = "",
        terms: HouseTerms | None = None,
    ) -> None:
        self._client = client
        self._labels = list(labels)
        self._deadline_s = deadline_s
        self._clock = clock
        self._key = key
        self._chosen = trainer.lower()
        self._terms = HouseTerms(client, HouseCalls(), clock) if terms is None else terms
        self._calls = self._terms.calls
        self._machine = Machine(lambda: client.model(self._trainer()["address"]), clock)

    # 1. Ticket: the game's word that a submission belongs to a round of this player.

    def ticket(self, round_id: str, player: str) -> str | None:
        """Return a play ticket for one submission in a round; no request is made for it."""
        if not self._key:
            return None
        life_s = min(self._deadline_s, _LONGEST_TICKET_S)
        return issue_play_ticket(
            self._key, round_id, player=player, life_s=life_s, now=self._clock.now
        )

    # 2. Sign: the page hardcodes nothing, it signs what these terms say.

    def trainer_address(self) -> str | None:
        """Return the address of the trainer in lower case; None: there is none for these words."""
        trainer = self._terms.find(self._labels, self._chosen)
        return trainer["address"].lower() if trainer else None

    def signing_terms(self) -> dict[str, Any]:
        """Return what the page must know to sign a contribution."""
        trainer = self._trainer()
        return {
            "eip712": self._terms.config()["eip712"],
            "trainer": trainer["address"],
            "max_fee_gwei": self._terms.max_fee_gwei(trainer),
            "deadline_s": self._deadline_s,
            "now": int(self._clock.now()),
        }

    # 3. Submit: compare what was signed with the round, then hand it on with its ticket.

    def check(self, message: Mapping[str, Any], player: str, label: int, sample: bytes) -> None:
        """Compare a signed contribution with what the round was about.

        Raises:
            ContributionMismatch: the message speaks of something else.
        """
        trainer = self._trainer()["address"]
        facts = {"player": player, "label": label, "sample": f"0x{sample.hex()}"}
        _compare(message, {"trainer": trainer, **facts})

    def submit(self, signed: SignedRequest, ticket: str | None) -> News:
        """Hand a signed contribution on; doing so again is harmless, its id is its digest."""
        with self._calls:
            shown = self._client.submit(signed, play_ticket=ticket)
        return self._shown(shown, told_at=shown["accepted_at"])

    def check_validation(self, message: Mapping[str, Any], player: str, number: int) -> None:
        """Compare a signed validation with the round that was won.

        Raises:
            ContributionMismatch: the message speaks of something else.
        """
        trainer = self._trainer()["address"]
        _compare(message, {"trainer": trainer, "validator": player, "contribution": number})

    def submit_validation(self, signed: SignedRequest, ticket: str | None) -> dict[str, Any]:
        """Hand a signed validation on; doing so again is harmless."""
        with self._calls:
            return self._client.submit_validation(signed, play_ticket=ticket)

    # 4. News: the house tells by webhook, or is asked for lists. No player waits for it.

    def subscribe(self, url: str, *, has_secret: bool) -> str | None:
        """Have news sent to a URL of the game; return its new secret, None: the one before.

        Args:
            url: public, https; `webhook_private_targets` lets a house in development tell others.
            has_secret: whether the game still has the secret of an earlier subscription.
        """
        webhooks = self._client.webhooks
        with self._calls:
            known = [one for one in webhooks.all() if one["url"] == url and not one["disabled_at"]]
            if known and has_secret:
                return None
            made = webhooks.rotate(known[0]["id"]) if known else webhooks.add(url, _EVENTS)
        return str(made["secret"])

    def news_told(self, secret: str, headers: Mapping[str, str], body: bytes) -> News | None:
        """Read a webhook; None: it is only a trial.

        Raises:
            WebhookSignatureError: it is not of this house, or too old.
        """
        verify_webhook(secret, headers, body, self._clock.now())
        message = read_json(body)
        if not message["type"].startswith("contribution."):
            return None
        told_at = datetime.fromisoformat(message["timestamp"]).timestamp()
        told = message["data"]
        return self._news(told, told["outcome"], told.get("transaction_hash"), told_at)

    def news_since(self, accepted_at: float) -> Iterator[News]:
        """Yield how all stand that the house accepted since then, newest first, list by list."""
        asked_at = self._clock.now()
        with self._calls:
            for shown in self._client.contributions(game=self._client.game):
                if shown["accepted_at"] < accepted_at:
                    return
                yield self._shown(shown, told_at=asked_at)

    def takes_validations(self) -> bool:
        """Return whether right guesses of other players' clues are put on the record, anywhere."""
        return self._terms.takes_validations()

    # 5. Points, and the machine that all players train together.

    def standing(self, player: str) -> dict[str, Any]:
        """Return what a player has on the record, the next number to sign with, and any ban.

        `points` and `badges` are by trainer: a game with several decks adds up those of its own.
        Only trainers whose players confirm each other give badges.
        """
        with self._calls:
            facts = self._client.player(player)
        return {
            "points": {trainer.lower(): int(sum_) for trainer, sum_ in facts["points"].items()},
            "badges": {trainer.lower(): slugs for trainer, slugs in facts["badges"].items()},
            "next_nonce": int(facts["next_nonce"]),
            "ban": facts["allowance"]["ban"],
        }

    def ask(self, question: Callable[[RelayerClient], dict[str, Any]]) -> dict[str, Any]:
        """Ask the relayer what no other method here asks."""
        with self._calls:
            return question(self._client)

    def model(self) -> ModelSnapshot:
        """Return the machine as it is now."""
        with self._calls:
            return self._machine.snapshot()

    def naive_bayes(self) -> NaiveBayes | None:
        """Return the machine as it was last handed out, ready to guess. Asks nobody."""
        return self._machine.twin()

    def _trainer(self) -> dict[str, Any]:
        return self._terms.get(self._labels, self._chosen)

    def _shown(self, shown: Mapping[str, Any], told_at: float) -> News:
        outcome = (shown["settlement"] or {}).get("outcome")
        mined = next((one["hash"] for one in shown["transactions"] if one["mined"]), None)
        return self._news(shown, outcome, mined, told_at)

    def _news(
        self,
        facts: Mapping[str, Any],
        outcome: str | None,
        transaction_hash: str | None,
        told_at: float,
    ) -> News:
        among_players = self._terms.takes_validations(facts["trainer"])
        if outcome and among_players:
            outcome = {"refunded": "validated", "forfeited": "lapsed"}[outcome]
        number = facts.get("contribution_number") if among_players else None
        who = (facts["id"], facts["player"].lower())
        end = (facts["reason"], outcome)
        return News(*who, facts["status"], told_at, *end, number, transaction_hash)


def _compare(message: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    for name, value in expected.items():
        if str(message.get(name)).lower() != str(value).lower():
            raise ContributionMismatch(
                f"The signed {name} does not belong to this round. Reload the page."
            )
