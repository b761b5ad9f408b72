"""What the house takes of whom: the relayer's rule of trust, and quotas of a day.

The game is taken to be one day. What is refused is looked at when its batch leaves, some seconds
later than in the relayer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from relayer.limits.quotas import TrustRules
from relayer.settings.limits import LimitSettings
from simulation.scenarios.game.parameters import GameScenario, Role
from simulation.scenarios.game.rounds import ClueRound

_LIMITS = LimitSettings()


class Admission:
    """Counts what players have contributed, and what of it is open.

    Args:
        scenario: quotas and trust; what is not said is not limited.
    """

    def __init__(self, scenario: GameScenario) -> None:
        self._player_quota = scenario.player_quota
        self._key_quota = scenario.key_quota
        self._trust: TrustRules | None = None
        if scenario.trust_start is not None:
            self._trust = TrustRules(
                scenario.trust_start,
                _LIMITS.trust_per_refunded,
                _LIMITS.trust_per_forfeited,
                max(_LIMITS.trust_most, scenario.trust_start),
            )
        self._taken: Counter[int] = Counter()
        self._open: Counter[int] = Counter()
        self._refunded: Counter[int] = Counter()
        self._forfeited: Counter[int] = Counter()
        #: Contributions that were refused, by role and by whether they were true.
        self.refused: Counter[tuple[Role, bool]] = Counter()

    def admit(self, members: Sequence[ClueRound]) -> list[ClueRound]:
        """Those that are taken."""
        return [each for each in members if self._takes(each)]

    def note_settled(self, player: int, *, is_late: bool) -> None:
        """A contribution of a player is settled: refunded or confirmed, or neither in time."""
        self._open[player] -= 1
        (self._forfeited if is_late else self._refunded)[player] += 1

    def _takes(self, each: ClueRound) -> bool:
        if self._stands_against(each.player):
            self.refused[each.role, each.is_true] += 1
            return False
        self._taken[each.player] += 1
        self._open[each.player] += 1
        return True

    def _stands_against(self, player: int) -> bool:
        if self._player_quota is not None and self._taken[player] >= self._player_quota:
            return True
        if self._key_quota is not None and self._taken.total() >= self._key_quota:
            return True
        if self._trust is None:
            return False
        limit = self._trust.open_limit(self._refunded[player], self._forfeited[player])
        return self._open[player] >= limit
