"""Who sends this request: found out once, when a route first asks."""

from __future__ import annotations

from flask import g, request

from relayer.api.service import Service
from relayer.limits import Caller
from relayer.limits.caller import IN_PROCESS


def caller(service: Service) -> Caller:
    """Return who sends this request.

    Raises:
        BadKey: it came with a key that is not valid.
    """
    if "relayer_caller" not in g:
        headers = request.headers
        g.relayer_caller = (
            Caller(key=service.reception.key(headers.get("Authorization")))
            if request.environ.get(IN_PROCESS)
            else service.reception.caller(
                request.remote_addr,
                headers.get("X-Forwarded-For"),
                headers.get("Authorization"),
            )
        )
    found: Caller = g.relayer_caller
    return found


def submitter(service: Service) -> Caller:
    """Return who sends this submission.

    Raises:
        BadKey: it came with a key that is not valid.
        KeyRequired: the house admits only games with keys.
        ScopeMissing: the key is for other things.
    """
    found = caller(service)
    service.reception.check_submitter(found)
    return found
