"""A responder of an oracle: asks a service, commits, reveals, settles, claims.

Other services than HTTP ones are plugged in by a class with the one method of `Adapter`.
"""

from relayer.oracle.adapter import Adapter, Question
from relayer.oracle.errors import (
    OracleError,
    SampleRefusedError,
    ServiceAnswerError,
    ServiceError,
    ServiceUnavailableError,
)
from relayer.oracle.http_adapter import HttpAdapter
from relayer.oracle.responder import Responder

__all__ = [
    "Adapter",
    "HttpAdapter",
    "OracleError",
    "Question",
    "Responder",
    "SampleRefusedError",
    "ServiceAnswerError",
    "ServiceError",
    "ServiceUnavailableError",
]
