"""The deck: native charts and tables, figures to the cent, nothing overlaps, whatever the data."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.presentation import Presentation as Deck
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.util import Inches

from kpis.__main__ import main as kpis
from kpis.catalog import HEADLINES
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from loaders.ingest import load
from reports.deck import deck
from reports.deck_template import TemplateError
from reports.sections import SECTIONS, build_report
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of

SMALLEST = 12
EMPTY = Filters(date(2031, 1, 1), date(2031, 4, 1))


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    """Forty payers with long names over three months; each withholds an amount of its own."""
    folder = tmp_path_factory.mktemp("forty")
    remits = [
        Remit(
            f"T{number}M{month}",
            f"2025{month:02d}15",
            [Claim(f"A{number}M{month}", "5000.00"), Claim(f"B{number}M{month}", "900.00")],
            [(f"WO:L{number}M{month}", f"{100 + number * month}.25")],
            payer=f"Northern Lights Regional Community Health Plan of District {number:02d}",
            payer_id=f"P{number:02d}",
        )
        for number in range(40)
        for month in (1, 2, 3)
    ]
    (folder / "remits.835").write_bytes(file_835(*remits))
    load([folder / "remits.835"], folder / "warehouse")
    return engine_of(folder / "warehouse")


@pytest.fixture(scope="module")
def sample_deck(sample: DuckDBEngine) -> Deck:
    return opened(deck(build_report(sample, Filters(since=date(2025, 11, 1)))))


def opened(content: bytes) -> Deck:
    """The deck as another program reads it."""
    return Presentation(io.BytesIO(content))


def graphics(made: Deck, kind: str) -> Iterator[GraphicFrame]:
    """Every chart or table, slide by slide."""
    for slide in made.slides:
        for shape in slide.shapes:
            if isinstance(shape, GraphicFrame) and getattr(shape, f"has_{kind}"):
                yield shape


def titles(made: Deck) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in made.slides]


def sizes(shape: BaseShape) -> Iterator[float]:
    """Type sizes written in a shape's text."""
    frames = [shape.text_frame] if shape.has_text_frame else []
    if isinstance(shape, GraphicFrame) and shape.has_table:
        frames = [cell.text_frame for row in shape.table.rows for cell in row.cells]
    for frame in frames:
        for paragraph in frame.paragraphs:
            yield from (run.font.size.pt for run in paragraph.runs if run.font.size)


def assert_tidy(made: Deck) -> None:
    """No two boxes overlap, none leaves its slide, no text is smaller than SMALLEST."""
    for number, slide in enumerate(made.slides, start=1):
        shapes = list(slide.shapes)
        for one in shapes:
            assert min(one.left, one.top) >= 0, (number, one.name)
            assert one.left + one.width <= made.slide_width, (number, one.name)
            assert one.top + one.height <= made.slide_height, (number, one.name)
            assert min(sizes(one), default=SMALLEST) >= SMALLEST, (number, one.name)
        for one, other in combinations(shapes, 2):
            apart = (
                one.left + one.width <= other.left
                or other.left + other.width <= one.left
                or one.top + one.height <= other.top
                or other.top + other.height <= one.top
            )
            assert apart, (number, one.name, other.name)


def test_every_section_is_a_slide_of_16_to_9_with_a_sentence_and_notes(sample_deck: Deck) -> None:
    assert sample_deck.slide_width * 9 == pytest.approx(sample_deck.slide_height * 16, rel=1e-3)
    assert len(sample_deck.slides) == len(SECTIONS) + 1
    assert all(len(title.split()) > 4 for title in titles(sample_deck))
    assert all(slide.notes_slide.notes_text_frame.text for slide in sample_deck.slides)


def test_charts_and_tables_are_native_and_told_to_those_who_cannot_see_them(
    sample_deck: Deck,
) -> None:
    charts, tables = list(graphics(sample_deck, "chart")), list(graphics(sample_deck, "table"))
    assert (len(charts), len(tables)) == (14, 6)
    for shape in (*charts, *tables):
        assert shape._element.nvGraphicFramePr.cNvPr.get("descr"), shape.name
    assert all(shape.chart.part.chart_workbook.xlsx_part is not None for shape in charts)


def test_boxes_stay_apart_and_on_the_slide(sample_deck: Deck, forty: DuckDBEngine) -> None:
    assert_tidy(sample_deck)
    assert_tidy(opened(deck(build_report(forty, Filters()))))
    assert_tidy(opened(deck(build_report(forty, EMPTY))))


def test_an_empty_period_says_so(forty: DuckDBEngine) -> None:
    made = opened(deck(build_report(forty, EMPTY)))
    assert titles(made)[0] == "Nothing was paid or withheld in Jan 2031 to Mar 2031"
    assert list(graphics(made, "chart")) == []
    said = [s.text_frame.text for s in made.slides[2].shapes if s.has_text_frame]
    assert said.count("No values in this period") == 1


def test_of_forty_payers_seven_are_named_and_the_rest_add_up(forty: DuckDBEngine) -> None:
    made = opened(deck(build_report(forty, Filters(), ["offset_volume_rate", "payers"])))
    bars = [shape for shape in graphics(made, "chart") if "by payer" in shape.name]
    assert list(bars[0].chart.plots[0].categories)[-1] == "Other (33)"
    (table,) = graphics(made, "table")
    cells = [[cell.text for cell in row.cells] for row in table.table.rows]
    assert len(cells) == 1 + 7 + 1 + 1
    withheld = [Decimal(row[1].replace("$", "").replace(",", "")) for row in cells[1:]]
    assert (
        sum(withheld[:-1])
        == withheld[-1]
        == sum(
            (Decimal("100.25") + number * month for number in range(40) for month in (1, 2, 3)),
            Decimal(0),
        )
    )


def test_charts_and_tables_hold_the_command_s_figures(
    sample_warehouse: Path, sample: DuckDBEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--warehouse", str(sample_warehouse), "--format", "json"]
    assert kpis([*arguments, "--by", "payer"]) == 0
    by_payer = {row["payer"]: row for row in json.loads(capsys.readouterr().out)}
    assert kpis(arguments) == 0
    (total,) = json.loads(capsys.readouterr().out)
    made = opened(deck(build_report(sample, Filters())))

    for kpi in HEADLINES:
        shape = next(s for s in graphics(made, "chart") if s.name == f"{kpi.title} by payer")
        plot = shape.chart.plots[0]
        drawn = dict(zip(plot.categories, plot.series[0].values, strict=True))
        assert drawn == {name: float(row[kpi.name]) for name, row in by_payer.items()}

    table = next(s for s in graphics(made, "table") if s.name == "Payers").table
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    for row in cells[1:]:
        told = total if row[0] == "Total" else by_payer[row[0]]
        assert [row[1], row[2], row[6], row[7]] == [
            dollars(told[name]) for name in ("withheld", "payments", "recovered", "net_cash_impact")
        ]
        assert row[3] == f"{told['offset_volume_rate'] * 100:.2f} %"
        assert row[4] == f"{told['recoupment_lag_days']:.1f}"
        assert row[5] == f"{told['appeal_success_rate'] * 100:.1f} %"
    assert {row[0] for row in cells[1:]} == {*by_payer, "Total"}


def dollars(text: str) -> str:
    amount = Decimal(text)
    return f"{'−' if amount < 0 else ''}${abs(amount):,.2f}"


def test_the_bridge_s_steps_stand_on_what_carries_them(sample: DuckDBEngine) -> None:
    made = opened(deck(build_report(sample, Filters(), ["cash_bridge"])))
    (shape,) = graphics(made, "chart")
    series = {
        one.name: [Decimal(str(v or 0)) for v in one.values] for one in shape.chart.plots[0].series
    }
    paid, deposits = series["Total"][0], series["Total"][-1]
    assert paid + sum(series["Adds"]) - sum(series["Takes"]) == deposits
    level = paid
    for at in range(1, len(series["Total"]) - 1):
        after = level + series["Adds"][at] - series["Takes"][at]
        assert series["Carried"][at] == min(level, after)
        level = after


@pytest.mark.parametrize("as_potx", [False, True])
def test_the_user_s_template_is_kept(sample: DuckDBEngine, tmp_path: Path, as_potx: bool) -> None:
    template = Presentation()
    template.slide_width, template.slide_height = Inches(10), Inches(7.5)
    template.slides.add_slide(template.slide_layouts[1]).shapes.title.text = "Left over"
    template.slide_master.name = "House style"
    file = tmp_path / ("house.potx" if as_potx else "house.pptx")
    template.save(str(file))
    if as_potx:
        retype(file)
    made = opened(deck(build_report(sample, Filters(), ["summary", "payers", "causes"]), file))
    assert (made.slide_width, made.slide_master.name) == (Inches(10), "House style")
    assert len(made.slides) >= 4
    assert "Left over" not in titles(made)
    assert_tidy(made)


def retype(file: Path) -> None:
    """Makes a saved deck a template, as PowerPoint does."""
    with zipfile.ZipFile(file) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    types = "[Content_Types].xml"
    parts[types] = parts[types].replace(b"presentation.main+xml", b"template.main+xml")
    with zipfile.ZipFile(file, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)


def test_a_file_that_is_no_template_is_refused(sample: DuckDBEngine, tmp_path: Path) -> None:
    file = tmp_path / "notes.pptx"
    file.write_text("not a deck")
    with pytest.raises(TemplateError, match="no PowerPoint file"):
        deck(build_report(sample, Filters(), ["summary"]), file)


def test_the_same_data_gives_the_same_slides(sample: DuckDBEngine) -> None:
    first, second = (deck(build_report(sample, Filters(), ["summary", "payers"])) for _ in range(2))
    with zipfile.ZipFile(io.BytesIO(first)) as one, zipfile.ZipFile(io.BytesIO(second)) as other:
        assert one.namelist() == other.namelist()
        assert all(
            one.read(name) == other.read(name) for name in one.namelist() if name.endswith(".xml")
        )
