"""What all parts of a deployment plan have in common."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

GWEI: Final = 10**9
ETHER: Final = 10**18


def _integer_from_text(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


#: A number that may be too large for TOML: text of digits is taken as well.
Whole = Annotated[int, BeforeValidator(_integer_from_text), Field(ge=0)]
Wei = Whole
Int16 = Annotated[int, Field(ge=-(1 << 15), lt=1 << 15)]


class PlanPart(BaseModel):
    """A table of the plan; keys that it does not know are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
