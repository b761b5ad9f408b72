"""What attackers of a game get, and which stakes, waits and rules leave them nothing."""

from simulation.attacks.study import ATTACKS, Attack, Finding, study

__all__ = ["ATTACKS", "Attack", "Finding", "study"]
