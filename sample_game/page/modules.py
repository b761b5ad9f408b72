"""Which of the page's modules import which."""

import re
from pathlib import Path
from typing import Final

#: Static imports only: what `import()` names is loaded when a screen is first opened.
_IMPORTED: Final = re.compile(r'^(?:import|export)\b[^"]*? from "(\.[^"]+)"', re.MULTILINE)


def with_imports(modules: list[Path]) -> list[Path]:
    """Return the modules and all that they import by path, directly or not; in order."""
    found: set[Path] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            text = module.read_text(encoding="utf-8")
            waiting += [(module.parent / name).resolve() for name in _IMPORTED.findall(text)]
    return sorted(found)
