"""How large a step may be, so that it keeps within the gas that the operator grants."""

from __future__ import annotations

from collections.abc import Callable

from relayer.market.errors import StepTooLargeError

#: Size that is tried first while nothing is known about a market.
FIRST_SIZE = 8
#: Estimates for one step; what fits best so far is then taken.
TRIES = 6
GAS_MARGIN_PERCENT = 15
GAS_MARGIN = 30_000
#: Part of the ceiling, in percent, that is aimed at, and from which on a step is large enough.
AIM_PERCENT = 92
ENOUGH_PERCENT = 75

#: Most gas that a transaction may ask for (EIP-7825).
TRANSACTION_GAS_CAP = 1 << 24

#: Gas that a step of some size takes now; None when it is more than the node grants a call.
Estimate = Callable[[int], int | None]


class StepFitting:
    """Finds sizes by estimating, and remembers what fitted last."""

    def __init__(self) -> None:
        self._fitted: dict[str, int] = {}

    def fit(
        self, key: str, most: int, estimate: Estimate, ceiling: int, hard_ceiling: int
    ) -> tuple[int, int]:
        """The largest size found that keeps within the ceiling, and its gas limit.

        Args:
            key: what is sized; steps of one key are alike.
            most: the largest size that is of use.
            estimate: asks the node.
            ceiling: most gas that the transaction may ask for.
            hard_ceiling: most that the least step may ask for, when even that exceeds `ceiling`.

        Raises:
            StepTooLargeError: not even size 1 fits.
        """
        size = min(most, self._fitted.get(key, FIRST_SIZE))
        best: tuple[int, int] | None = None
        for _ in range(TRIES):
            gas_limit = _limit_or_none(estimate(size))
            if gas_limit is not None and gas_limit <= ceiling:
                best = max(best or (0, 0), (size, gas_limit))
                grown = min(most, size * ceiling * AIM_PERCENT // (gas_limit * 100))
                if gas_limit * 100 >= ceiling * ENOUGH_PERCENT or grown <= best[0]:
                    break
                size = grown
            elif size == 1:
                return self._least(gas_limit, hard_ceiling)
            elif best is not None and size - best[0] <= 1:
                break
            else:
                size = _shrunk(size, gas_limit, ceiling, 0 if best is None else best[0])
        if best is None:
            return self._least(_limit_or_none(estimate(1)), hard_ceiling)
        self._fitted[key] = best[0]
        return best

    @staticmethod
    def _least(gas_limit: int | None, hard_ceiling: int) -> tuple[int, int]:
        if gas_limit is None or gas_limit > hard_ceiling:
            raise StepTooLargeError(
                "the least step of the market needs more gas than a transaction may use; "
                "without it the market ends by its time-out"
            )
        return 1, gas_limit


def gas_limit_for(gas: int) -> int:
    """The limit of a transaction that takes this gas now: its market may move on until then."""
    return gas * (100 + GAS_MARGIN_PERCENT) // 100 + GAS_MARGIN


def _limit_or_none(gas: int | None) -> int | None:
    return None if gas is None else gas_limit_for(gas)


def _shrunk(size: int, gas_limit: int | None, ceiling: int, fits: int) -> int:
    """A smaller size, between one that fits and one that does not."""
    if fits or gas_limit is None:
        return max(1, (fits + size) // 2)
    return max(1, min(size - 1, size * ceiling * AIM_PERCENT // (gas_limit * 100)))
