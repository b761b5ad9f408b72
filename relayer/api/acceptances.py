"""What tells of contributions that were accepted, whichever way the request took."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relayer.api import forms, resources
from relayer.errors import Refusal
from relayer.intake.contributions import Admission
from relayer.limits import Caller
from relayer.store import Store

#: In a WSGI environment: what became of the request's one contribution, an `Admission` or the
#: error that it ended with, when that was found out before the route was called.
EXAMINED: Final = "relayer.examined"


def acceptance(
    store: Store, admission: Admission, sender: Caller, base: str
) -> tuple[forms.Contribution, dict[str, str]]:
    """Return body and headers of the answer to one contribution that was accepted.

    Args:
        store: where its transactions are looked up.
        admission: the contribution.
        sender: who sent it.
        base: path under which the routes are mounted, for links.
    """
    (shown,) = resources.contributions(store, [admission.contribution], base)
    return shown, {"Location": shown["links"]["self"], **rate_limits([admission], sender)}


def rate_limits(outcomes: Sequence[Admission | Refusal], sender: Caller) -> dict[str, str]:
    """Return headers about the quotas that something was taken of; all are on one sheet."""
    admitted = [outcome for outcome in outcomes if isinstance(outcome, Admission)]
    if not admitted:
        return {}
    players = {outcome.contribution.player for outcome in admitted}
    return admitted[0].allowances.rate_limits(players, sender)
