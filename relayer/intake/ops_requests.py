"""The form of requests for actions of operators."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from relayer.intake.schemas import violation

_FORM = ConfigDict(strict=True, extra="forbid")

_Text = Annotated[str, Field(max_length=500)]


@with_config(_FORM)
class ActionRequest(TypedDict):
    """What to do, and why."""

    arguments: NotRequired[Annotated[dict[_Text, _Text], Field(max_length=20)]]
    """Texts for the fields of the action, by name."""
    reason: NotRequired[_Text]
    """Why; needed unless it is a dry run. The audit log keeps it."""
    dry_run: NotRequired[bool]
    """Only tell what would happen."""


_ACTION = TypeAdapter(ActionRequest)


def read_action(value: Any) -> ActionRequest:
    """Return a JSON value as a request for an action.

    Raises:
        SchemaViolation: the value has another form.
    """
    try:
        return _ACTION.validate_python(value)
    except ValidationError as error:
        raise violation(error) from None
