"""Every term of a question to the budget planner: one table for flags and for fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from relayer.planning import readings


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to write values.

    Attributes:
        name: what a value is called in one word.
        read: makes a value of a text; raises `ReadingError`.
        show: the text of a value, of which `read` makes the same value again.
    """

    name: str
    read: Callable[[str], Any]
    show: Callable[[Any], str]


AMOUNT: Final = Reading("amount", readings.read_amount_wei, readings.show_amount)
GWEI_PRICE: Final = Reading("gwei", readings.read_gwei_price_wei, readings.show_gwei_price)
SHARE: Final = Reading("share", readings.read_share, readings.show_share)
PERCENT: Final = Reading("share", readings.read_percent, readings.show_percent)
DURATION: Final = Reading("duration", readings.read_duration_s, readings.show_duration)
WHOLE: Final = Reading("integer", readings.read_whole, str)
NUMBER: Final = Reading("number", readings.read_number, readings.show_number)
DECIMAL: Final = Reading("number", readings.read_decimal, readings.show_number)
WORD: Final = Reading("word", str, str)


@dataclass(frozen=True, slots=True)
class Term:
    """One term.

    Attributes:
        name: of the attribute of `simulation.planner.Question`.
        key: of the flag, behind two dashes, and of the field.
        words: what it is.
        reading: how it is written.
        choices: the only words that it takes; empty: whatever can be read.
    """

    name: str
    key: str
    words: str
    reading: Reading
    choices: Sequence[str] = ()

    def read(self, text: str) -> Any:
        """Return the value of a text.

        Raises:
            ReadingError: it is no value of this term.
        """
        if self.choices and text not in self.choices:
            raise readings.ReadingError(f"{text} is none of: {', '.join(self.choices)}")
        return self.reading.read(text)


#: The game.
GAME: Final = (
    Term("players", "players", "players on a usual day", WHOLE),
    Term("rounds_per_day", "rounds-per-day", "contributions that each makes in a day", NUMBER),
    Term("liars", "liars", "share of the contributions that are false", SHARE),
    Term("caught", "caught", "share of these that the model disagrees with", SHARE),
    Term("mistaken", "mistaken", "the same of the honest ones", SHARE),
    Term("confirmed", "confirmed", "gamified: share that other players confirm", SHARE),
)
#: The rules of the house.
RULES: Final = (
    Term(
        "mechanism",
        "mechanism",
        "which rule settles contributions",
        WORD,
        ("self-assessment", "gamified"),
    ),
    Term("labels", "labels", "labels of the model", WHOLE),
    Term("stake_wei", "stake", "stake of a contribution", AMOUNT),
    Term("fee_percent", "fee", "what the fee schedule pays of the measured one", PERCENT),
    Term("refund_wait_s", "refund-wait", "from when on the model may agree", DURATION),
    Term("forfeit_wait_s", "forfeit-wait", "from when on stakes are lost", DURATION),
    Term("lapse_wait_s", "lapse-wait", "gamified: when the unconfirmed lapse", DURATION),
    Term(
        "max_wait_s",
        "max-wait-s",
        "longest that a contribution waits for its batch, in seconds",
        NUMBER,
    ),
    Term(
        "settle_max_delay_s",
        "settle-max-delay-s",
        "longest that few wait to be settled, in seconds",
        NUMBER,
    ),
)
#: The chain and its prices, and how far the plan reaches.
PRICES: Final = (
    Term("base_fee_wei", "price-gwei", "mean base fee, in gwei", GWEI_PRICE),
    Term("tip_wei", "tip-gwei", "what the relayer tips, in gwei", GWEI_PRICE),
    Term(
        "price_cap_wei",
        "price-cap-gwei",
        "most that the sponsor pays for a unit of gas, in gwei",
        GWEI_PRICE,
    ),
    Term("volatility", "volatility", "how wildly the base fee moves; 0: not at all", NUMBER),
    Term("block_s", "block-s", "seconds between two blocks", NUMBER),
    Term(
        "currency_per_ether",
        "currency-per-ether",
        "price of an ether in your currency",
        DECIMAL,
    ),
    Term("days", "days", "how many days the plan reaches", WHOLE),
)
TERMS: Final = (*GAME, *RULES, *PRICES)

#: A value that a question has without being asked for.
Value = int | float | str | Decimal | None
