"""All that a game needs of the house: terms to sign, handing on, status, points, the model.

This module is the whole integration; `docs/how-to/integrate-a-game.md` walks through it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from relayer.client import ApiError, RelayerClient, RelayerClientError, SignedRequest
from relayer.clock import Clock
from relayer.models.naive_bayes import NaiveBayes
from relayer.models.snapshot import model_from_snapshot
from sample_game.errors import ContributionMismatch, HouseError
from sample_game.remembered import Remembered

#: How long the house's terms, and its model, are not asked for again, in seconds.
_TERMS_LAST_S: Final = 15.0
_MODEL_LASTS_S: Final = 2.0
#: How long the machine that this process wakes from a snapshot is used, in seconds.
_TWIN_LASTS_S: Final = 60.0


@dataclass(frozen=True)
class ModelSnapshot:
    """A model as JSON; `etag` changes exactly when the body does."""

    body: bytes
    etag: str


@dataclass(frozen=True)
class SignedMessage:
    """What a player signed; `id` is its digest, `chain_id` the one that it was signed for."""

    id: str
    message: Mapping[str, Any]
    signature: str
    chain_id: int


class House:
    """The relayer as this game sees it: one trainer, whose labels are the game's words.

    Every method raises HouseError when the relayer refuses or cannot be reached.

    Args:
        client: speaks to the relayer, embedded or remote.
        labels: the game's secret words.
        deadline_s: how long the house may take to put a contribution on the record.
        trainer: address of the trainer; empty: the one with these labels.
        clock: tells when to ask again.
    """

    def __init__(
        self,
        client: RelayerClient,
        labels: Sequence[str],
        deadline_s: int,
        clock: Clock,
        trainer: str = "",
    ) -> None:
        self._client = client
        self._labels = list(labels)
        self._deadline_s = deadline_s
        self._clock = clock
        self._chosen = trainer.lower()
        self._config = Remembered(lambda: client.config(refresh=True), _TERMS_LAST_S, clock)
        self._model = Remembered(self._fetch_model, _MODEL_LASTS_S, clock)
        self._handed_out: ModelSnapshot | None = None
        self._twin = Remembered(self._wake_twin, _TWIN_LASTS_S, clock)

    def signing_terms(self) -> dict[str, Any]:
        """Return what the page must know to sign a contribution; it hardcodes nothing."""
        with _house_words():
            config, trainer = self._config.get(), self._trainer()
        max_fee_gwei = trainer["suggested_max_fee_gwei"]
        if max_fee_gwei is None:
            self._config.forget()
            raise _not_now("chain-unavailable", "The house does not know its prices yet.")
        return {
            "eip712": config["eip712"],
            "trainer": trainer["address"],
            "max_fee_gwei": max_fee_gwei,
            "deadline_s": self._deadline_s,
            "now": int(self._clock.now()),
        }

    def check(self, message: Mapping[str, Any], player: str, label: int, sample: bytes) -> None:
        """Compare what a player signed with what the round was about.

        Raises:
            ContributionMismatch: the message speaks of something else.
        """
        expected = {
            "trainer": self._trainer()["address"],
            "player": player,
            "label": label,
            "sample": f"0x{sample.hex()}",
        }
        _compare(message, expected)

    def submit(
        self, contribution_id: str, message: Mapping[str, Any], signature: str, chain_id: int
    ) -> dict[str, Any]:
        """Hand a signed contribution on; doing so again is harmless, its id is its digest.

        `chain_id` is the one that the player signed with, so the relayer can name a mismatch.
        """
        with _house_words():
            signed = SignedRequest(contribution_id, message, signature, chain_id)
            return self._client.submit(signed)

    def status(self, contribution_id: str) -> dict[str, Any]:
        """Return what became of a contribution.

        Where players confirm each other, a settled one is `validated` or `lapsed`.
        """
        with _house_words():
            contribution = self._client.contribution(contribution_id)
        settlement = contribution.get("settlement")
        if not settlement or not self.takes_validations():
            return contribution
        outcome = {"refunded": "validated", "forfeited": "lapsed"}[settlement["outcome"]]
        return {**contribution, "settlement": {**settlement, "outcome": outcome}}

    def takes_validations(self) -> bool:
        """Return whether a right guess of another player's clues is put on the record."""
        mechanism: dict[str, Any] = self._trainer().get("mechanism", {})
        return bool(mechanism.get("takes_validations"))

    def number_to_validate(self, contribution_id: str) -> int | None:
        """Return what is signed to confirm a contribution; None: it cannot be confirmed now."""
        if not self.takes_validations():
            return None
        contribution = self.status(contribution_id)
        number: int | None = contribution.get("contribution_number")
        return number if contribution["status"] == "confirmed" else None

    def check_validation(self, message: Mapping[str, Any], player: str, number: int) -> None:
        """Compare a signed validation with the round that was won.

        Raises:
            ContributionMismatch: the message speaks of something else.
        """
        expected = {
            "trainer": self._trainer()["address"],
            "validator": player,
            "contribution": number,
        }
        _compare(message, expected)

    def submit_validation(self, signed: SignedMessage) -> dict[str, Any]:
        """Hand a signed validation on; doing so again is harmless, its id is its digest."""
        request = SignedRequest(signed.id, signed.message, signed.signature, signed.chain_id)
        with _house_words():
            return self._client.submit_validation(request)

    def standing(self, player: str) -> dict[str, int]:
        """Return a player's points on the record, and the next number to sign with."""
        with _house_words():
            facts = self._client.player(player)
            trainer = self._trainer()["address"].lower()
        points = {address.lower(): points for address, points in facts["points"].items()}
        return {"points": int(points.get(trainer, 0)), "next_nonce": int(facts["next_nonce"])}

    def model(self) -> ModelSnapshot:
        """Return the machine that all players train together."""
        with _house_words():
            return self._model.get()

    def naive_bayes(self) -> NaiveBayes | None:
        """Return the machine as it was last handed out, ready to guess. Asks nobody.

        None: it was not handed out yet, or is of another kind.
        """
        return self._twin.get() if self._handed_out else None

    def _wake_twin(self) -> NaiveBayes | None:
        model = self._handed_out and model_from_snapshot(json.loads(self._handed_out.body))
        return model if isinstance(model, NaiveBayes) else None

    def _fetch_model(self) -> ModelSnapshot:
        snapshot = self._client.model(self._trainer()["address"])
        body = json.dumps(snapshot, separators=(",", ":")).encode()
        self._handed_out = ModelSnapshot(body, hashlib.sha256(body).hexdigest()[:32])
        return self._handed_out

    def _trainer(self) -> dict[str, Any]:
        with _house_words():
            trainers: list[dict[str, Any]] = self._config.get()["trainers"]
        for trainer in trainers:
            wanted = trainer["address"].lower() == self._chosen if self._chosen else True
            if wanted and list(trainer["labels"]) == self._labels:
                return trainer
        self._config.forget()
        raise _not_now("no-trainer", "The house keeps no machine for this game's words yet.")


def _compare(message: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    for name, value in expected.items():
        if str(message.get(name)).lower() != str(value).lower():
            raise ContributionMismatch(
                f"The signed {name} does not belong to this round. Reload the page."
            )


@contextmanager
def _house_words() -> Iterator[None]:
    """Say what went wrong with the relayer in the game's own terms."""
    try:
        yield
    except ApiError as error:
        raise HouseError(
            str(error.problem.get("detail", error)),
            house_code=error.code,
            status=error.status,
            retryable=error.retryable,
        ) from error
    except RelayerClientError as error:
        raise _not_now("house-unreachable", "The house does not answer just now.") from error


def _not_now(code: str, detail: str) -> HouseError:
    return HouseError(detail, house_code=code, status=503, retryable=True)
