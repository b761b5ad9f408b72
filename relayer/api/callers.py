"""Who sends this request: found out once, when a route first asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import g, request

from relayer.api.responses import id_of
from relayer.api.service import Service
from relayer.limits import Caller
from relayer.limits.caller import IN_PROCESS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: Header that carries a play ticket.
TICKET_HEADER = "Play-Ticket"
_TICKET_VARIABLE = "HTTP_PLAY_TICKET"


def caller(service: Service) -> Caller:
    """Return who sends this request.

    Raises:
        BadKey: it came with a key that is not valid.
        BadTicket: it came with a play ticket that is not valid.
    """
    if "relayer_caller" not in g:
        g.relayer_caller = caller_of(service, request.environ)
    found: Caller = g.relayer_caller
    return found


def caller_of(service: Service, environ: WSGIEnvironment) -> Caller:
    """Return who sends the request with this environment, see `caller`."""
    return service.reception.caller(
        None if environ.get(IN_PROCESS) else _network(service, environ),
        environ.get("HTTP_AUTHORIZATION"),
        environ.get(_TICKET_VARIABLE),
        id_of(environ),
    )


def _network(service: Service, environ: Mapping[str, str]) -> str:
    return service.reception.network(
        environ.get("REMOTE_ADDR"), environ.get("HTTP_X_FORWARDED_FOR")
    )


def submitter(service: Service) -> Caller:
    """Return who sends this submission.

    Raises:
        BadKey: it came with a key that is not valid.
        BadTicket: it came with a play ticket that is not valid.
        KeyRequired: the house admits only games with keys.
        ScopeMissing: the key is for other things.
    """
    found = caller(service)
    service.reception.check_submitter(found)
    return found
