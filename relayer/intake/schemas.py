"""The form of signed requests. Inside ``message`` the names are those of the EIP-712 types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from relayer.refusals import SchemaViolation

#: More of a request's mistakes are not listed.
MAX_ERRORS_LISTED = 20

Address = Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]
HexBytes = Annotated[str, Field(pattern=r"^0x([0-9a-fA-F]{2})*$")]
Uint16 = Annotated[int, Field(ge=0, le=2**16 - 1)]
Uint32 = Annotated[int, Field(ge=0, le=2**32 - 1)]
Uint40 = Annotated[int, Field(ge=0, le=2**40 - 1)]
#: A uint64 on chain, but above nine thousand million ether no fee makes sense.
FeeGwei = Annotated[int, Field(ge=0, le=2**63 - 1)]
#: A contribution's number, a uint64 on chain; the store counts to 63 bits.
Number = Annotated[int, Field(ge=0, le=2**63 - 1)]
WeiText = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,77})$")]

_FORM = ConfigDict(strict=True, extra="forbid")


@with_config(_FORM)
class ContributionMessage(TypedDict):
    """What a player signs to contribute."""

    trainer: Address
    player: Address
    nonce: Uint32
    deadline: Uint40
    maxFeeGwei: FeeGwei
    label: Uint16
    sample: HexBytes


@with_config(_FORM)
class ContributionRequest(TypedDict):
    """A contribution with its signature."""

    message: ContributionMessage
    signature: HexBytes
    chain_id: NotRequired[int]


@with_config(_FORM)
class ContributionList(TypedDict):
    """Several contributions; each element stands alone."""

    contributions: Annotated[list[ContributionRequest], Field(min_length=1)]


@with_config(_FORM)
class WithdrawalMessage(TypedDict):
    """What a player signs to withdraw."""

    player: Address
    to: Address
    amountWei: WeiText
    nonce: Uint32
    deadline: Uint40
    maxFeeGwei: FeeGwei


@with_config(_FORM)
class WithdrawalRequest(TypedDict):
    """A withdrawal with its signature."""

    message: WithdrawalMessage
    signature: HexBytes
    chain_id: NotRequired[int]


@with_config(_FORM)
class ValidationMessage(TypedDict):
    """What a player signs to confirm somebody else's contribution."""

    trainer: Address
    validator: Address
    contribution: Number
    nonce: Uint32
    deadline: Uint40
    maxFeeGwei: FeeGwei


@with_config(_FORM)
class ValidationRequest(TypedDict):
    """A validation with its signature."""

    message: ValidationMessage
    signature: HexBytes
    chain_id: NotRequired[int]


@with_config(_FORM)
class ValidationList(TypedDict):
    """Several validations; each element stands alone."""

    validations: Annotated[list[ValidationRequest], Field(min_length=1)]


_VALIDATION = TypeAdapter(ValidationRequest)
_CONTRIBUTION = TypeAdapter(ContributionRequest)
_WITHDRAWAL = TypeAdapter(WithdrawalRequest)


def read_contribution(value: Any) -> ContributionRequest:
    """Return a JSON value as a contribution request.

    Raises:
        SchemaViolation: the value has another form.
    """
    try:
        return _CONTRIBUTION.validate_python(value)
    except ValidationError as error:
        raise violation(error) from None


def read_withdrawal(value: Any) -> WithdrawalRequest:
    """Return a JSON value as a withdrawal request.

    Raises:
        SchemaViolation: the value has another form.
    """
    try:
        return _WITHDRAWAL.validate_python(value)
    except ValidationError as error:
        raise violation(error) from None


def read_validation(value: Any) -> ValidationRequest:
    """Return a JSON value as a validation request.

    Raises:
        SchemaViolation: the value has another form.
    """
    try:
        return _VALIDATION.validate_python(value)
    except ValidationError as error:
        raise violation(error) from None


def read_list(value: Mapping[str, Any], most: int, kind: str = "contributions") -> list[Any]:
    """Return the elements of ``{"contributions": [...]}``; each is read on its own later.

    Args:
        value: the body.
        most: how many there may be.
        kind: the name of the list.

    Raises:
        SchemaViolation: it is no list of 1 to ``most`` elements, or has company.
    """
    for name in value.keys() - {kind}:
        raise SchemaViolation(
            f"A list of {kind} is sent alone, without other members.",
            errors=((f"/{name}", f"not expected beside '{kind}'"),),
        )
    elements = value[kind]
    if not isinstance(elements, list) or not 1 <= len(elements) <= most:
        raise SchemaViolation(
            f"Send 1 to {most} {kind} in one request.",
            errors=((f"/{kind}", f"must be a list of 1 to {most} elements"),),
        )
    return elements


def violation(error: ValidationError) -> SchemaViolation:
    """Return what a validator found as a refusal, with a pointer to each place."""
    places = tuple(
        ("/".join(("", *map(_escape, fault["loc"]))), fault["msg"])
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    )
    first_place, first_message = places[0]
    return SchemaViolation(
        f"{first_place or 'The body'}: {first_message}. Correct it and sign again if it is signed.",
        errors=places[:MAX_ERRORS_LISTED],
    )


def _escape(part: int | str) -> str:
    """A step of a JSON pointer (RFC 6901)."""
    return str(part).replace("~", "~0").replace("/", "~1")
