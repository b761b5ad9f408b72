"""All pages of the dashboard, as the app has them: whoever adds one has it tested and measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from relayer.ops.dashboard import BLUEPRINT_NAME
from tests.house import TRAINER, House
from tests.ops_scene import GAME, PLAYER, set_the_scene

#: By the name of a page: what stands for the arguments of its address.
Samples = Mapping[str, Mapping[str, Any]]

#: Not pages: what answers unknown addresses, files, answers that nobody has got yet, and what is
#: read from a chain.
_OTHERS = {"unknown", "static", "answer", "dataset"}
_FILES = (".csv", ".json")


def page_rules(app: Flask) -> dict[str, Rule]:
    """Return the rules of all pages that a browser opens, by the name of the page."""
    return {
        rule.endpoint.rpartition(".")[2]: rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(f"{BLUEPRINT_NAME}.")
        and "GET" in (rule.methods or ())
        and rule.endpoint.rpartition(".")[2] not in _OTHERS
    }


def page_paths(app: Flask, samples: Samples, *, files: bool = True) -> dict[str, str]:
    """Return an address below ``/ops`` for each page, by the name of the page.

    Args:
        app: with the dashboard.
        samples: what stands for arguments; a page whose arguments nothing stands for is an error.
        files: whether lists as files count as pages.
    """
    urls = app.url_map.bind("127.0.0.1")
    return {
        name: urls.build(rule.endpoint, dict(samples[name])).removeprefix("/ops")
        if rule.arguments
        else rule.rule.removeprefix("/ops")
        for name, rule in page_rules(app).items()
        if files or not rule.rule.endswith(_FILES)
    }


def furnish(house: House) -> Samples:
    """Put something into a house for each kind of page, and tell what.

    The planner of the budget's page is there from the start: no page comes again by itself.
    """
    import simulation.planner  # noqa: F401

    scene = set_the_scene(house)
    return {
        "action": {"name": "pause-intake"},
        "runbook": {"name": "stuck-nonce"},
        "contribution": {"identity": scene.settled[0]},
        "player": {"address": PLAYER},
        "game": {"identity": GAME},
        "trainer": {"address": TRAINER},
        "batch": {"number": scene.batch},
        "transaction": {"number": scene.adding},
        "order": {"identity": scene.order},
        **{key: {"identity": scene.hook} for key in ("webhook", "webhook_csv", "webhook_json")},
    }
