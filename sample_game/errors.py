"""Errors of the game.

* GameError
  * SettingsError: the game cannot start with these settings
  * DeckError: a word file does not fit the deck
  * PlayProblem: a request that breaks a rule; becomes problem+json
    * MalformedRequest
    * WrongContentType
    * RoundNotFound
    * RoundOver
    * RoundTampered
    * RoundNotOver
    * UnknownDeck
    * NotYourKey
    * ProofOutOfDate: carries the day to sign for
    * PuzzleNotFound
    * PuzzleOver
    * ClueRefused: carries one reason per refused clue
    * ContributionMismatch
    * UnknownContribution
    * UnknownSender: a webhook that the house did not sign
    * TooFast: carries the seconds to wait
    * DelegationRefused: carries its own code
    * ReceiverRefused
    * HouseError: the relayer refused, or cannot be reached
"""

from dataclasses import dataclass
from typing import ClassVar


class GameError(Exception):
    """Base of all errors of the game."""


class SettingsError(GameError):
    """The game cannot start with these settings. The message names the setting and the remedy."""


class DeckError(GameError):
    """A word file does not fit the deck. The message names the word."""


class PlayProblem(GameError):  # noqa: N818 - an answer to a player, not a fault
    """A request that breaks a rule of play.

    The message is written for the player. `code` is stable; `retryable` tells whether the same
    request may succeed later.
    """

    code: str = "play-problem"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "That did not work"
    retryable: ClassVar[bool] = False


class MalformedRequest(PlayProblem):
    """The body is not the JSON object that the route expects."""

    code = "malformed-request"
    title = "The game did not understand the page"


class WrongContentType(PlayProblem):
    """The body is not declared as JSON."""

    code = "unsupported-media-type"
    status = 415
    title = "The game did not understand the page"


class RoundNotFound(PlayProblem):
    """The round is unknown, or its token was made up."""

    code = "round-not-found"
    status = 404
    title = "This round does not exist"


class RoundOver(PlayProblem):
    """The round has run out or was already played."""

    code = "round-over"
    status = 410
    title = "This round is over"


class RoundTampered(PlayProblem):
    """The round belongs to another player or is of another kind."""

    code = "round-tampered"
    status = 403
    title = "This round is not yours"


class RoundNotOver(PlayProblem):
    """What was asked for is told only when the round is over."""

    code = "round-not-over"
    status = 409
    title = "This round is not over yet"


class UnknownDeck(PlayProblem):
    """The game has no deck of this name."""

    code = "unknown-deck"
    status = 404
    title = "There is no such deck"


class NotYourKey(PlayProblem):
    """The request is not signed with the key of the player that it names."""

    code = "not-your-key"
    status = 403
    title = "This is somebody else's game"


class ProofOutOfDate(PlayProblem):
    """The player has proven for another day that it plays.

    Args:
        day: today's, days since 1970 in UTC.
    """

    code = "proof-out-of-date"
    status = 403
    title = "The game could not make sure that it is you"

    def __init__(self, day: int) -> None:
        super().__init__("The clock of this device is off by days. Set it, or try again.")
        self.day = day


class PuzzleNotFound(PlayProblem):
    """There is no such puzzle."""

    code = "puzzle-not-found"
    status = 404
    title = "There is no such puzzle"


class PuzzleOver(PlayProblem):
    """It is too late to begin this puzzle."""

    code = "puzzle-over"
    status = 410
    title = "This puzzle is over"


@dataclass(frozen=True)
class Refusal:
    """Why one clue was refused: a stable reason and a sentence for the player."""

    clue: str
    reason: str
    detail: str


class ClueRefused(PlayProblem):
    """At least one clue breaks a rule. `refusals` tells which and why."""

    code = "clue-refused"
    status = 422
    title = "A clue breaks a rule"

    def __init__(self, refusals: list[Refusal]):
        super().__init__(" ".join(refusal.detail for refusal in refusals))
        self.refusals = refusals


class ContributionMismatch(PlayProblem):
    """What the player signed is not what the round asked for."""

    code = "contribution-mismatch"
    status = 422
    title = "The signed clues are not this round's clues"


class UnknownContribution(PlayProblem):
    """The game never heard of a contribution."""

    code = "not-found"
    status = 404
    title = "These clues do not exist"


class UnknownWithdrawal(PlayProblem):
    """What is asked for is no withdrawal."""

    code = "not-found"
    status = 404
    title = "This withdrawal does not exist"


class UnknownSender(PlayProblem):
    """A webhook that the house did not sign, or an old one."""

    code = "unknown-sender"
    title = "The house did not send this"


class TooFast(PlayProblem):
    """A player, or everybody behind one network address, asked too often."""

    code = "too-fast"
    status = 429
    title = "That was too fast"
    retryable = True

    def __init__(self, retry_after_s: int):
        super().__init__(f"That was a lot in a short time. Go on in {retry_after_s} s.")
        self.retry_after_s = retry_after_s


class DelegationRefused(PlayProblem):
    """A wallet's permission, or its end, is not taken. `code` tells why.

    `docs/explanation/identity.md` lists the codes.
    """

    status = 422
    title = "The permission was not taken"

    def __init__(self, code: str, detail: str):
        super().__init__(detail)
        self.code = code


class ReceiverRefused(PlayProblem):
    """Money would go where nobody can take it out again."""

    code = "receiver-refused"
    status = 422
    title = "No money goes to that address"


class HouseError(PlayProblem):
    """The relayer refused the contribution, or cannot be reached now.

    `house_code` is the relayer's own code (see `docs/reference/errors.md`), so the page can tell
    an empty tank from a wrong signature. `reason` and `until_at` are the relayer's as well: why and
    until when somebody is banned or the intake paused.
    """

    code = "house-error"
    title = "The house could not take it"

    def __init__(
        self,
        detail: str,
        *,
        house_code: str,
        status: int,
        retryable: bool,
        reason: str | None = None,
        until_at: int | None = None,
    ):
        super().__init__(detail)
        self.reason = reason
        self.until_at = until_at
        self.house_code = house_code
        self.http_status = status
        self.may_retry = retryable
