"""Attacks on a game, each played under several rules: what do those who attack get?

In a relayed game the sponsor puts down the stakes. Whoever has many keys can lose some of them to
its own others: liars among them forfeit the sponsor's stakes, and those with points share them. So
what counts is what attackers *keep*, rewards less the fees that rewards pay first, and what honest
players lose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from sample_game.simulated_players.clue_book import WORDNET_CLUES, ClueBook
from simulation.datasets.words import load_associations
from simulation.errors import ParameterError
from simulation.house.fees import own_fee_wei
from simulation.scenarios.game import GameScenario, play
from simulation.scenarios.game.outcome import Outcome
from simulation.scenarios.game.setting import house_rules

_SAMPLE_BYTES: Final = 8
#: A game whose forfeits come while it is played, so that attackers can collect them.
GAME: Final = GameScenario(
    contributions=2_000,
    liars=0.0,
    refund_wait_s=300,
    forfeit_wait_s=600,
    settle_every_s=60.0,
    checkpoints=1,
    test_rounds_per_word=1,
    supply=30,
)


@dataclass(frozen=True)
class Attack:
    """An attack under several rules.

    Attributes:
        name: what it is called.
        rule: what differs from row to row.
        variants: title of each row, and what its game has other than the usual one. `stake` is in
            fees of a contribution.
    """

    name: str
    rule: str
    variants: tuple[tuple[str, dict[str, Any]], ...]


@dataclass(frozen=True)
class Finding:
    """How one row went, on average over its games.

    Attributes:
        attack: the attack.
        title: of the row.
        kept_by_fee: what attackers keep for each contribution of theirs, in fees of one.
        back: what comes back to them of what was staked, rewards included, as a share.
        attackers_points: points that they get for each contribution of theirs.
        true_lost: share of the true contributions that are forfeited or lapse.
        false_caught: the same of the false ones; None: there were none.
    """

    attack: Attack
    title: str
    kept_by_fee: float
    back: float
    attackers_points: float
    true_lost: float
    false_caught: float | None = field(default=None)


ATTACKS: Final = (
    Attack(
        "stake farming: a tenth of the players are one person's, half of them lie on purpose",
        "stake, in fees of a contribution",
        tuple(
            (f"{stake:g}", {"stake": stake, "liars": 0.05, "sybils": 0.05})
            for stake in (0.25, 1.0, 4.0, 16.0, 64.0)
        ),
    ),
    Attack(
        "flipping: a tenth of the players lie to collect refunds",
        "refund and forfeit wait",
        tuple(
            (
                f"{refund // 60} and {forfeit // 60} minutes",
                {
                    "stake": 1.0,
                    "liars": 0.1,
                    "refund_wait_s": refund,
                    "forfeit_wait_s": forfeit,
                },
            )
            for refund, forfeit in ((60, 120), (300, 600), (1_200, 2_400))
        ),
    ),
    Attack(
        "griefing: players lie so that honest ones lose their stake",
        "share of the players who lie",
        tuple((f"{share:.0%}", {"stake": 1.0, "liars": share}) for share in (0.1, 0.2, 0.3, 0.5)),
    ),
    Attack(
        "rings: keys of one person confirm each other's false clues, in a gamified game",
        "ring and distinct_validators",
        tuple(
            (
                f"{round(share * GAME.players)} keys, {distinct}",
                {
                    "mechanism": "gamified",
                    "sybils": share,
                    "sybils_lie": True,
                    "distinct_validators": distinct,
                },
            )
            for share in (0.01, 0.02, 0.025, 0.05)
            for distinct in (0, 3)
        ),
    ),
)


def study(
    dataset: Path | None = None, seeds: int = 5, attacks: Sequence[Attack] = ATTACKS
) -> list[Finding]:
    """Play attacks.

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


def tables(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the lines of a table in Markdown for each attack."""
    for attack in ATTACKS:
        yield f"**{attack.name}**"
        yield ""
        columns = "kept, in fees | back of stakes | points each | false caught | true lost"
        yield f"| {attack.rule} | {columns} |"
        yield "|---|---|---|---|---|---|"
        for each in findings:
            if each.attack == attack:
                caught = "–" if each.false_caught is None else f"{each.false_caught:.0%}"  # noqa: RUF001
                yield (
                    f"| {each.title} | {each.kept_by_fee:.2f} | {each.back:.0%} "
                    f"| {each.attackers_points:.2f} "
                    f"| {caught} | {each.true_lost:.1%} |"
                )
        yield ""


def _finding(
    attack: Attack, title: str, changes: dict[str, Any], book: ClueBook, seeds: int
) -> Finding:
    scenario, fee_wei = scenario_of(changes)
    games = [play(replace(scenario, seed=seed), book) for seed in range(1, seeds + 1)]
    caught = [late for game in games if (late := game.late_share(is_true=False)) is not None]
    return Finding(
        attack=attack,
        title=title,
        kept_by_fee=fmean(_of_attackers(game)[0] / fee_wei for game in games),
        back=fmean(_back(game) for game in games),
        attackers_points=fmean(_of_attackers(game)[1] for game in games),
        true_lost=fmean(game.late_share(is_true=True) or 0.0 for game in games),
        false_caught=fmean(caught) if caught else None,
    )


def scenario_of(changes: dict[str, Any]) -> tuple[GameScenario, int]:
    """A game with these changes, and the own fee of one of its contributions."""
    named = {name: value for name, value in changes.items() if name != "stake"}
    scenario = replace(GAME, **named)
    terms = house_rules(scenario).terms(scenario.base_fee_wei)
    fee_wei = own_fee_wei(terms, _SAMPLE_BYTES, terms.add_price_wei)
    return replace(scenario, stake_wei=round(fee_wei * changes.get("stake", 1.0))), fee_wei


def _of_attackers(game: Outcome) -> tuple[float, float]:
    """What attackers keep, in wei, and their points; for each contribution of theirs."""
    purses = [purse for role, purse in game.purses.items() if role != "honest"]
    count = sum(n for (role, _, _), n in game.ends.items() if role != "honest")
    kept_wei = sum(purse.kept_wei for purse in purses)
    return kept_wei / max(1, count), sum(purse.points for purse in purses) / max(1, count)


def _back(game: Outcome) -> float:
    """What comes back to attackers of what was staked, as a share; 1 where nothing was."""
    purses = [purse for role, purse in game.purses.items() if role != "honest"]
    staked_wei = sum(purse.staked_wei for purse in purses)
    back_wei = sum(purse.refunded_wei + purse.rewards_wei for purse in purses)
    return back_wei / staked_wei if staked_wei else 1.0
