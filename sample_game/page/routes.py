"""The page, and how long browsers may keep its parts."""

import tomllib
from functools import cache
from typing import Final

from flask import Blueprint, Response, abort, make_response, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from sample_game.page.modules import with_imports
from sample_game.page.shipment import REPOSITORY, STATIC, shipment
from sample_game.page.strings import languages, words_of
from sample_game.security import script_nonce

_A_YEAR_S: Final = 31_536_000
#: Names that the page's modules import, and the vendored module that each stands for.
_IMPORTS: Final = {"preact": "preact", "preact/hooks": "preact-hooks", "htm": "htm"}
#: What `/` runs at once. Other screens are loaded when they are first opened.
_FIRST: Final = ("main.js", "guess/guess_screen.js")

pages = Blueprint("hunch", __name__)


@cache
def vendored_files() -> dict[str, str]:
    """Return the file name of each vendored module, from VENDOR.toml."""
    vendor = tomllib.loads((STATIC / "vendor" / "VENDOR.toml").read_text(encoding="utf-8"))
    return {module["name"]: module["file"] for module in vendor["module"]}


@cache
def first_modules() -> list[str]:
    """Return the modules of the first screen, as paths in the repository."""
    modules = with_imports([STATIC / "hunch" / name for name in _FIRST])
    return [path.relative_to(REPOSITORY).as_posix() for path in modules]


@pages.get("/")
def hunch() -> Response:
    """Show the game. The first round starts by itself."""
    shipped = shipment()
    language = request.accept_languages.best_match(languages(), languages()[0])
    files = vendored_files()
    imports = {
        name: shipped.address(f"vendor/{files[module]}") for name, module in _IMPORTS.items()
    }
    page = render_template(
        "hunch.html",
        address=shipped.address,
        imports=imports,
        preloads=[
            *imports.values(),
            *(f"/code/{shipped.version}/{path}" for path in first_modules()),
        ],
        language=language,
        languages=languages(),
        words=words_of(language),
        nonce=script_nonce(),
    )
    response = make_response(page)
    response.headers["Vary"] = "Accept-Language"
    response.headers["Cache-Control"] = "no-cache"
    return response


def nothing_here() -> Response:
    """Tell a person that an address leads nowhere, and where the game is."""
    language = request.accept_languages.best_match(languages(), languages()[0])
    words, address = words_of(language), shipment().address
    page = render_template("nothing_here.html", address=address, language=language, words=words)
    response = make_response(page, 404)
    response.headers["Vary"] = "Accept-Language"
    return response


@pages.get("/code/<version>/<path:path>")
def code(version: str, path: str) -> WerkzeugResponse:
    """Hand out a file of this version of the page; another version's are not here."""
    shipped = shipment()
    file = shipped.files.get(path) if version == shipped.version else None
    if file is None:
        abort(404)
    compress = request.accept_encodings["gzip"] > 0 and file.mimetype != "image/png"
    response = Response(file.compressed if compress else file.content, mimetype=file.mimetype)
    if compress:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = f"public, max-age={_A_YEAR_S}, immutable"
    return response


@pages.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for it whatever the page says; the page has its own icon."""
    return make_response("", 204)


@pages.after_app_request
def ask_again(response: Response) -> Response:
    """Let browsers ask for the readable sources each time: their addresses have no version."""
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "no-cache"
    return response
