"""Limits that no load of a test or a benchmark reaches; all of them are counted nevertheless."""

from __future__ import annotations

#: Settings by name. One machine plays all players, and some of what they send is meant to fail.
GENEROUS = {
    "player_quota": 10**8,
    "network_quota": 10**8,
    "trust_start": 10**8,
    "trust_most": 10**8,
    "breaker_least_ends": 10**8,
}

#: The same as variables of an environment.
GENEROUS_VARIABLES = {f"RELAYER_{name.upper()}": str(value) for name, value in GENEROUS.items()}
