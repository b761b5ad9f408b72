"""The reward stage: settle what is due, write down what was settled, take out the earnings."""

from relayer.settle.credit import CreditCollector
from relayer.settle.scanner import SettlementScanner
from relayer.settle.settler import SettlePolicy, Settler

__all__ = ["CreditCollector", "SettlePolicy", "SettlementScanner", "Settler"]
