"""What browsers fetch is what people read in the repository, only shorter."""

import gzip
import json
import re
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from sample_game.decks import load_decks
from sample_game.page.shipment import REPOSITORY, Shipment, ShippedFile, make_shipment
from sample_game.page.stripping import stripped_script
from sample_game.settings import GameSettings
from tests.unit.game.conftest import Table

#: Of all JavaScript that the first screen needs, compressed.
FIRST_LOAD_BUDGET_BYTES = 60_000
#: Of all JavaScript of all screens together.
JAVASCRIPT_BUDGET_BYTES = 100_000
STYLE_BUDGET_BYTES = 15_000
STRINGS_BUDGET_BYTES = 15_000
DECKS = load_decks(GameSettings().decks)


@cache
def shipment() -> Shipment:
    return make_shipment(DECKS)


def scripts() -> dict[str, ShippedFile]:
    return {path: file for path, file in shipment().files.items() if path.endswith(".js")}


def own_scripts() -> list[str]:
    return sorted(path for path in scripts() if "/vendor/" not in path)


def compiled(root: Path, out: Path) -> dict[str, str]:
    """Let esbuild write the modules in a form that does not depend on how they were written."""
    command = [str(REPOSITORY / "node_modules" / ".bin" / "esbuild"), *own_scripts(), "--minify"]
    command += ["--legal-comments=none", "--outbase=.", f"--outdir={out}", "--log-level=warning"]
    subprocess.run(command, cwd=root, check=True)
    return {path: (out / path).read_text(encoding="utf-8") for path in own_scripts()}


def test_stripped_modules_are_the_same_programs_as_their_sources(tmp_path: Path) -> None:
    for path in own_scripts():
        target = tmp_path / "stripped" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(scripts()[path].content)
    stripped = compiled(tmp_path / "stripped", tmp_path / "of_stripped")
    assert stripped == compiled(REPOSITORY, tmp_path / "of_sources")


@pytest.mark.parametrize(
    ("source", "stripped"),
    [
        ("a /* one */ + b; // two\nc", "a+b;c"),
        ("a + +b - -c", "a+ +b- -c"),
        ('"// no comment" + `/* nor ${ a /* but this */ } this */`', None),
        ("x = a / b / c // d", "x=a/b/c"),
        ('x.replace(/[/*"]\\/\\/`/g, y)', 'x.replace(/[/*"]\\/\\/`/g,y)'),
        ("return /'/.test( x )", "return/'/.test(x)"),
        ("a\n++b", "a\n++b"),
        ("`a${ `b${ { c: 1 }.c }` }  d`", "`a${`b${{c:1}.c}`}  d`"),
    ],
)
def test_stripping_leaves_text_alone(source: str, stripped: str | None) -> None:
    expected = stripped or '"// no comment"+`/* nor ${a} this */`'
    assert stripped_script(source) == expected + "\n"


def test_the_first_screen_and_all_screens_stay_within_their_budgets(table: Table) -> None:
    page = table.game.get("/").get_data(as_text=True)
    first = set(re.findall(r'/code/\w+/([\w./-]+\.js)"', page))
    clue = "sample_game/static/hunch/clue/clue_screen.js"
    assert clue in scripts()
    assert clue not in first
    vendored = [path.split("/")[-1].split("-")[0] for path in first if "/vendor/" in path]
    assert sorted(vendored) == ["htm", "noble", "preact", "preact"]
    assert compressed_size(first) <= FIRST_LOAD_BUDGET_BYTES
    assert compressed_size(scripts()) <= JAVASCRIPT_BUDGET_BYTES
    for ending, budget in ((".css", STYLE_BUDGET_BYTES), ("en.json", STRINGS_BUDGET_BYTES)):
        assert compressed_size(p for p in shipment().files if p.endswith(ending)) <= budget


def compressed_size(paths: Iterable[str]) -> int:
    return sum(len(shipment().files[path].compressed) for path in paths)


def test_files_are_kept_for_good_and_other_versions_are_not_answered(table: Table) -> None:
    address = shipment().address("hunch/main.js")
    with table.game.get(address, headers={"Accept-Encoding": "gzip"}) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.data) == scripts()["sample_game/static/hunch/main.js"].content
    plain = table.game.get(address)
    assert "Content-Encoding" not in plain.headers
    other = table.game.get(address.replace(shipment().version, "0" * 12))
    assert other.status_code == 404
    assert "immutable" not in other.headers.get("Cache-Control", "")


def test_the_version_changes_with_any_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "hunch").mkdir()
    table = tmp_path / "hunch" / "table.json"
    monkeypatch.setattr("sample_game.page.shipment.STATIC", tmp_path)
    versions = []
    for words in ({"a": 1}, {"a": 2}):
        table.write_text(json.dumps(words, indent=2), encoding="utf-8")
        versions.append(make_shipment(DECKS))
    assert versions[0].version != versions[1].version
    assert versions[1].files["sample_game/static/hunch/table.json"].content == b'{"a":2}'
    with pytest.raises(LookupError):
        versions[0].address("hunch/gone.js")


def test_the_worker_keeps_every_file_of_this_version(table: Table) -> None:
    worker = table.game.get("/service-worker.js")
    assert worker.headers["Cache-Control"] == "no-cache"
    told = json.loads(worker.get_data(as_text=True).split(";\n")[0].removeprefix("const SHIPMENT="))
    assert told["version"] == shipment().version
    assert len(told["files"]) == len(shipment().files) - 1  # all but the worker itself
    for address in told["files"]:
        assert table.game.get(address).status_code == 200, address


def test_the_page_can_be_installed(table: Table) -> None:
    manifest = table.game.get("/manifest.webmanifest", headers={"Accept-Language": "de"})
    assert manifest.mimetype == "application/manifest+json"
    shown = manifest.get_json()
    assert (shown["lang"], shown["start_url"], shown["display"]) == ("de", "/", "standalone")
    sizes = {(icon["sizes"], icon["purpose"]) for icon in shown["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    for icon in shown["icons"]:
        assert table.game.get(icon["src"]).mimetype == icon["type"]


def test_practice_uses_the_clues_of_the_house_and_none_of_the_exams(table: Table) -> None:
    practice = table.game.get(shipment().address("hunch/practice/clues.json")).get_json()
    assert practice.keys() == DECKS.keys()
    for name, deck in DECKS.items():
        for word, clues in deck.exam.items():
            assert practice[name][word] == list(deck.seed_clues[word])
            assert not set(practice[name][word]) & set(clues), word
