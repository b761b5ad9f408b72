"""The route that tells monitoring how the relayer does."""

from __future__ import annotations

from flask import Response, request
from prometheus_client import CONTENT_TYPE_LATEST

from relayer.api.mount import Mount
from relayer.api.operations import Answer, Operation
from relayer.metrics.access import may_read
from relayer.metrics.reading import exposition
from relayer.refusals import MetricsClosed

PLAIN_TEXT = "text/plain"


class MetricRoutes:
    """Serves ``/metrics``."""

    def __init__(self, mount: Mount) -> None:
        self._service = mount.service
        answers = {200: Answer("All metrics, for Prometheus.", media_type=PLAIN_TEXT)}
        operation = Operation(self.metrics, "readMetrics", answers, refusals=(MetricsClosed,))
        mount.route("/metrics", GET=operation)

    def metrics(self) -> Response:
        """Tell counts, balances and ages in the text format of Prometheus."""
        if not may_read(self._service.settings, request.remote_addr, request.headers):
            raise MetricsClosed(
                "The metrics are for the operator. Send metrics_token as Authorization: Bearer, "
                "or where that is not set ask from the machine of the relayer itself.",
                headers={"WWW-Authenticate": 'Bearer realm="relayer metrics"'},
            )
        self._service.refused.write()
        body = exposition(self._service.store, self._service.clock.now())
        return Response(body, content_type=CONTENT_TYPE_LATEST)
