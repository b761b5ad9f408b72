"""The page, and how long browsers may keep its parts."""

import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, make_response, render_template, request, send_file

from relayer.javascript import MODULE
from sample_game.security import script_nonce

_STATIC: Final = Path(__file__).parent / "static"
_HUNCH: Final = _STATIC / "hunch"
_A_YEAR_S: Final = 31_536_000
#: Names that the page's modules import, and the vendored module that each stands for.
_IMPORTS: Final = {"preact": "preact", "preact/hooks": "preact-hooks", "htm": "htm"}
#: What `/` runs at once. Other screens are loaded when they are first opened.
_FIRST: Final = ("main.js", "guess/guess_screen.js")
_IMPORTED: Final = re.compile(r'^(?:import|export)\b[^"]*? from "(\.[^"]+)"', re.MULTILINE)

pages = Blueprint("hunch", __name__)


@cache
def vendored_files() -> dict[str, str]:
    """Return the file name of each vendored module, from VENDOR.toml."""
    vendor = tomllib.loads((_STATIC / "vendor" / "VENDOR.toml").read_text(encoding="utf-8"))
    return {module["name"]: module["file"] for module in vendor["module"]}


@cache
def first_modules() -> list[str]:
    """Return the own modules that the first screen imports, as paths below `static`."""
    found: set[Path] = set()
    waiting = [_HUNCH / name for name in _FIRST]
    while waiting:
        module = waiting.pop()
        if module not in found and module.is_relative_to(_HUNCH):
            found.add(module)
            text = module.read_text(encoding="utf-8")
            waiting += [(module.parent / name).resolve() for name in _IMPORTED.findall(text)]
    return sorted(path.relative_to(_STATIC).as_posix() for path in found)


@cache
def words_of(language: str) -> dict[str, str]:
    """Return the table of strings of a language."""
    table = (_HUNCH / "strings" / f"{language}.json").read_text(encoding="utf-8")
    words: dict[str, str] = json.loads(table)
    return words


@cache
def languages() -> list[str]:
    """Return the languages that have a table of strings; English first, for everybody else."""
    return sorted((path.stem for path in (_HUNCH / "strings").glob("*.json")), key="en".__ne__)


@pages.get("/")
def hunch() -> Response:
    """Show the game. The first round starts by itself."""
    language = request.accept_languages.best_match(languages(), languages()[0])
    files = vendored_files()
    page = render_template(
        "hunch.html",
        imports={name: files[module] for name, module in _IMPORTS.items()},
        preloads=[f"vendor/{file}" for file in files.values()] + first_modules(),
        language=language,
        words=words_of(language),
        nonce=script_nonce(),
    )
    response = make_response(page)
    response.headers["Vary"] = "Accept-Language"
    return response


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
