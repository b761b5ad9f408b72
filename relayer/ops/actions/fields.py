"""What an action asks for, and how texts of forms, requests and flags become values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from eth_utils.address import is_address, to_checksum_address

from relayer.errors import RelayerError, SettingsError
from relayer.limits.names import read_subject
from relayer.planning.readings import MOST_DAYS

#: Longest text of an argument.
MOST_LENGTH: Final = 500

_DURATION: Final = re.compile(r"([1-9][0-9]{0,8})([smhd])")
_UNITS_S: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_AMOUNT: Final = re.compile(r"[0-9]{1,78}")
_HASH: Final = re.compile(r"0x[0-9a-f]{64}")


class FieldError(RelayerError):
    """A text is no value of its field; the message says what is wanted."""


@dataclass(frozen=True, slots=True)
class Field:
    """One argument of an action.

    Args:
        name: in forms, requests and the audit log.
        label: what people read beside it.
        read: makes a value of a text; raises FieldError.
        hint: what is wanted, in a few words.
        required: whether it must be there; without it, the value is None.
        choices: the only texts that it takes; empty: any that `read` takes.
    """

    name: str
    label: str
    read: Callable[[str], Any]
    hint: str = ""
    required: bool = True
    choices: Sequence[str] = ()


def read_arguments(fields: Sequence[Field], given: Mapping[str, str]) -> dict[str, Any]:
    """Return the value of each field.

    Raises:
        ArgumentError: some are missing, unknown or no values.
    """
    faults = [
        (name, "is unknown") for name in given if name not in {field.name for field in fields}
    ]
    values: dict[str, Any] = {}
    for field in fields:
        text = given.get(field.name, "").strip()
        try:
            values[field.name] = _value(field, text)
        except FieldError as error:
            faults.append((field.name, str(error)))
    if faults:
        raise ArgumentError(faults)
    return values


class ArgumentError(RelayerError):
    """Arguments are missing, unknown or no values.

    Args:
        faults: names, and what is wrong with each.
    """

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{name} {fault}" for name, fault in faults))
        self.faults = tuple(faults)


def _value(field: Field, text: str) -> Any:
    if not text:
        if field.required:
            raise FieldError("is missing")
        return None
    if len(text) > MOST_LENGTH:
        raise FieldError(f"is longer than {MOST_LENGTH} characters")
    if field.choices and text not in field.choices:
        raise FieldError(f"must be one of: {', '.join(field.choices)}")
    return field.read(text)


def text(value: str) -> str:
    """Take any text."""
    return value


def duration_s(value: str) -> int:
    """Take a length of time as ``90s``, ``30m``, ``12h`` or ``7d``; in seconds."""
    match = _DURATION.fullmatch(value)
    if match is None:
        raise FieldError("is no length of time; write 90s, 30m, 12h or 7d")
    length_s = int(match[1]) * _UNITS_S[match[2]]
    if length_s > MOST_DAYS * _UNITS_S["d"]:
        raise FieldError(f"must be at most {MOST_DAYS}d")
    return length_s


def amount_wei(value: str) -> int:
    """Take an amount in wei, as digits."""
    if not _AMOUNT.fullmatch(value):
        raise FieldError("must be an amount in wei, as digits")
    return int(value)


def whole_number(value: str) -> int:
    """Take a whole number from 0 on."""
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise FieldError("must be a whole number")
    return int(value)


def hash_or_id(value: str) -> str:
    """Take the hash of a transaction or the id of something signed."""
    if not _HASH.fullmatch(value.lower()):
        raise FieldError("must be 0x and 64 hexadecimal digits")
    return value.lower()


def account(value: str) -> str:
    """Take the address of an account, in any spelling whose checksum is not wrong."""
    if not is_address(value):
        raise FieldError("must be an address: 0x and 40 hexadecimal digits")
    return str(to_checksum_address(value))


def player_or_network(value: str) -> str:
    """Take a player's address or an IP address, in any spelling."""
    try:
        return read_subject(value)
    except SettingsError as error:
        raise FieldError(f"must be an address: {error}") from None
