"""The parameters that routes take, each described once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from relayer.api.operations import Parameter
from relayer.store.statuses import (
    BatchStatus,
    ContributionStatus,
    ValidationStatus,
    WithdrawalStatus,
)
from relayer.store.webhooks import MessageStatus

#: Size of a page when the client names none, and at most.
DEFAULT_LIMIT, MAX_LIMIT = 50, 100

_ADDRESS: Final[dict[str, Any]] = {"type": "string", "pattern": "^0x[0-9a-fA-F]{40}$"}
_DIGEST: Final[dict[str, Any]] = {"type": "string", "pattern": "^0x[0-9a-fA-F]{64}$"}
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_SIGNATURE: Final[dict[str, Any]] = {
    "type": "string",
    "pattern": "^(0x)?([0-9a-fA-F]{128}|[0-9a-fA-F]{130})$",
}


def _in_path(name: str, description: str, schema: dict[str, Any]) -> Parameter:
    return Parameter(name, description, schema, place="path", required=True)


def _status(statuses: Sequence[str], subject: str) -> Parameter:
    return Parameter(
        "status", f"Only {subject} that stand there.", {"type": "string", "enum": [*statuses]}
    )


def _seen(statuses: Sequence[str]) -> Parameter:
    return Parameter(
        "while",
        "Wait only while this is the status: the one that was seen last, so that no change is "
        "missed between two requests.",
        {"type": "string", "enum": [*statuses]},
    )


#: Every argument that a rule may have; a route with another one cannot be mounted.
IN_PATH: Final = {
    parameter.name: parameter
    for parameter in (
        _in_path("contribution_id", "The EIP-712 digest of the contribution.", _DIGEST),
        _in_path("validation_id", "The EIP-712 digest of the validation.", _DIGEST),
        _in_path("withdrawal_id", "The EIP-712 digest of the withdrawal.", _DIGEST),
        _in_path(
            "batch_id",
            "The relayer's own number of the batch.",
            {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
        ),
        _in_path("webhook_id", "The id of the webhook.", _TEXT),
        _in_path("name", "The name of the action, as GET /v1/ops/actions tells it.", _TEXT),
        _in_path("address", "An account or a contract, in any spelling.", _ADDRESS),
    )
}

WAIT: Final = Parameter(
    "wait",
    "Seconds to wait for the status to change; at most 25 are granted, and a busy relayer may "
    "answer sooner.",
    {"type": "number", "minimum": 0},
)
CONTRIBUTION_SEEN: Final = _seen(tuple(ContributionStatus))
VALIDATION_SEEN: Final = _seen(tuple(ValidationStatus))
WITHDRAWAL_SEEN: Final = _seen(tuple(WithdrawalStatus))
LIMIT: Final = Parameter(
    "limit",
    f"Size of the page, {DEFAULT_LIMIT} when it is left out; above {MAX_LIMIT} counts as "
    f"{MAX_LIMIT}.",
    {"type": "integer", "minimum": 1},
)
CURSOR: Final = Parameter(
    "cursor", "The next_cursor of the page before, unchanged; without it, the first page.", _TEXT
)
PLAYER: Final = Parameter("player", "Only what this player signed.", _ADDRESS)
VALIDATOR: Final = Parameter("validator", "Only what this player signed.", _ADDRESS)
CONTRIBUTION_STATUS: Final = _status(tuple(ContributionStatus), "contributions")
VALIDATION_STATUS: Final = _status(tuple(ValidationStatus), "validations")
WITHDRAWAL_STATUS: Final = _status(tuple(WithdrawalStatus), "withdrawals")
BATCH_STATUS: Final = _status(tuple(BatchStatus), "batches")
MESSAGE_STATUS: Final = _status(tuple(MessageStatus), "messages")
TRAINER: Final = Parameter("trainer", "Only what belongs to this trainer.", _ADDRESS)


def signature_header(name: str, subject: str, *, required: bool = True) -> Parameter:
    """The header that proves that something is one's own, by the signature that came with it."""
    return Parameter(
        name, f"The signature that was sent with the {subject}.", _SIGNATURE, "header", required
    )


IDEMPOTENCY_KEY: Final = Parameter(
    "Idempotency-Key",
    "Any text of one's own, best a UUID: the answer to the same request with the same key is "
    "the same, as long as the relayer keeps it.",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-\\[\\]-~]+$"},
    "header",
)
ACTION_KEY: Final = Parameter(
    IDEMPOTENCY_KEY.name,
    "Needed unless it is a dry run, best a UUID: an action is performed once for each key, and who "
    "sends the same again gets the same answer.",
    IDEMPOTENCY_KEY.schema,
    "header",
)
GAME: Final = Parameter(
    "game", "Only what came with this game's key, which must come along and may read.", _TEXT
)
PLAY_TICKET: Final = Parameter(
    "Play-Ticket",
    "A game's word that this belongs to a round of it; good for as many submissions as the game "
    "wrote into it.",
    _TEXT,
    "header",
)

IF_NONE_MATCH: Final = Parameter(
    "If-None-Match",
    "The ETag of what one has already: the answer is 304 while it is the same.",
    _TEXT,
    "header",
)
