"""Who sends this request: found out once, when a route first asks."""

from __future__ import annotations

from dataclasses import replace

from flask import g, request

from relayer.api.responses import request_id
from relayer.api.service import Service
from relayer.limits import Caller
from relayer.limits.caller import IN_PROCESS

#: Header that carries a play ticket.
TICKET_HEADER = "Play-Ticket"


def caller(service: Service) -> Caller:
    """Return who sends this request.

    Raises:
        BadKey: it came with a key that is not valid.
        BadTicket: it came with a play ticket that is not valid.
    """
    if "relayer_caller" not in g:
        arrived = service.reception.caller(
            None if request.environ.get(IN_PROCESS) else _network(service),
            request.headers.get("Authorization"),
            request.headers.get(TICKET_HEADER),
        )
        g.relayer_caller = replace(arrived, request_id=request_id())
    found: Caller = g.relayer_caller
    return found


def _network(service: Service) -> str:
    forwarded_for = request.headers.get("X-Forwarded-For")
    return service.reception.network(request.remote_addr, forwarded_for)


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
