"""EIP-1559 fees of our own transactions: first offer, bumps, caps. All amounts in wei per gas."""

from __future__ import annotations

from dataclasses import dataclass

from relayer.chain.errors import FeeCapError

#: Nodes refuse a replacement that raises either field by less (geth: 10 %).
MINIMUM_BUMP_PERCENT = 10


@dataclass(frozen=True)
class Fees:
    """The two fee fields of one attempt."""

    max_fee_per_gas_wei: int
    max_priority_fee_per_gas_wei: int


@dataclass(frozen=True)
class FeePolicy:
    """What the operator is willing to pay.

    Attributes:
        cap_wei: most that an attempt may offer per gas, tip included.
        tip_wei: the tip of a first attempt.
        bump_percent: by how much a replacement raises both fields, at least 10.
    """

    cap_wei: int
    tip_wei: int
    bump_percent: int = MINIMUM_BUMP_PERCENT

    def __post_init__(self) -> None:
        if self.bump_percent < MINIMUM_BUMP_PERCENT:
            raise ValueError(f"Nodes refuse bumps below {MINIMUM_BUMP_PERCENT} %; raise it.")

    def first(self, base_fee_wei: int) -> Fees:
        """Fees that stay acceptable while the base fee doubles, within the cap.

        Raises:
            FeeCapError: the base fee alone exceeds the cap.
        """
        if base_fee_wei > self.cap_wei:
            raise FeeCapError(
                f"The base fee is {base_fee_wei} wei, above the cap of {self.cap_wei} wei. "
                "Wait until it falls, or raise max_fee_per_gas_cap_wei."
            )
        tip = min(self.tip_wei, self.cap_wei - base_fee_wei)
        return Fees(min(2 * base_fee_wei + tip, self.cap_wei), tip)

    def bump(self, previous: Fees, base_fee_wei: int) -> Fees:
        """Fees that replace `previous`: both fields raised by the bump, or to the going rate.

        Raises:
            FeeCapError: a valid replacement would exceed the cap.
        """
        max_fee = max(self._raised(previous.max_fee_per_gas_wei), 2 * base_fee_wei + self.tip_wei)
        tip = self._raised(previous.max_priority_fee_per_gas_wei)
        least = max(self._raised(previous.max_fee_per_gas_wei), tip)
        if least > self.cap_wei:
            raise FeeCapError(
                f"A replacement must offer {least} wei per gas, above the cap of {self.cap_wei} "
                "wei. The attempts already sent stay watched; raise max_fee_per_gas_cap_wei."
            )
        return Fees(max(least, min(max_fee, self.cap_wei)), tip)

    def _raised(self, amount_wei: int) -> int:
        """The amount plus the bump, rounded up, plus one wei: never a rounding short."""
        return -(-amount_wei * (100 + self.bump_percent) // 100) + 1
