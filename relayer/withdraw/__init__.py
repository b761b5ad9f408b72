"""Carries players' signed withdrawals to the Forwarder."""

from relayer.withdraw.withdrawer import Withdrawer

__all__ = ["Withdrawer"]
