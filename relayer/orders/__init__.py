"""Carries out what operators order, in the worker's loop: it alone has the keys.

An order is a row in the store before anything is done for it. What a deed sends is given to the
order in the database transaction that takes the nonce, and then goes the way of every transaction:
stored before it is signed, signed before it is broadcast. A worker that is killed at any line
leaves an order that the next one takes up where it was, and nothing is done for it twice.
"""

from relayer.orders.errors import OrderRefusedError
from relayer.orders.foreman import Foreman

__all__ = ["Foreman", "OrderRefusedError"]
