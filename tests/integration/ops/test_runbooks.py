"""Runbooks on the dashboard: whole, beside how things stand, and a step from what is wrong."""

from __future__ import annotations

import html
import re
from importlib import resources

from relayer.ops.verdicts import VerdictName
from tests.browser_of_operator import logged_in
from tests.house import House


def read_aloud(markdown: str) -> str:
    """The words of a runbook; where a document is told, its path."""
    told = re.sub(r"\[([^]]+)\]\((?:\.\./)+([^)#]+)[^)]*\)", r"\1 (\2)", markdown)
    return re.sub(r"\]\([^)]*\)|[`*#\[]", "", told)


def test_every_verdict_has_its_whole_runbook_beside_how_it_stands(house: House) -> None:
    visitor = logged_in(house)
    for name in VerdictName:
        page = visitor.get(f"/runbooks/{name}").text
        assert re.findall(r'id="verdict-([a-z-]+)"', page) == [name]
        shown = page[page.index('<article class="runbook">') : page.index("</article>")]
        file = resources.files("relayer.ops.runbooks").joinpath(f"{name}.md")
        title, _, written = file.read_text("utf-8").partition("\n")
        assert f"<h1>{title.removeprefix('# ')}</h1>" in page
        words = html.unescape(re.sub(r"<[^>]+>", "", shown)).split()
        assert words == read_aloud(written).split(), name
        for link in re.findall(r'href="/ops(/runbooks/[^"]*)"', shown):
            assert link.removeprefix("/runbooks/") in set(VerdictName)


def test_what_is_wrong_leads_to_its_runbook_and_an_unknown_one_is_not_found(house: House) -> None:
    visitor = logged_in(house)
    assert 'href="/ops/runbooks/backup-age"' in visitor.get("/").text
    for name in ("nothing", "README", "..%2FREADME"):
        assert visitor.get(f"/runbooks/{name}").status_code == 404
