"""The page, and how long browsers may keep its parts."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, make_response, render_template, request, send_file

from relayer.javascript import MODULE
from sample_game.security import script_nonce

_STATIC: Final = Path(__file__).parent / "static"
_A_YEAR_S: Final = 31_536_000
#: Names that the page's modules import, and the vendored module that each stands for.
_IMPORTS: Final = {"preact": "preact", "preact/hooks": "preact-hooks", "htm": "htm"}

pages = Blueprint("hunch", __name__)


@cache
def vendored_files() -> dict[str, str]:
    """Return the file name of each vendored module, from VENDOR.toml."""
    vendor = tomllib.loads((_STATIC / "vendor" / "VENDOR.toml").read_text(encoding="utf-8"))
    return {module["name"]: module["file"] for module in vendor["module"]}


@cache
def own_modules() -> list[str]:
    """Return the file names of the page's own modules, for preloading."""
    return sorted(path.name for path in (_STATIC / "hunch").glob("*.js"))


@pages.get("/")
def hunch() -> str:
    """Show the game. The first round starts by itself."""
    files = vendored_files()
    return render_template(
        "hunch.html",
        imports={name: files[module] for name, module in _IMPORTS.items()},
        preloads=[f"vendor/{file}" for file in files.values()]
        + [f"hunch/{name}" for name in own_modules()],
        nonce=script_nonce(),
    )


@pages.get("/relayer/javascript/on-the-house.js")
def relayer_module() -> Response:
    """Serve the relayer's own module, at the address where the page's modules find it on disk."""
    response = send_file(MODULE, mimetype="text/javascript", conditional=True)
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for it whatever the page says; the page has its own icon."""
    return make_response("", 204)


@pages.after_app_request
def allow_caching(response: Response) -> Response:
    """Vendored files carry their version in the name and never change; own files are asked for."""
    if request.endpoint == "static":
        versioned = (request.view_args or {}).get("filename", "").startswith("vendor/")
        response.headers["Cache-Control"] = (
            f"public, max-age={_A_YEAR_S}, immutable" if versioned else "no-cache"
        )
    return response
