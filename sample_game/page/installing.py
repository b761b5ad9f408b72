"""What a browser needs to install the page and to show it while the game cannot be reached."""

import json
from typing import Any

from flask import Blueprint, Response, request

from sample_game.page.shipment import shipment
from sample_game.page.strings import languages, words_of

#: The worker's source, as the shipment has it.
_WORKER = "sample_game/static/hunch/offline/service_worker.js"

installing = Blueprint("hunch_installing", __name__)


@installing.get("/manifest.webmanifest")
def manifest() -> Response:
    """Tell browsers how the page looks when it is installed."""
    language = request.accept_languages.best_match(languages(), languages()[0])
    words = words_of(language)
    shown = {
        "id": "/",
        "name": "Hunch",
        "short_name": "Hunch",
        "description": words["page.description"],
        "lang": language,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbfaf7",
        "theme_color": "#fbfaf7",
        "categories": ["games", "education"],
        "icons": _icons(),
        "shortcuts": [{"name": words["clue.title"], "url": "/?play=clue"}],
    }
    response = Response(json.dumps(shown), mimetype="application/manifest+json")
    response.headers["Vary"] = "Accept-Language"
    response.headers["Cache-Control"] = "no-cache"
    return response


@installing.get("/service-worker.js")
def service_worker() -> Response:
    """Hand out the worker that keeps the page, told which files make up this version."""
    shipped = shipment()
    files = [f"/code/{shipped.version}/{path}" for path in shipped.files if path != _WORKER]
    told = json.dumps({"version": shipped.version, "files": files})
    source = shipped.files[_WORKER].content.decode()
    response = Response(f"const SHIPMENT={told};\n{source}", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _icons() -> list[dict[str, Any]]:
    address = shipment().address
    pictures = [
        {"src": address(f"icons/{name}-{size}.png"), "sizes": f"{size}x{size}", "purpose": purpose}
        for name, size, purpose in (
            ("icon", 192, "any"),
            ("icon", 512, "any"),
            ("maskable", 512, "maskable"),
        )
    ]
    drawing = {"src": address("hunch.svg"), "sizes": "any", "purpose": "any"}
    return [
        *({**picture, "type": "image/png"} for picture in pictures),
        {**drawing, "type": "image/svg+xml"},
    ]
