"""Routes that learn to write their addresses when the first one is asked for.

Werkzeug compiles two functions for each rule when it is added, which write its addresses. Most
rules are never asked for one, and there are hundreds: half of what starting a service takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """Set as an app's ``url_rule_class`` before routes are added."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder
        compiled: Callable[..., tuple[str, str]] | None = None

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            nonlocal compiled
            if compiled is None:
                compiled = compile_now(append_unknown)
            return compiled(rule, **values)

        return build
