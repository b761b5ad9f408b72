"""Brings players' validations of each other's contributions to the chain."""

from relayer.validate.courier import ValidationCourier

__all__ = ["ValidationCourier"]
