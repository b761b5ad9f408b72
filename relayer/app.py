"""The service as a Flask app of its own, and as a guest in another one."""

from __future__ import annotations

import atexit
import logging
import threading
from typing import Protocol

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from relayer import ops
from relayer.api import Service, build_blueprint
from relayer.api.express import ExpressLane
from relayer.api.failures import FailureHandlers
from relayer.api.responses import documents_root, finish
from relayer.clock import Clock, SystemClock
from relayer.errors import StoreError
from relayer.serving.late_rules import LateRule
from relayer.settings import Settings
from relayer.settings.sources import load
from relayer.store import Store

logger = logging.getLogger(__name__)

#: How long a stopping process waits for the worker's current step.
WORKER_STOP_S = 10.0


class RunsUntilStopped(Protocol):
    """What a worker is to the app that hosts it."""

    def run(self, stop_event: threading.Event) -> None:
        """Work until the event is set."""
        ...

    def close(self) -> None:
        """Give back what the worker holds."""
        ...


class Relayer:
    """The relayer inside another Flask app.

    ::

        relayer = Relayer(Settings(database=Path("game.db")))
        relayer.init_app(app, url_prefix="/relayer", start_worker=True)

    Args:
        settings: default: what flags, environment and ``relayer.toml`` say.
        clock: default: the machine's.
        patient: begin also when the database cannot be used: everything is refused, and readiness
            says why, until it can.

    Raises:
        SettingsError: a setting is unknown or malformed.
        StoreError: the database cannot be opened.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        clock: Clock | None = None,
        *,
        patient: bool = False,
    ) -> None:
        self.settings = settings if settings is not None else load().settings
        self.clock = clock if clock is not None else SystemClock()
        self.store = Store(self.settings.database)
        try:
            self.store.migrate()
        except StoreError as error:
            if not patient:
                raise
            logger.error("%s", error, extra={"action": "store_unavailable"})
        self._stop = threading.Event()
        self._worker: threading.Thread | None = None
        self._alerts: threading.Thread | None = None

    def init_app(self, app: Flask, url_prefix: str = "", start_worker: bool = False) -> Service:
        """Mount the API in an app, and the ops dashboard below ``/ops`` unless `ops` is off.

        Args:
            app: the host.
            url_prefix: path below which the routes appear.
            start_worker: whether to run the worker in a thread of this process. A host that runs
                in several processes starts it in none of them, but with ``relayer work``.

        Returns:
            What was mounted.
        """
        service = Service(self.settings, self.store, self.clock, url_prefix)
        app.register_blueprint(build_blueprint(service), url_prefix=url_prefix or None)
        if self.settings.ops:
            app.register_blueprint(ops.build_blueprint(service), url_prefix=f"{url_prefix}/ops")
        app.extensions["relayer"] = self
        if start_worker:
            self.start_worker()
        return service

    def start_worker(self) -> None:
        """Run the worker in a thread of this process; harmless when it runs already.

        Raises:
            RelayerError: a setting, the keystore or the deployment file is not usable.
        """
        if self._worker is not None:
            return
        from relayer.worker import Worker

        self._worker = threading.Thread(
            target=_work,
            args=(Worker(self.settings), self._stop),
            name="relayer-worker",
            daemon=True,
        )
        self._worker.start()
        atexit.register(self.stop)

    def start_alerts(self) -> None:
        """Watch over the worker in a thread of this process: a dead one cannot tell that it is."""
        if self._alerts is not None:
            return
        from relayer.ops.alerts import AlertWatch

        self._alerts = threading.Thread(
            target=AlertWatch(self.store, self.settings, self.clock).run,
            args=(self._stop,),
            name="relayer-alerts",
            daemon=True,
        )
        self._alerts.start()

    def stop(self) -> None:
        """End the worker after its current step and close the store."""
        self._stop.set()
        if self._alerts is not None:
            self._alerts.join(WORKER_STOP_S)
        if self._worker is not None:
            self._worker.join(WORKER_STOP_S)
            atexit.unregister(self.stop)
        self.store.close()


def _work(worker: RunsUntilStopped, stop_event: threading.Event) -> None:
    try:
        worker.run(stop_event)
    finally:
        worker.close()


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """Build the service.

    Args:
        settings: default: what the environment and ``relayer.toml`` say.
        clock: default: the machine's.

    It begins also when the database cannot be used, and says so in ``/readyz``.

    Raises:
        SettingsError: a setting is unknown or malformed.
    """
    app = Flask("relayer", static_folder=None)
    app.url_rule_class = LateRule
    relayer = Relayer(settings, clock, patient=True)
    service = relayer.init_app(app)
    app.wsgi_app = ExpressLane(app.wsgi_app, service)  # type: ignore[method-assign]
    handlers = FailureHandlers(lambda: documents_root(relayer.settings.public_url))
    app.register_error_handler(HTTPException, handlers.http)
    app.after_request(_finish_strays)
    return app


def _finish_strays(response: Response) -> Response:
    """The blueprint finishes its own answers; this is for addresses outside of it."""
    return response if request.blueprint else finish(response)
