"""Errors of the oracle package.

* OracleError (RelayerError)
  * ServiceError: the service did not say a label
    * ServiceUnavailableError: it did not answer, or not now
    * ServiceAnswerError: what it answered is no answer
    * SampleRefusedError: it says that this sample has no label
"""

from __future__ import annotations

from typing import ClassVar

from relayer.errors import RelayerError


class OracleError(RelayerError):
    """Base of all errors of this package."""


class ServiceError(OracleError):
    """The service did not say a label; nothing is committed."""

    #: Whether it makes sense to ask again.
    retryable: ClassVar[bool] = True


class ServiceUnavailableError(ServiceError):
    """The service cannot be reached, is too slow, or fails. Check that it runs."""


class ServiceAnswerError(ServiceError):
    """What came back is too large, not JSON, or names no label. Correct the service."""


class SampleRefusedError(ServiceError):
    """The service says that it has no label for this sample, and never will."""

    retryable = False
