"""All pages of the dashboard, as the app has them: whoever adds one has it tested and measured."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import Rule

from relayer.ops.dashboard import BLUEPRINT_NAME

#: Ways to pages that need an argument, by name: what stands for it in tests that fill a store.
ARGUMENTS: dict[str, str] = {"action": "/actions/pause-intake"}
#: Not pages: what answers unknown addresses, files, and answers that nobody has got yet.
_OTHERS = {"unknown", "static", "answer"}


def page_rules(app: Flask) -> dict[str, Rule]:
    """Return the rules of all pages that a browser opens, by the name of the page."""
    return {
        rule.endpoint.rpartition(".")[2]: rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(f"{BLUEPRINT_NAME}.")
        and "GET" in (rule.methods or ())
        and rule.endpoint.rpartition(".")[2] not in _OTHERS
    }


def page_paths(app: Flask) -> dict[str, str]:
    """Return an address below ``/ops`` for each page, by the name of the page.

    A page whose address has arguments is left out unless `ARGUMENTS` names one.
    """
    return {
        name: ARGUMENTS.get(name, rule.rule.removeprefix("/ops"))
        for name, rule in page_rules(app).items()
        if name in ARGUMENTS or not rule.arguments
    }
