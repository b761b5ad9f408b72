"""Who may send how much: pauses, bans, the breaker."""

from relayer.limits.gate import Gate, GateSheet

__all__ = ["Gate", "GateSheet"]
