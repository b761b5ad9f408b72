"""Every way to fail ends in a page that says what is wrong and what to do."""

from __future__ import annotations

import logging

from flask import Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from relayer.api.failures import from_http
from relayer.api.responses import request_id
from relayer.errors import Refusal
from relayer.ops.mount import OpsMount
from relayer.refusals import InternalError, StoreUnavailable
from relayer.store.faults import fault_of

logger = logging.getLogger(__name__)


class Failures:
    """The error handlers of the dashboard."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount

    def refusal(self, error: Refusal) -> Response:
        """Answer a refusal."""
        response = self._mount.render("refused.html", error.status, refusal=error)
        response.headers.update(error.headers)
        return response

    def http(self, error: HTTPException) -> WerkzeugResponse:
        """Answer an error of the framework."""
        if error.response is not None or (error.code or 500) < 400:
            return error.get_response(request.environ)
        return self.refusal(from_http(error))

    def unexpected(self, error: Exception) -> Response:
        """Answer a defect, or a database that cannot be used: the log tells what it is."""
        fault = fault_of(error)
        logger.error(
            "page %s %s failed%s",
            request.method,
            request.path,
            f": {fault}" if fault else "",
            exc_info=None if fault else error,
            extra={
                "action": "store_unavailable" if fault else "request_failed",
                "request_id": request_id(),
            },
        )
        if fault:
            return self.refusal(
                StoreUnavailable(
                    "The database cannot be used at the moment; nothing was changed. The log of "
                    "the service tells why, and so does `relayer doctor`."
                )
            )
        return self.refusal(
            InternalError(f"The page could not be made. The log tells more about {request_id()}.")
        )
