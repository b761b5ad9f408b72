"""What the documents say is there: commands, links, languages of the code examples."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = sorted(
    path
    for folder in (ROOT, ROOT / "docs", ROOT / "contracts")
    for path in (folder.glob("*.md") if folder == ROOT else folder.rglob("*.md"))
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
MAKE_COMMAND = re.compile(r"\bmake((?: [a-z][a-z-]*)+)")
TARGET = re.compile(r"^([a-z][a-z-]*):.*## (.+)$", re.MULTILINE)


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def anchors_of(document: Path) -> set[str]:
    """The anchors that a Markdown renderer gives to headings."""
    headings = re.findall(r"^#+ (.+)$", text_of(document), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


def commands_in(document: Path) -> str:
    """Everything in code style: that is where commands are."""
    text = text_of(document)
    blocks = [body for language, body in FENCE.findall(text) if language in ("console", "sh", "")]
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", text)])


def targets() -> dict[str, str]:
    return dict(TARGET.findall(text_of(ROOT / "Makefile")))


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_links_lead_to_something_that_is_there(document: Path) -> None:
    for target in LINK.findall(text_of(document)):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        linked = (document.parent / path).resolve() if path else document
        assert linked.exists(), f"{target} leads nowhere"
        if anchor and linked.suffix == ".md":
            assert anchor in anchors_of(linked), f"{target}: no such heading"


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_make_commands_are_targets_of_the_makefile(document: Path) -> None:
    known = targets()
    for words in MAKE_COMMAND.findall(commands_in(document)):
        for target in words.split():
            assert target in known, f"make {target} is not in the Makefile"


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_python_examples_are_python(document: Path) -> None:
    for language, body in FENCE.findall(text_of(document)):
        if language == "python":
            ast.parse(body)


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_modules_that_documents_run_exist(document: Path) -> None:
    for module in re.findall(r"python -m ([\w.]+)", commands_in(document)):
        path = ROOT.joinpath(*module.split("."))
        if module.split(".")[0] in ("relayer", "sample_game", "tests", "simulation"):
            assert (path / "__main__.py").exists() or path.with_suffix(".py").exists(), module


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_scripts_that_documents_run_exist(document: Path) -> None:
    for script in re.findall(r"(?<![\w/])((?:scripts|\.ci)/[\w.-]+)", commands_in(document)):
        assert (ROOT / script).exists(), f"{script} is not there"


def test_every_document_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        if document in reached or document.suffix != ".md" or not document.exists():
            continue
        reached.add(document)
        waiting += [
            (document.parent / target.partition("#")[0]).resolve()
            for target in LINK.findall(text_of(document))
            if "://" not in target and not target.startswith("#")
        ]
    assert names(sorted(set(DOCUMENTS) - reached)) == []


def test_make_help_lists_every_documented_target() -> None:
    listing = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert targets()
    for target, purpose in targets().items():
        assert re.search(rf"^  make {target} +{re.escape(purpose)}$", listing, re.MULTILINE)


def test_ci_runs_only_targets_of_the_makefile() -> None:
    script = text_of(ROOT / ".ci" / "run")
    used = re.findall(r"^step .*make (?:--[\w-]+ )*([a-z-]+)$", script, re.MULTILINE)
    assert used
    assert set(used) <= set(targets())
