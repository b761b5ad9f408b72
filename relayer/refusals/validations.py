"""What is wrong with a validation."""

from __future__ import annotations

from relayer.errors import Refusal


class NoValidations(Refusal):
    """The trainer's mechanism takes no validations.

    Validate contributions of trainers whose mechanism has takes_validations in GET /v1/config.
    """

    code, status = "no-validations", 422


class UnknownContribution(Refusal):
    """This relayer knows no confirmed contribution with that number.

    Sign the contribution_number of GET /v1/contributions/{id}; it is there as soon as the
    contribution is confirmed.
    """

    code, status = "unknown-contribution", 422


class ContributionNotOpen(Refusal):
    """The contribution is settled already.

    Do nothing: somebody else confirmed it, or it has lapsed.
    """

    code, status = "contribution-not-open", 409


class OwnContribution(Refusal):
    """The contribution is the validator's own.

    Validate contributions of other players.
    """

    code, status = "own-contribution", 422


class NeverContributed(Refusal):
    """The validator has not contributed to this trainer.

    Contribute first; once a block holds the contribution, sign again.
    """

    code, status = "never-contributed", 422


class AlreadyValidated(Refusal):
    """Another validation of this contribution by the same player exists.

    Do nothing: one is enough.
    """

    code, status = "already-validated", 409
