"""Puts the dashboard together: door, pages, files, and what to answer when something fails."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from relayer.api.service import Service
from relayer.errors import Refusal
from relayer.ops.failures import Failures
from relayer.ops.headers import protect
from relayer.ops.mount import OpsMount
from relayer.ops.pages import PAGES
from relayer.refusals import NotFound, StoreUnavailable

#: Name of the blueprint in the Flask app that it is mounted in.
BLUEPRINT_NAME: Final = "relayer_ops"
#: Largest form that is read.
MOST_BYTES: Final = 65_536

_STATIC = Path(__file__).parent / "static" / "ops"


def build(service: Service) -> Blueprint:
    """Return the blueprint; see `relayer.ops.build_blueprint`."""
    blueprint = Blueprint(
        BLUEPRINT_NAME, __name__, static_folder=str(_STATIC), static_url_path="/static"
    )
    mount = OpsMount(service, blueprint)

    @blueprint.before_request
    def prepare() -> None:
        if not mount.reach.is_open(request.remote_addr, request.headers):
            raise NotFound(f"There is no {request.path} here.")
        if not service.store.is_migrated and request.endpoint != f"{BLUEPRINT_NAME}.static":
            raise StoreUnavailable("The database cannot be used at the moment.")
        request.max_content_length = MOST_BYTES

    for page in PAGES:
        page(mount)
    mount.close()
    failures = Failures(mount)
    blueprint.register_error_handler(Refusal, failures.refusal)
    blueprint.register_error_handler(HTTPException, failures.http)
    blueprint.register_error_handler(Exception, failures.unexpected)

    @blueprint.after_request
    def finish(response: Response) -> Response:
        return protect(response, is_file=request.endpoint == f"{BLUEPRINT_NAME}.static")

    return blueprint
