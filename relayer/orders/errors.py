"""Errors of orders.

* OrderRefusedError (RelayerError): an order cannot be carried out; giving it again changes nothing
  until what the message names is mended
"""

from __future__ import annotations

from relayer.errors import RelayerError


class OrderRefusedError(RelayerError):
    """An order cannot be carried out; the message says why and what to do."""
