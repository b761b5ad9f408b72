"""Gas and fees of a simulated house, as numbers, a figure, a table and a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from simulation.house import House, Statement
from simulation.result import Figure, Line, Table

_ETHER: Final = 10**18
_HOUR_S: Final = 3_600
_DAY_S: Final = 86_400
#: From so many hours on a figure counts days.
_LONG_H: Final = 72


def house_numbers(
    history: Sequence[Statement], units: Mapping[str, int], contributions: int
) -> dict[str, Any]:
    """What the relayer spent and got back.

    Args:
        history: the house's money after each of its transactions, at least one.
        units: gas by what it was spent on.
        contributions: that were brought.
    """
    end = history[-1]
    return {
        "gas": dict(units),
        "gas_wei": end.gas_wei,
        "credited_wei": end.credited_wei,
        "from_rewards_wei": end.from_rewards_wei,
        "share_reimbursed": round(end.credited_wei / end.gas_wei, 6),
        "share_from_rewards": round(end.from_rewards_wei / max(1, end.credited_wei), 6),
        "gas_per_contribution": sum(units.values()) // contributions,
        "gas_per_contribution_wei": end.gas_wei // contributions,
    }


def tank_needed_wei(house: House, full_wei: int) -> int:
    """What the tank must have held, of one that was filled with more than was needed."""
    return full_wei - min(each.available_wei for each in house.history)


def house_sentence(numbers: Mapping[str, Any], beginning: str = "The relayer spent") -> str:
    """What the numbers of `house_numbers` say."""
    return (
        f"{beginning} {numbers['gas_wei'] / _ETHER:.6f} ether on gas and got back "
        f"{numbers['share_reimbursed']:.1%}; rewards paid {numbers['share_from_rewards']:.1%} "
        "of that."
    )


def house_figure(history: Sequence[Statement], note: str = "") -> Figure:
    """Gas, fees, and what of these rewards paid, over time."""
    is_long = history[-1].at >= _LONG_H * _HOUR_S
    unit_s = _DAY_S if is_long else _HOUR_S
    return Figure(
        name="house",
        title="Gas and fees",
        axis="days" if is_long else "hours",
        values_axis="ether",
        at=tuple(each.at / unit_s for each in history),
        lines=(
            Line("spent on gas", tuple(each.gas_wei / _ETHER for each in history), "bad"),
            Line("came back as fees", tuple(e.credited_wei / _ETHER for e in history), "house"),
            Line("of these from rewards", tuple(e.from_rewards_wei / _ETHER for e in history)),
        ),
        note=note or "Fees come back in the reward stage; the tank pays what rewards do not.",
    )


def gas_table(units: Mapping[str, int], contributions: int) -> Table:
    """Gas by what it was spent on."""
    return Table(
        title="What the gas was spent on",
        header=("for", "gas", "for each contribution"),
        rows=tuple((deed, f"{gas:,}", f"{gas // contributions:,}") for deed, gas in units.items()),
    )
