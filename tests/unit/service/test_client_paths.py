"""Ids in paths: what a caller passes on never leads to another address."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from relayer.client import RelayerClient, TransportError


@pytest.mark.parametrize("text", ["..", "../webhooks", "x?wait=60", "a/b", "", "%2e%2e", "#"])
def test_no_text_that_is_passed_on_as_an_id_leads_elsewhere(text: str) -> None:
    paths: list[str] = []

    class Listening(HTTPAdapter):
        def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
            paths.append(str(request.path_url))
            raise requests.ConnectionError

    session = requests.Session()
    session.mount("http://", Listening())
    client = RelayerClient("http://house.invalid", session=session, patience_s=0)
    for ask in (client.contribution, client.withdrawal, client.validation, client.player):
        with pytest.raises(TransportError):
            ask(text)
    assert all(path.count("/") == 3 and "?" not in path for path in paths), paths
