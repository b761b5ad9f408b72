"""EIP-1559 fees of our own transactions: first offer, bumps, caps. All amounts in wei per gas."""

from __future__ import annotations

from dataclasses import dataclass

from relayer.chain.errors import FeeCapError

#: Nodes refuse a replacement that raises either field by less (geth: 10 %).
MINIMUM_BUMP_PERCENT = 10
#: The most that one replacement adds.
DOUBLED_PERCENT = 100


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
        tip_wei: most that a first attempt tips.
        bump_percent: by how much the first replacement raises both fields, at least 10.
    """

    cap_wei: int
    tip_wei: int
    bump_percent: int = MINIMUM_BUMP_PERCENT

    def __post_init__(self) -> None:
        if self.bump_percent < MINIMUM_BUMP_PERCENT:
            raise ValueError(f"Nodes refuse bumps below {MINIMUM_BUMP_PERCENT} %; raise it.")

    def first(self, base_fee_wei: int, usual_tip_wei: int | None = None) -> Fees:
        """Fees that stay acceptable while the base fee doubles, within the cap.

        Args:
            base_fee_wei: the newest block's.
            usual_tip_wei: what is tipped by others; None: nothing is known.

        Raises:
            FeeCapError: the base fee alone exceeds the cap.
        """
        if base_fee_wei > self.cap_wei:
            raise FeeCapError(
                f"The base fee is {base_fee_wei} wei, above the cap of {self.cap_wei} wei. "
                "Wait until it falls, or raise max_fee_per_gas_cap_wei."
            )
        wanted_wei = self.tip_wei if usual_tip_wei is None else min(self.tip_wei, usual_tip_wei)
        tip = min(wanted_wei, self.cap_wei - base_fee_wei)
        return Fees(min(2 * base_fee_wei + tip, self.cap_wei), tip)

    def bump(
        self,
        previous: Fees,
        base_fee_wei: int,
        *,
        attempts: int = 1,
        usual_tip_wei: int | None = None,
    ) -> Fees:
        """Fees that replace `previous`, raised further the longer the transaction has waited.

        Each replacement raises both fields by another `bump_percent` more than the one before,
        up to double, and to the going rate when that is higher. Where the cap leaves less room,
        it takes what there is, as long as nodes accept it as a replacement.

        Args:
            previous: the newest attempt's.
            base_fee_wei: the newest block's.
            attempts: how many there were, the first one included.
            usual_tip_wei: what is tipped by others, followed up to double the previous tip;
                None: nothing is known.

        Raises:
            FeeCapError: a valid replacement would exceed the cap.
        """
        percent = min(DOUBLED_PERCENT, self.bump_percent * attempts)
        least = self._raised(previous, self.bump_percent)
        if max(least.max_fee_per_gas_wei, least.max_priority_fee_per_gas_wei) > self.cap_wei:
            raise FeeCapError(
                f"A replacement must offer {least.max_fee_per_gas_wei} wei per gas, above the cap "
                f"of {self.cap_wei} wei. The attempts already sent stay watched; raise "
                "max_fee_per_gas_cap_wei."
            )
        wanted = self._raised(previous, max(percent, self.bump_percent))
        doubled = self._raised(previous, DOUBLED_PERCENT).max_priority_fee_per_gas_wei
        usual_wei = min(usual_tip_wei or 0, doubled)
        tip = max(wanted.max_priority_fee_per_gas_wei, usual_wei)
        going_rate = 2 * base_fee_wei + max(self.tip_wei, usual_wei)
        max_fee = min(max(wanted.max_fee_per_gas_wei, going_rate, tip), self.cap_wei)
        return Fees(max_fee, min(tip, max_fee))

    @staticmethod
    def _raised(fees: Fees, percent: int) -> Fees:
        """Both fields plus a percentage, rounded up, plus one wei: never a rounding short."""

        def raised(amount_wei: int) -> int:
            return -(-amount_wei * (100 + percent) // 100) + 1

        return Fees(raised(fees.max_fee_per_gas_wei), raised(fees.max_priority_fee_per_gas_wei))
