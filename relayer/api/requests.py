"""Reading requests: bodies, addresses, query parameters, cursors."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, TypeVar

from eth_utils.address import to_checksum_address
from flask import request
from werkzeug.exceptions import HTTPException

from relayer.api.failures import body_too_large
from relayer.api.operations import Parameter
from relayer.chain.eip712 import compact_signature
from relayer.chain.errors import SignatureMalformedError
from relayer.intake.documents import parse_json
from relayer.refusals import BadRequest, BadSignature, SchemaViolation, UnsupportedMediaType
from relayer.store.statuses import (
    BatchStatus,
    ContributionStatus,
    ValidationStatus,
    WithdrawalStatus,
)
from relayer.store.webhooks import MessageStatus

Status = TypeVar(
    "Status", BatchStatus, ContributionStatus, MessageStatus, ValidationStatus, WithdrawalStatus
)

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_CURSOR = re.compile(r"([a-z]+):([0-9]{1,18})")
#: A number as JSON spells it; what else a program might take for one is refused.
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,400})(?:\.[0-9]{1,400})?(?:[eE][+-]?[0-9]{1,4})?")
_WHOLE = re.compile(r"[0-9]{1,400}")


def check_query(parameters: Sequence[Parameter]) -> None:
    """Check that the query holds nothing but these parameters, and each of them once.

    Raises:
        SchemaViolation: it holds others, which are misspelt or meant for another route, or one
            twice, of which two readers might take a different one.
    """
    known = {parameter.name for parameter in parameters if parameter.place == "query"}
    for name, values in request.args.lists():
        if name not in known:
            choice = f"Known are: {', '.join(sorted(known))}." if known else "Leave it out."
            raise _bad_query(name, f"unknown. {choice}", "unknown parameter")
        if len(values) > 1:
            raise _bad_query(name, "given more than once. Give it once.", "given more than once")


def _bad_query(name: str, fault: str, short: str) -> SchemaViolation:
    return SchemaViolation(
        f"The query parameter {name[:50]!r} is {fault}", errors=((f"?{name[:50]}", short),)
    )


def read_body(most_bytes: int) -> Any:
    """Return the JSON value of the request's body.

    Raises:
        UnsupportedMediaType: the body is not declared as JSON.
        BodyTooLarge: the body is larger than the limit.
        Refusal: the body is not JSON or nested too deep; see `parse_json`.
    """
    return parse_json(read_bytes(most_bytes))


def read_bytes(most_bytes: int) -> bytes:
    """Return the request's body, however often it is asked for.

    Raises:
        UnsupportedMediaType: the body is not declared as JSON.
        BodyTooLarge: the body is larger than the limit.
        BadRequest: the body is not framed as HTTP asks.
    """
    if not request.is_json:
        raise UnsupportedMediaType(
            f"The body is declared as {request.mimetype or 'nothing'}. Send it with the header "
            "Content-Type: application/json."
        )
    if (request.content_length or 0) > most_bytes:
        raise body_too_large(most_bytes)
    try:
        body = request.get_data()
    except HTTPException:
        raise
    except Exception as error:
        # What a server raises for a body that is no HTTP, as one in broken chunks, is its own.
        raise BadRequest("The body cannot be read: it is not framed as HTTP asks.") from error
    if len(body) > most_bytes:
        raise body_too_large(most_bytes)
    return body


def check_ownership(signature: bytes, header: str) -> None:
    """Check that a header carries the signature that was sent with what shall be cancelled.

    Raises:
        BadSignature: it does not.
    """
    text = request.headers.get(header, "")
    try:
        given = compact_signature(bytes.fromhex(text.removeprefix("0x")))
    except (ValueError, SignatureMalformedError):
        given = b""
    if not hmac.compare_digest(given, signature):
        raise BadSignature(
            "Only who sent a request may cancel it. Send the signature that was sent with it in "
            f"the header {header}."
        )


def read_address(text: str, pointer: str) -> str:
    """Return an address with its checksum.

    Raises:
        SchemaViolation: the text is no address.
    """
    if not _ADDRESS.fullmatch(text):
        raise SchemaViolation(
            f"{text[:50]!r} is no address: 0x and 40 hexadecimal digits are needed.",
            errors=((pointer, "must be an address"),),
        )
    return str(to_checksum_address(text))


def read_account(name: str) -> str | None:
    """Return an address among the query parameters, if given.

    Raises:
        SchemaViolation: it is no address.
    """
    text = request.args.get(name)
    return None if text is None else read_address(text, f"?{name}")


def read_status(statuses: type[Status], name: str = "status") -> Status | None:
    """Return a status among the query parameters, if given.

    Raises:
        SchemaViolation: there is no such status.
    """
    text = request.args.get(name)
    if text is None:
        return None
    try:
        return statuses(text)
    except ValueError:
        raise SchemaViolation(
            f"There is no status {text[:20]!r}. Use one of: {', '.join(statuses)}.",
            errors=((f"?{name}", "unknown status"),),
        ) from None


def read_seconds(name: str, most: float) -> float:
    """Return a number among the query parameters, 0 without it; above ``most``, ``most``.

    Raises:
        SchemaViolation: it is no number, or below 0.
    """
    text = request.args.get(name)
    if text is None:
        return 0.0
    if not _NUMBER.fullmatch(text) or float(text) < 0:
        raise _bad_number(name, "a number of at least 0")
    return min(float(text), most)


def read_count(name: str, default: int, most: int) -> int:
    """Return a whole number of at least 1 among the query parameters; above ``most``, ``most``.

    Raises:
        SchemaViolation: it is no whole number, or below 1.
    """
    text = request.args.get(name)
    if text is None:
        return default
    if not _WHOLE.fullmatch(text) or int(text) < 1:
        raise _bad_number(name, "a whole number of at least 1")
    return min(int(text), most)


def _bad_number(name: str, wanted: str) -> SchemaViolation:
    return SchemaViolation(
        f"The query parameter {name} must be {wanted}.",
        errors=((f"?{name}", f"must be {wanted}"),),
    )


def read_cursor(kind: str) -> int | None:
    """Return the position in the query parameter ``cursor``, if given.

    Args:
        kind: what is listed.

    Raises:
        SchemaViolation: the cursor was not made here, or for another list.
    """
    text = request.args.get("cursor")
    if text is None:
        return None
    try:
        match = _CURSOR.fullmatch(urlsafe_b64decode(text.encode()).decode())
    except ValueError:
        match = None
    if match is None or match[1] != kind:
        raise SchemaViolation(
            "The cursor is not one of this list's. Pass on the next_cursor of a page "
            "unchanged, or leave it out to begin anew.",
            errors=(("?cursor", "unknown cursor"),),
        )
    return int(match[2])


def write_cursor(kind: str, before: int | None) -> str | None:
    """Return a position in a list as an opaque cursor."""
    return None if before is None else urlsafe_b64encode(f"{kind}:{before}".encode()).decode()
