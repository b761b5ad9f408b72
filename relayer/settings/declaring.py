"""What settings are declared with: secrets, meanings, bounds."""

from __future__ import annotations

from typing import Any, Final


class Secret:
    """A string that shows itself only when asked by name."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


#: The highest port that there is.
MOST_PORT: Final = 65_535


def about(text: str, *, least: float | None = None, most: float | None = None) -> dict[str, Any]:
    """Say what a setting means, and the smallest and the largest number that it takes."""
    return {"text": text, "least": least, "most": most}
