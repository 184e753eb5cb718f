"""Charts as files without a browser: true to the numbers, well-formed, inside their frame, whatever the names."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from charts.bridge import CUT_AXIS
from charts.grids import heat_grid
from charts.rankings import ranked_bars
from charts.spec import Band, ChartSpec, Series
from charts.stacks import stacked_parts
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from reports.images import Caption, csv_of, png, svg
from reports.images_batch import images_zip
from reports.images_marks import width_in_pixels
from reports.sections import build_report

SVG = "{http://www.w3.org/2000/svg}"
CAPTION = Caption(("Jan 2025 to Feb 2025 · Payers: A & B", "Data through 2025-02-20"))
HOSTILE = '<b>&"\x07=cmd()'
MONTHS = ("2025-01-01", "2025-02-01", "2025-03-01")
BRIDGE = ChartSpec(
    kind="waterfall",
    title="Of $1,000 paid, $850 reached the bank",
    x=("Paid", "Withheld", "Given back", "Deposits"),
    series=(Series("USD", tuple(map(Decimal, ("1000.00", "-250.00", "100.00", "850.00")))),),
    unit="usd",
    alt="Cash bridge",
)
BARS = ranked_bars(
    "Withheld by payer", [("A", Decimal("400.10")), ("B", Decimal("100.05"))], "usd", {}, "Withheld"
)
LINE = ChartSpec(
    kind="line",
    title="Rate by month",
    x=MONTHS,
    series=(Series("Rate", (0.02, None, 0.04)), Series("Before", (0.01, 0.01, 0.01), role="prior")),
    unit="share",
    alt="Rate by month",
    band=Band(None, 0.02, "Target at most 2 %"),
    x_is_month=True,
)
COLUMNS = replace(LINE, kind="columns", unit="usd", band=None)
LAG = ChartSpec(
    kind="columns",
    title="Days of lag",
    x=("0-14", "15-30", "over 30"),
    series=(Series("Offsets", (1, 2, 3)),),
    unit="count",
    alt="Lag",
    band=Band(15, 30, "Target 15 to 30 days"),
    band_on=(1,),
)
STACKS = stacked_parts(
    "Decided", ("A", "B"), [("Won", (3, 1), "good", None), ("Lost", (1, 2), "bad", None)], "count", ""
)  # fmt: skip
HEAT = heat_grid("Where", ("A", "B"), [("Cardiology", (Decimal(5), None))], "usd", "Where")
AHEAD = replace(
    COLUMNS,
    series=(
        Series("Withheld", (Decimal("5.00"), Decimal("7.00"), None)),
        Series(
            "Forecast",
            (None, None, Decimal("6.00")),
            role="forecast",
            low=(None, None, Decimal("4.00")),
            high=(None, None, Decimal("9.50")),
        ),
    ),
)
PANELS = replace(
    LINE,
    kind="small multiples",
    band=None,
    series=(Series("North", (0.02, None, 0.04)), Series("South", (0.01, 0.01, 0.02))),
)
ALL = (BRIDGE, BARS, LINE, COLUMNS, LAG, STACKS, HEAT, AHEAD, PANELS)


def drawn(spec: ChartSpec, caption: Caption | None = CAPTION) -> ElementTree.Element:
    return ElementTree.fromstring(svg(spec, caption))


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def bars(root: ElementTree.Element) -> list[tuple[float, float]]:
    """Left edge and width of every coloured bar; neither the ground nor hatchings."""
    return [
        (float(one.get("x", 0)), float(one.get("width", 0)))
        for one in root.iter(f"{SVG}rect")
        if one.get("fill", "").startswith("#") and one.get("fill") != "#ffffff"
    ]


def assert_inside(root: ElementTree.Element) -> None:
    """No text leaves the drawing at either side."""
    wide = float(root.get("width", 0))
    for one in root.iter(f"{SVG}text"):
        size = width_in_pixels(one.text or "", float(one.get("font-size", 0)))
        at = float(one.get("x", 0))
        left = at - {"start": 0, "middle": size / 2, "end": size}[one.get("text-anchor", "start")]
        assert left >= -1, one.text
        assert left + size <= wide + 1, one.text


def test_bars_are_as_long_as_their_values() -> None:
    (_, long), (_, short) = bars(drawn(BARS))
    assert long / short == pytest.approx(400.10 / 100.05, rel=1e-3)
    assert "$400" in texts(drawn(BARS))


def test_each_step_of_a_bridge_begins_where_the_last_one_ended() -> None:
    (zero, paid), (withheld, taken), (given, back), (_, deposit) = bars(drawn(BRIDGE))
    assert withheld + taken == pytest.approx(zero + paid, abs=0.1)
    assert given == pytest.approx(withheld, abs=0.1)
    assert given + back == pytest.approx(zero + deposit, abs=0.1)
    assert taken / back == pytest.approx(2.5, rel=1e-3)
    assert {"$1,000.00", "−$250.00", "$100.00", "$850.00"} <= set(texts(drawn(BRIDGE)))


def test_a_bridge_that_does_not_start_at_zero_says_so_in_its_file() -> None:
    whole = replace(BRIDGE, series=(Series("USD", (1000, -900, 100, 200)),))
    assert CUT_AXIS in texts(drawn(BRIDGE))
    assert CUT_AXIS not in texts(drawn(whole))


def test_a_month_without_data_is_a_gap() -> None:
    lines = list(drawn(LINE).iter(f"{SVG}polyline"))
    assert [len((one.get("points") or "").split()) for one in lines] == [1, 1, 3]


def test_a_month_compared_with_alone_is_a_point() -> None:
    alone = replace(
        LINE, series=(LINE.series[0], Series("Before", (None, 0.01, None), role="prior"))
    )
    assert len(bars(drawn(alone))) == len(bars(drawn(LINE))) + 1


def test_a_forecast_is_hatched_and_its_bar_runs_from_low_to_high() -> None:
    root = drawn(AHEAD)
    hatched = [one for one in root.iter(f"{SVG}rect") if "hatching" in one.get("fill", "")]
    assert len(hatched) == 2  # the column and its sign in the legend
    column = max(hatched, key=lambda one: float(one.get("height", 0)))
    per_dollar = float(column.get("height", 0)) / 6
    (bar,) = [one for one in root.iter(f"{SVG}line") if one.get("x1") == one.get("x2")]
    top = float(column.get("y", 0))
    assert float(bar.get("y1", 0)) == pytest.approx(top - 3.5 * per_dollar, abs=0.1)
    assert float(bar.get("y2", 0)) == pytest.approx(top + 2.0 * per_dollar, abs=0.1)


def test_every_panel_has_its_name_and_the_same_scale() -> None:
    root = drawn(PANELS)
    assert [text for text in texts(root) if text in ("North", "South")] == ["North", "South"]
    assert texts(root).count("4 %") == 2
    lines = [(one.get("points") or "").split() for one in root.iter(f"{SVG}polyline")]
    assert [len(points) for points in lines] == [1, 1, 3]


def test_columns_inside_a_band_are_shaded_and_its_edges_are_no_values() -> None:
    root = drawn(LAG)
    assert "Target 15 to 30 days" in texts(root)
    assert [one.get("fill-opacity") for one in root.iter(f"{SVG}rect")].count("0.14") == 1
    assert not [one for one in root.iter(f"{SVG}line") if one.get("stroke-dasharray")]


def test_stacked_parts_are_told_apart_without_colour() -> None:
    hatched = [one for one in drawn(STACKS).iter(f"{SVG}rect") if "url" in one.get("fill", "")]
    assert len(hatched) >= 2
    assert {"4", "3", "Won", "Lost"} <= set(texts(drawn(STACKS)))


@pytest.mark.parametrize("spec", ALL, ids=lambda spec: f"{spec.kind} of {spec.unit}")
def test_every_kind_says_what_it_shows_and_for_what(spec: ChartSpec) -> None:
    root = drawn(spec)
    assert (root[0].text, root[1].text or "") == (spec.title, spec.alt)
    assert set(CAPTION.lines) <= set(texts(root))
    assert_inside(root)


@pytest.mark.parametrize("spec", ALL, ids=lambda spec: f"{spec.kind} of {spec.unit}")
def test_hostile_and_endless_names_do_no_harm(spec: ChartSpec) -> None:
    endless = HOSTILE + "North Eastern Regional Community Health Plan " * 6
    names = tuple(f"{name} {endless}" for name in spec.x)
    series = tuple(replace(one, name=f"{one.name} {endless}") for one in spec.series)
    renamed = replace(spec, series=series, title=endless)
    assert_inside(drawn(renamed if spec.x_is_month else replace(renamed, x=names)))


def test_without_values_it_says_so() -> None:
    nothing = replace(LINE, series=(Series("Rate", (None, None, None)),))
    assert "No values in this period" in texts(drawn(nothing))
    assert "No values in this period" in texts(drawn(replace(BARS, x=(), series=())))


def test_png_is_twice_as_fine_as_its_svg() -> None:
    made = png(replace(BARS, title="Letters no font here has: 日本"), CAPTION, width=400)
    assert made.startswith(b"\x89PNG\r\n\x1a\n")
    wide, _ = struct.unpack(">II", made[16:24])
    assert wide == 800


def test_csv_is_exact_and_runs_nothing() -> None:
    rows = list(csv.reader(io.StringIO(csv_of(BRIDGE, CAPTION).decode("utf-8-sig"))))
    assert rows[:4] == [[BRIDGE.title], [CAPTION.lines[0]], [CAPTION.lines[1]], []]
    assert rows[4:] == [
        ["Name", "USD"],
        ["Paid", "1000.00"],
        ["Withheld", "-250.00"],
        ["Given back", "100.00"],
        ["Deposits", "850.00"],
    ]
    hostile = replace(BARS, x=("=1+1", "B"))
    assert b"'=1+1,400.10" in csv_of(hostile, CAPTION)


def test_the_archive_holds_every_chart_three_times(sample: DuckDBEngine) -> None:
    filters = Filters(since=date(2026, 9, 1), payers=("Cascade Advantage",))
    report = build_report(sample, filters, ["cash_bridge", "appeals"])
    charts = [chart for section in report.sections for chart in section.charts]
    with zipfile.ZipFile(io.BytesIO(images_zip(report))) as archive:
        assert len(archive.namelist()) == 3 * len(charts)
        text = archive.read("cash_bridge-1.svg").decode()
    assert "Payers: Cascade Advantage" in text
    assert "Data through" in text
    assert images_zip(report) == images_zip(report)
