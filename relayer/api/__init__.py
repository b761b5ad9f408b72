"""HTTP API v1: one blueprint, mounted by the service itself or inside another Flask app."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from relayer.api.access import leave_facts
from relayer.api.batches import BatchRoutes
from relayer.api.contributions import ContributionRoutes
from relayer.api.datasets import DatasetRoutes
from relayer.api.documents import DocumentRoutes
from relayer.api.failures import FailureHandlers, store_unavailable
from relayer.api.health import HealthRoutes
from relayer.api.lookups import LookupRoutes
from relayer.api.metrics import MetricRoutes
from relayer.api.mount import Mount
from relayer.api.ops_actions import OpsActionRoutes
from relayer.api.responses import finish, refused_codes
from relayer.api.service import Service
from relayer.api.validations import ValidationRoutes
from relayer.api.webhooks import WebhookRoutes
from relayer.api.withdrawals import WithdrawalRoutes
from relayer.errors import Refusal

__all__ = ["BLUEPRINT_NAME", "Service", "build_blueprint"]

#: Name of the blueprint in the Flask app that it is mounted in.
BLUEPRINT_NAME = "relayer"


def build_blueprint(service: Service) -> Blueprint:
    """Return a blueprint with all routes of one service.

    Register it with ``url_prefix=service.url_prefix``.
    """
    blueprint = Blueprint(BLUEPRINT_NAME, __name__)
    mount = Mount(service, blueprint)
    for routes in (
        ContributionRoutes,
        ValidationRoutes,
        WithdrawalRoutes,
        LookupRoutes,
        BatchRoutes,
        DatasetRoutes,
        WebhookRoutes,
        OpsActionRoutes,
        HealthRoutes,
        MetricRoutes,
    ):
        routes(mount)
    DocumentRoutes(mount)
    mount.close()
    handlers = FailureHandlers(mount.documents_root)
    blueprint.register_error_handler(Refusal, handlers.refusal)
    blueprint.register_error_handler(HTTPException, handlers.http)
    blueprint.register_error_handler(Exception, handlers.unexpected)
    blueprint.after_request(finish)

    is_logged = service.settings.writes_access_log

    @blueprint.after_request
    def take_note(response: Response) -> Response:
        codes = refused_codes()
        service.refused.count(codes)
        if is_logged:
            leave_facts(codes)
        return response

    @blueprint.before_request
    def prepare() -> None:
        # The process may have begun while the file could not be used; readiness tries again.
        if not service.store.is_migrated and "/v1" in request.path:
            raise store_unavailable()
        # One byte more than allowed, so that a body without a declared length shows its excess.
        request.max_content_length = service.settings.max_body_bytes + 1

    return blueprint
