"""The form of answers to operators."""

from __future__ import annotations

from typing import NotRequired

from pydantic import with_config
from typing_extensions import TypedDict

from relayer.api.forms.shared import PUBLISHED, Count, UnixTime
from relayer.store.ops_users import Role


@with_config(PUBLISHED)
class ActionField(TypedDict):
    """One argument of an action."""

    name: str
    label: str
    hint: str
    required: bool
    choices: list[str]
    """The only texts that it takes; empty: any."""


@with_config(PUBLISHED)
class ActionTold(TypedDict):
    """Something that operators can do."""

    name: str
    title: str
    role: Role
    """Who may do it; higher roles may as well."""
    needs_confirmation: bool
    """Whether it needs a token that was made with --money."""
    fields: list[ActionField]


@with_config(PUBLISHED)
class ActionsTold(TypedDict):
    """What the user of the token may do."""

    actions: list[ActionTold]


@with_config(PUBLISHED)
class ActionOutcome(TypedDict):
    """What became of an action, or would."""

    action: str
    performed: bool
    """False in a dry run."""
    would: list[str]
    """In a dry run: what would happen, in sentences."""
    outcome: str | None
    """What was done; null in a dry run."""
    audit: Count | None
    """Number of its entry in the audit log; null in a dry run."""
    at: UnixTime | None
    """When it was done; null in a dry run."""
    secret: NotRequired[str]
    """A secret that came of it: in the first answer, and in none that repeats it."""
