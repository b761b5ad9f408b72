"""Reads the bodies of requests with a parser whose stack no body can exhaust."""

from typing import Any

from flask.json.provider import DefaultJSONProvider

from relayer.untrusted_json import read_json


class SafeJsonProvider(DefaultJSONProvider):
    """Flask's own, but for reading."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return a JSON value.

        Raises:
            ValueError: it is no JSON, or nested too deep.
        """
        return read_json(s)
