"""The page, the pictures and the numbers that a simulation leaves behind."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from simulation.errors import ParameterError, ReportError
from simulation.report import write_report
from simulation.report.drawing import styles_of, to_svg
from simulation.result import Figure, Line, Result, Table

COMMAND = "relayer simulate market --seed 3 --out <here>"


def figure(points: int = 50) -> Figure:
    return Figure(
        name="balances",
        title="Balances & <others>",
        axis="days",
        values_axis="% of the start",
        at=tuple(float(day) for day in range(points)),
        lines=(
            Line("Good 1", tuple(100.0 + day for day in range(points)), "good"),
            Line("Bad 1", tuple(100.0 - day for day in range(points)), "bad"),
        ),
        reference=100.0,
    )


RESULT = Result(
    title="A market",
    summary=("Good ones gain.",),
    parameters={"stake": 10, "agents": {"Good 1": {"wait_s": 600}}},
    numbers={"seconds": 1.5, "balances": {"Good 1": 1.49}, "paid": True, "prices": [{"gwei": 7}]},
    figures=(figure(),),
    tables=(Table("Rounds", ("market", "rounds"), (("first", "12"),)),),
    seed=3,
)


class Tags(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.cells: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] in ("td", "th") and data.strip():
            self.cells.append(data)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "made" / "on demand"
    write_report(folder, RESULT, COMMAND)
    return folder


def test_the_page_stands_alone_and_runs_nothing(written: Path) -> None:
    page = (written / "report.html").read_text("utf-8")
    tags = Tags(page)
    assert not {"script", "link", "img", "iframe", "object"} & set(tags.tags)
    for name, value in tags.attributes:
        assert not name.startswith("on")
        assert name not in ("href", "src", "xlink:href") or (value or "").startswith("#")
    assert not re.findall(r"url\((?!#)|@import", page)
    assert "default-src 'none'" in page


def test_the_page_shows_command_parameters_seed_and_versions(written: Path) -> None:
    page = (written / "report.html").read_text("utf-8")
    assert "--out &lt;here&gt;" in page
    assert "Balances &amp; &lt;others&gt;" in page
    assert "Seed 3." in page
    assert re.search(r"on-the-house [\d.]+, python 3[\d.]+, numpy [\d.]+, matplotlib", page)
    assert {"agents: Good 1: wait s", "600", "balances: Good 1", "1.49", "yes"} <= set(
        Tags(page).cells
    )
    assert "prices 1: gwei" in Tags(page).cells


def test_each_figure_has_its_table_with_the_first_and_the_last_row(written: Path) -> None:
    cells = Tags((written / "report.html").read_text("utf-8")).cells
    start = cells.index("days")
    rows = [cells[i : i + 3] for i in range(start, start + 75, 3)]
    assert rows[0] == ["days", "Good 1", "Bad 1"]
    assert rows[1] == ["0", "100", "100"]
    assert rows[24] == ["49", "149", "51"]


def test_colours_follow_the_reader_s_choice_of_light_and_dark(written: Path) -> None:
    page = (written / "report.html").read_text("utf-8")
    picture = page[page.index("<svg") : page.index("</svg>")]
    used = set(re.findall(r"var\((--\w+)\)", picture))
    assert len(used) >= 4
    assert not re.findall(r"#[0-9a-f]{6}", picture)
    light, dark = page.split("prefers-color-scheme: dark")
    for name in used:
        assert f"{name}: #" in light
        assert f"{name}: #" in dark


def test_pictures_and_numbers_are_files(written: Path) -> None:
    assert (written / "balances.png").read_bytes().startswith(b"\x89PNG")
    numbers = json.loads((written / "numbers.json").read_text("utf-8"))
    assert numbers["command"] == COMMAND
    assert numbers["numbers"] == RESULT.numbers
    assert numbers["figures"][0]["lines"][1]["values"][-1] == 51


def test_the_same_result_makes_the_same_bytes(written: Path, tmp_path: Path) -> None:
    write_report(tmp_path, RESULT, COMMAND)
    for name in ("report.html", "balances.png", "numbers.json"):
        assert (tmp_path / name).read_bytes() == (written / name).read_bytes()


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match="--out"):
        write_report(tmp_path / "file", RESULT, COMMAND)


def test_lines_of_a_figure_are_told_apart() -> None:
    lines = tuple(Line(str(i), (), "good") for i in range(5))
    styles = [(style.colour, str(style.pattern)) for style in styles_of(lines)]
    assert len(set(styles)) == 5


def test_no_two_lines_of_a_figure_have_one_colour_while_there_are_others() -> None:
    lines = tuple(Line(role, (), role) for role in ("house", "other", "good", "bad", "model"))
    assert len({style.colour for style in styles_of(lines)}) == 5


def test_a_legend_of_long_names_is_not_cut() -> None:
    lines = tuple(Line(f"came back as fees, part {i}", (1.0, 2.0)) for i in range(3))
    picture = to_svg(replace(figure(), at=(0.0, 1.0), lines=lines))
    width = float(re.findall(r'viewBox="0 0 ([\d.]+)', picture)[0])
    starts = re.findall(r"<text[^>]*translate\(([\d.]+) [^>]*>came back", picture)
    starts = starts or re.findall(r'<text[^>]* x="([\d.]+)"[^>]*>came back', picture)
    assert len(starts) == 3
    assert all(0 < float(start) < width - 100 for start in starts)


def test_a_line_has_a_value_for_each_of_the_axis() -> None:
    with pytest.raises(ParameterError, match="one for each"):
        replace(figure(), at=(1.0, 2.0))
