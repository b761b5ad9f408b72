"""What attackers of a game get, and which stakes, waits and rules leave them nothing."""

from simulation.attacks.quotas import QUOTA_ATTACKS, QuotaFinding, quota_study
from simulation.attacks.study import ATTACKS, Attack, Finding, study

__all__ = [
    "ATTACKS",
    "QUOTA_ATTACKS",
    "Attack",
    "Finding",
    "QuotaFinding",
    "quota_study",
    "study",
]
