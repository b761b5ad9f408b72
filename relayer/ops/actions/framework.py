"""What an action is.

How an action is added: write it in the module of its family in `relayer.ops.actions`, put it into
the family's ``ACTIONS``, and, for a new family, that into `relayer.ops.actions.registry`. Its page
``/ops/actions/<name>``, its route ``POST /v1/ops/actions/<name>``, its entry in the audit log and
the tests that attack every action follow from that::

    LIFT_BAN = Action(
        name="lift-ban",
        title="Let somebody in again",
        role=Role.OPERATOR,
        fields=(Field("subject", "Who", player_or_network),),
        dry_run=lambda deed: [f"{deed.arguments['subject']} may send again."],
        perform=_lift_ban,            # (Undertaking) -> "what was done"
        sample={"subject": "192.0.2.1"},
    )

- ``dry_run`` reads and changes nothing. It tells in sentences what would happen, and raises
  `relayer.refusals.operators.ActionRefused` when nothing could.
- ``perform`` may answer with `Revealed` in place of a sentence: a secret, shown once and kept
  nowhere.
- ``perform`` runs in one transaction with its audit entry and its answer, so it only writes to the
  store. What needs a signer or the network is written down there as an order, which the worker
  carries out; `Undertaking.key` is the same for each repetition, and makes a good id for it.
- A button is a link to ``url("action", name="lift-ban", subject=...)``: the page shows what would
  happen, asks for the reason, and performs it by POST.
- Commands call `relayer.ops.actions.desk.ActionDesk.perform` with
  `relayer.ops.access.visitors.at_the_command_line`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from relayer.ops.actions.fields import Field
from relayer.settings import Settings
from relayer.store import Store
from relayer.store.ops_users import Role


@dataclass(frozen=True, slots=True)
class Undertaking:
    """What an action works on and with."""

    store: Store
    settings: Settings
    now: float  #: unix seconds
    who: str  #: name of who acts
    arguments: Mapping[str, Any]  #: the values of the fields, by name
    reason: str = ""  #: empty in a dry run
    key: str = ""  #: the same for each repetition of a form or request; empty in a dry run


@dataclass(frozen=True, slots=True)
class Revealed:
    """What was done, and a secret that came of it."""

    sentence: str
    secret: str = field(repr=False)  #: shown to who asked, once; in no log, store or answer


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that operators can do.

    Args:
        name: in addresses and in the audit log, as ``pause-intake``.
        title: on pages, as an order: ``Pause the intake``.
        role: who may do it.
        fields: what it asks for.
        dry_run: tells in sentences what would happen.
        perform: does it and tells what was done, in a sentence.
        sample: texts for its fields with which it can be tried; tests do so.
        needs_confirmation: whether the password must have been given a short while ago: for
            whatever moves money or says who may what.
    """

    name: str
    title: str
    role: Role
    fields: tuple[Field, ...]
    dry_run: Callable[[Undertaking], Sequence[str]]
    perform: Callable[[Undertaking], str | Revealed]
    sample: Mapping[str, str] = field(default_factory=dict)
    needs_confirmation: bool = False
