"""Actions of the dashboard at the command line: the same deeds, with the same audit entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import click

from relayer.cli.opened_store import opened_store
from relayer.clock import SystemClock
from relayer.errors import Refusal, SettingsError
from relayer.ops.access.tokens import new_id
from relayer.ops.access.visitors import at_the_command_line
from relayer.ops.actions.desk import ActionDesk
from relayer.ops.actions.registry import ACTIONS
from relayer.settings import Settings
from relayer.store.ops_answers import OpsAnswer

_Command = TypeVar("_Command", bound=Callable[..., Any])

#: What the audit log says when somebody says nothing.
NO_REASON: Final = "none given at the command line"


def reason_option(command: _Command) -> _Command:
    """Give a command the flag ``--reason``, which the audit log keeps."""
    return click.option("--reason", default=NO_REASON, help="Why; the audit log keeps it.")(command)


def act(settings: Settings, name: str, given: Mapping[str, str | None], reason: str) -> OpsAnswer:
    """Perform an action as who runs the command.

    Args:
        settings: name the store.
        name: of the action.
        given: texts for its fields; None counts as not given.
        reason: why.

    Raises:
        SettingsError: the action is refused; the message says why.
        StoreError: there is no database yet, or it cannot be used.
    """
    texts = {field: text for field, text in given.items() if text is not None}
    with opened_store(settings) as store:
        desk = ActionDesk(store, settings, SystemClock())
        try:
            visitor = at_the_command_line()
            return desk.perform(ACTIONS[name], texts, visitor, reason, new_id()).answer
        except Refusal as refusal:
            raise SettingsError(refusal.detail) from refusal
