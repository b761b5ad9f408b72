"""Calls a WSGI app in this process through ``requests``, without sockets.

For tests, and for hosts that embed the relayer and want to use the same client::

    session = requests.Session()
    session.mount("http://relayer", InProcessAdapter(app))
    client = RelayerClient("http://relayer", session=session)
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from werkzeug.test import Client

from relayer.limits.caller import IN_PROCESS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class InProcessAdapter(BaseAdapter):
    """Hands requests to a WSGI app and its answers back.

    Args:
        app: for example a Flask app.
    """

    def __init__(self, app: WSGIApplication) -> None:
        super().__init__()
        self._client = Client(app)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Answer a prepared request; time limits and proxies have no meaning here."""
        parts = urlsplit(str(request.url))
        answer = self._client.open(
            path=parts.path,
            query_string=parts.query,
            base_url=f"{parts.scheme}://{parts.netloc}",
            method=request.method or "GET",
            headers=list(request.headers.items()),
            data=request.body,
            environ_overrides={IN_PROCESS: True},
        )
        response = requests.Response()
        response.status_code = answer.status_code
        response.headers.update(dict(answer.headers))
        response.raw = BytesIO(answer.get_data())
        response.encoding = "utf-8"
        response.url = str(request.url)
        response.request = request
        return response

    def close(self) -> None:
        """Nothing is open."""
