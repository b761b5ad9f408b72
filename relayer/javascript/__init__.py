"""The kit for JavaScript: one module that imports nothing, served by the relayer and by Hunch."""

from __future__ import annotations

from pathlib import Path
from typing import Final

#: The module's file.
MODULE: Final = Path(__file__).with_name("on-the-house.js")
