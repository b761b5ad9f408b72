"""A service behind HTTP: one JSON object there, one back.

What comes back is a stranger's: it is read up to a limit and a time, never redirected, never
decompressed, and counts only if it has exactly the form of an answer.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import requests
from pydantic import BaseModel, ConfigDict, ValidationError
from urllib3.exceptions import HTTPError

from relayer.clock import Clock
from relayer.errors import SettingsError
from relayer.oracle.adapter import Question
from relayer.oracle.errors import (
    SampleRefusedError,
    ServiceAnswerError,
    ServiceUnavailableError,
)
from relayer.settings import Secret

#: The service says that this very question has no answer; asking again would not help.
REFUSALS: Final = frozenset({400, 404, 409, 410, 413, 415, 422})
_CHUNK_BYTES: Final = 16_384
_MEDIA_TYPE: Final = "application/json"


class _Answer(BaseModel):
    """What a service says; keys beside the label are its own affair."""

    model_config = ConfigDict(strict=True)

    label: int | str


class HttpAdapter:
    """Asks a service at a URL.

    Args:
        url: where questions are posted.
        timeout_s: longest silence, and longest time for the body of an answer.
        max_answer_bytes: largest answer that is read.
        clock: tells how long a body has taken.
        token: sent as a bearer token.

    Raises:
        SettingsError: the URL is not one of http or https.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout_s: float,
        max_answer_bytes: int,
        clock: Clock,
        token: Secret | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(
                f"oracle_service_url {url!r} is not a URL of http or https; "
                "write it as http://127.0.0.1:9000/classify"
            )
        self._url = url
        self._timeout_s = timeout_s
        self._max_answer_bytes = max_answer_bytes
        self._clock = clock
        self._token = token

    def classify(self, question: Question) -> int:
        """Return the label that the service says.

        Raises:
            ServiceUnavailableError: no answer came, or a status that may pass.
            ServiceAnswerError: what came is no answer.
            SampleRefusedError: the service has no label for this sample.
        """
        try:
            with requests.Session() as session:
                # No proxy, no .netrc: the question goes to the service and to nobody else.
                session.trust_env = False
                with session.post(
                    self._url,
                    json=_body(question),
                    headers=self._headers(),
                    timeout=self._timeout_s,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    content = self._read(response)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise ServiceUnavailableError(
                f"the service at {self._url} did not answer ({type(error).__name__}); "
                "check that it runs and that oracle_service_url is right"
            ) from error
        return _label(content, question)

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": _MEDIA_TYPE, "Accept-Encoding": "identity"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return headers

    def _read(self, response: requests.Response) -> bytes:
        status = response.status_code
        if status in REFUSALS:
            raise SampleRefusedError(f"the service refuses the sample with status {status}")
        if status != requests.codes.ok:
            raise ServiceUnavailableError(f"the service answered with status {status}")
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type != _MEDIA_TYPE:
            raise ServiceAnswerError(f"the service answered {media_type!r} instead of JSON")
        return self._read_body(response)

    def _read_body(self, response: requests.Response) -> bytes:
        give_up_at = self._clock.monotonic() + self._timeout_s
        content = b""
        # Takes what has arrived: a whole chunk of a service that drips would take for ever.
        while part := response.raw.read1(_CHUNK_BYTES, decode_content=False):
            content += part
            if len(content) > self._max_answer_bytes:
                raise ServiceAnswerError(
                    f"the answer is longer than {self._max_answer_bytes} bytes"
                )
            if self._clock.monotonic() > give_up_at:
                raise ServiceUnavailableError(
                    f"the answer was not complete after {self._timeout_s:g} s"
                )
        return content


def _body(question: Question) -> dict[str, Any]:
    return {
        "request": question.request_id,
        "sample": "0x" + question.sample.hex(),
        "sample_hash": question.sample_hash,
        "labels": list(question.labels),
        "label_count": question.label_count,
        "version": question.version,
        "model": question.model,
    }


def _label(content: bytes, question: Question) -> int:
    try:
        said = _Answer.model_validate_json(content).label
    except ValidationError as error:
        raise ServiceAnswerError("the answer is no JSON object with a label") from error
    if isinstance(said, str):
        if said not in question.labels:
            raise ServiceAnswerError("the answer names a label that there is not")
        return question.labels.index(said)
    if not 0 <= said < question.label_count:
        raise ServiceAnswerError(f"the answer names a label beyond {question.label_count - 1}")
    return said
