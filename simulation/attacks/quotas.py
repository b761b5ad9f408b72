"""Floods and rings under limits: who may send how much, and what the house pays for it.

A game is taken to be one day on which an honest player contributes ten times on average. Attackers
play twenty times as fast. A limit is good if it turns down nobody honest, and the house pays little
more for each true contribution than without an attack.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from relayer.settings.limits import LimitSettings
from sample_game.simulated_players.clue_book import WORDNET_CLUES, ClueBook
from simulation.attacks.study import GAME, Attack, scenario_of
from simulation.datasets.words import load_associations
from simulation.errors import ParameterError
from simulation.planner.allowance import TIMES_THE_USUAL
from simulation.scenarios.game import play
from simulation.scenarios.game.outcome import Outcome
from simulation.scenarios.game.parameters import Role

#: Contributions of an honest player on the day.
USUAL_A_DAY: Final = GAME.contributions // GAME.players
#: What the study recommends, in contributions a day for each player.
RECOMMENDED_A_DAY: Final = TIMES_THE_USUAL * USUAL_A_DAY
_HASTE: Final = 20.0
_TRUST: Final = LimitSettings().trust_start
_FLOOD: Final[dict[str, Any]] = {"stake": 1.0, "liars": 0.05}
_RING: Final[dict[str, Any]] = {"mechanism": "gamified", "sybils": 0.05, "sybils_lie": True}

#: Title of a row, and what its game has.
_LIMITS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("nobody hurries, no limit", {"haste": 1.0}),
    ("no limit", {}),
    *((f"trust_start = {most}", {"trust_start": most}) for most in (_TRUST, 40, 20)),
    *((f"{most} a day for each player", {"player_quota": most}) for most in (100, 40, 20, 10)),
    (
        f"40 a day for each player, trust_start = {_TRUST}",
        {"player_quota": 40, "trust_start": _TRUST},
    ),
    ("2000 a day for the game's key", {"key_quota": 2_000}),
)


def _under_all_limits(name: str, game: dict[str, Any]) -> Attack:
    variants = tuple((title, {"haste": _HASTE} | game | limit) for title, limit in _LIMITS)
    return Attack(name, "limit", variants)


QUOTA_ATTACKS: Final = (
    _under_all_limits(
        "floods: ten of 200 players lie, twenty times as fast as others play", _FLOOD
    ),
    _under_all_limits("fast rings: ten keys of one person, twenty times as fast, gamified", _RING),
    Attack(
        "many names: liars who do as much as 40 a day for each player allow",
        "names",
        tuple(
            (
                f"{round(share * GAME.players)} of 200",
                {**_FLOOD, "haste": _HASTE, "liars": share, "player_quota": 40},
            )
            for share in (0.05, 0.1, 0.2)
        ),
    ),
)


@dataclass(frozen=True)
class QuotaFinding:
    """How one row went, on average over its games.

    Attributes:
        attack: the attack.
        title: of the row.
        paid_by_fee: what the house is out of pocket for each true contribution: gas, and what of
            its stakes players keep; in fees of a contribution.
        points_share: share of all points that attackers get.
        attackers_refused: share of the attackers' contributions that are turned down.
        honest_refused: the same of the honest players'.
        true_lost: share of the true contributions that are forfeited or lapse.
    """

    attack: Attack
    title: str
    paid_by_fee: float
    points_share: float
    attackers_refused: float
    honest_refused: float
    true_lost: float


def quota_study(
    dataset: Path | None = None, seeds: int = 5, attacks: Sequence[Attack] = QUOTA_ATTACKS
) -> list[QuotaFinding]:
    """Play attacks under limits.

    Args:
        dataset: clues; None: those that ship with the game.
        seeds: games for each row.
        attacks: which; default: all that are known.

    Raises:
        DatasetError: the clues cannot be used.
        ParameterError: there are no seeds.
    """
    if seeds < 1:
        raise ParameterError("A study needs at least one game of each kind: raise --seeds.")
    book = load_associations(GAME.words, dataset or WORDNET_CLUES)
    return [
        _finding(attack, title, changes, book, seeds)
        for attack in attacks
        for title, changes in attack.variants
    ]


def quota_tables(findings: Sequence[QuotaFinding]) -> Iterator[str]:
    """Yield the lines of a table in Markdown for each attack."""
    columns = (
        "the house pays, in fees | their share of the points | of theirs refused "
        "| of honest ones refused | true lost"
    )
    for attack in {each.attack.name: each.attack for each in findings}.values():
        yield f"**{attack.name}**"
        yield ""
        yield f"| {attack.rule} | {columns} |"
        yield "|---|---|---|---|---|---|"
        for each in findings:
            if each.attack == attack:
                yield (
                    f"| {each.title} | {each.paid_by_fee:.2f} | {each.points_share:.0%} "
                    f"| {each.attackers_refused:.0%} | {each.honest_refused:.1%} "
                    f"| {each.true_lost:.1%} |"
                )
        yield ""


def _finding(
    attack: Attack, title: str, changes: dict[str, Any], book: ClueBook, seeds: int
) -> QuotaFinding:
    scenario, fee_wei = scenario_of(changes)
    games = [play(replace(scenario, seed=seed), book) for seed in range(1, seeds + 1)]
    role: Role = "sybils" if scenario.sybils else "liars"
    return QuotaFinding(
        attack=attack,
        title=title,
        paid_by_fee=fmean(_paid_wei(game) / fee_wei for game in games),
        points_share=fmean(_points_share(game) for game in games),
        attackers_refused=fmean(game.refused_share(role) for game in games),
        honest_refused=fmean(game.refused_share("honest") for game in games),
        true_lost=fmean(game.late_share(is_true=True) or 0.0 for game in games),
    )


def _paid_wei(game: Outcome) -> float:
    true = sum(count for (_, is_true, _), count in game.ends.items() if is_true)
    return (game.house[-1].gas_wei + game.to_players_wei) / max(1, true)


def _points_share(game: Outcome) -> float:
    points = sum(purse.points for purse in game.purses.values())
    return 1 - game.purses["honest"].points / max(1, points)
