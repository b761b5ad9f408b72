"""Between what the numbers of a simulation lie: beyond it nobody waits for the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simulation.errors import ParameterError

#: Seeds, as far as all generators take them.
SEEDS: Final = (0, (1 << 64) - 1)


def require_within(parameters: object, bounds: Mapping[str, tuple[float, float]]) -> None:
    """Make sure that each of some numbers is one, and lies where it may.

    Args:
        parameters: has the numbers as attributes; None stands for a default.
        bounds: the least and the most, by name.

    Raises:
        ParameterError: one does not.
    """
    for name, (least, most) in bounds.items():
        value = getattr(parameters, name)
        if value is not None and not least <= value <= most:
            spoken = name.removesuffix("_wei").removesuffix("_s").replace("_", " ")
            raise ParameterError(
                f"{spoken} is {least:,} to {most:,} and not {value:,}: correct it."
            )
