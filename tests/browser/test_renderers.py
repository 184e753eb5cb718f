"""The renderer without a browser and Plotly in Chromium draw the same: marks, order, names, colours, proportions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TypedDict
from xml.etree import ElementTree

import plotly
import pytest
from playwright.sync_api import Browser

from charts.plotly_figure import figure
from charts.spec import ChartSpec, Series
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from reports.images import svg
from reports.sections import build_report

PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
SVG = "{http://www.w3.org/2000/svg}"
WIDTH = 900
# Both round to hundredths of a pixel, on axes of some hundred pixels.
CLOSE = 0.003
UNSEEN = 0.03
LEGEND_SIGN, SQUARE_MARKER = (14.0, 12.0), (7.2, 7.2)
ACROSS = ("bars", "waterfall")
_POINT = re.compile(r"[ML](-?[\d.]+),(-?[\d.]+)")

READ = r"""async ([data, layout]) => {
    for (const trace of data) if (trace.line) trace.line.simplify = false;
    const root = document.getElementById('chart');
    await Plotly.newPlot(root, data, {...layout, width: 900}, {staticPlot: true});
    const all = (css, from = root) => [...from.querySelectorAll(css)];
    const place = one => one.getBoundingClientRect();
    const texts = (css, by) => all(css).sort((a, b) => place(a)[by] - place(b)[by]).map(one => one.textContent);
    const colour = style => style.fill.startsWith('url') ? style.stroke : style.fill;
    return {
        boxes: all('.barlayer .point > path, .waterfalllayer .point > path').map(path => {
            const box = path.getBBox();
            return [box.x, box.y, box.width, box.height, colour(path.style)];
        }).filter(box => box[2] && box[3]),
        lines: all('.scatterlayer .trace').map(trace => all('path.js-line', trace)).filter(lines => lines.length).map(
            lines => [lines.map(one => one.getAttribute('d')).join(''), lines[0].style.stroke]
        ),
        bands: all('.errorbar path').map(one => one.getBBox()).filter(box => box.height).map(
            box => [box.y, box.y + box.height]
        ),
        rows: texts('.ytick text', 'y'), columns: texts('.xtick text', 'x'), amounts: texts('.bartext', 'y'),
        cells: texts('.heatmap-label text', 'y'), legend: texts('.legendtext', 'x'),
    };
}"""


WITH_A_GAP = ChartSpec(
    kind="line",
    title="Rate by month",
    x=("2025-01-01", "2025-02-01", "2025-03-01"),
    series=(Series("Rate", (0.02, None, 0.04)), Series("Before", (0.01, 0.03, 0.02), role="prior")),
    unit="share",
    alt="Rate by month",
    x_is_month=True,
)
PANELS = ChartSpec(
    kind="small multiples",
    title="Rate by payer",
    x=tuple(f"2025-{month:02d}-01" for month in range(1, 8)),
    series=(
        Series("Northland", (0.01, 0.02, 0.05, 0.03, 0.01, 0.02, 0.04), role="category", colour=0),
        Series("Union", (0.02, 0.02, 0.01, 0.01, 0.03, 0.06, 0.02), role="category", colour=1),
        Series("Harbor", (0.00, 0.01, 0.01, 0.02, 0.02, 0.01, 0.01), role="category", colour=2),
    ),
    unit="share",
    alt="Rates",
    x_is_month=True,
    height=360,
    legend=False,
)


class Read(TypedDict):
    """What READ finds; boxes: left, top, width, height, colour. lines: path and colour. bands: top and foot."""

    boxes: list[tuple[float, float, float, float, str]]
    lines: list[tuple[str, str]]
    bands: list[tuple[float, float]]
    rows: list[str]
    columns: list[str]
    amounts: list[str]
    cells: list[str]
    legend: list[str]


@dataclass(frozen=True)
class Box:
    """A filled mark in pixels from the upper left, its colour as #rrggbb."""

    left: float
    top: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class Mark:
    """A filled mark along the value axis, from the axis' lower end; place: its category, counted from 0."""

    place: int
    start: float
    end: float
    colour: str


@pytest.fixture(scope="module")
def charts(sample: DuckDBEngine) -> dict[str, ChartSpec]:
    """Every chart of a report over the sample, by section and place; then what the sample has none of."""
    report = build_report(sample, Filters())
    found = {
        f"{section.name} {place}": chart
        for section in report.sections
        for place, chart in enumerate(section.charts)
    }
    return {**found, "with a gap": WITH_A_GAP, "panels": PANELS}


@pytest.fixture(scope="module")
def chromium(browser: Browser, charts: dict[str, ChartSpec]) -> dict[str, Read]:
    """What Plotly drew of each."""
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.set_content('<body style="margin:0"><div id="chart"></div></body>')
    page.add_script_tag(path=PLOTLY)
    drawn = {name: figure(spec).to_dict() for name, spec in charts.items()}
    found = {name: page.evaluate(READ, [one["data"], one["layout"]]) for name, one in drawn.items()}
    page.close()
    return found


def without_a_browser(spec: ChartSpec) -> ElementTree.Element:
    return ElementTree.fromstring(svg(spec, width=WIDTH))


def test_filled_marks_agree(chromium: dict[str, Read], charts: dict[str, ChartSpec]) -> None:
    compared = 0
    for name, spec in charts.items():
        if spec.kind in ("line", "heatmap", "small multiples"):
            continue
        upright = spec.kind not in ACROSS
        theirs = marks([box_of(one) for one in chromium[name]["boxes"]], upright)
        ours = marks(boxes_of(without_a_browser(spec)), upright and spec.x_is_month)
        if spec.kind == "waterfall":
            theirs, ours = steps(theirs), steps(ours)
        assert [(m.place, m.colour) for m in ours] == [(m.place, m.colour) for m in theirs], name
        assert scaled([edge for mark in ours for edge in (mark.start, mark.end)]) == pytest.approx(
            scaled([edge for mark in theirs for edge in (mark.start, mark.end)]), abs=CLOSE
        ), name
        compared += len(ours)
    assert compared > 60


def test_lines_agree_with_their_gaps(
    chromium: dict[str, Read], charts: dict[str, ChartSpec]
) -> None:
    lines = {name: spec for name, spec in charts.items() if spec.kind == "line"}
    assert "with a gap" in lines
    for name, spec in lines.items():
        theirs = [
            ([(float(x), float(y)) for x, y in _POINT.findall(path)], hexadecimal(colour))
            for path, colour in chromium[name]["lines"]
        ]
        ours = lines_of(without_a_browser(spec), len(spec.series))
        assert [len(points) for points, _ in ours] == [
            len(points) for points, _ in theirs[: len(ours)]
        ], name
        assert [colour for _, colour in ours] == [colour for _, colour in theirs[: len(ours)]], name
        assert all(points == sorted(points) for points, _ in (*ours, *theirs)), name
        heights = [scaled([y for points, _ in drawn for _, y in points]) for drawn in
                   (ours, theirs[: len(ours)])]  # fmt: skip
        assert heights[0] == pytest.approx(heights[1], abs=CLOSE), name


def test_a_target_stands_at_the_same_height(
    chromium: dict[str, Read], charts: dict[str, ChartSpec]
) -> None:
    compared = 0
    for name, spec in charts.items():
        if spec.kind != "line" or spec.band is None:
            continue
        *series, target = chromium[name]["lines"]
        theirs = [float(y) for path, _ in (*series, target) for _, y in _POINT.findall(path)]
        root = without_a_browser(spec)
        ours = [y for points, _ in lines_of(root, len(spec.series)) for _, y in points]
        edges = [
            float(one.get("y1", 0))
            for one in root.iter(f"{SVG}line")
            if one.get("stroke-dasharray") == "7 4" and length(one) > WIDTH / 2
        ]
        edge = theirs[-1] - theirs[0]
        assert any(
            (level - ours[0]) / span(ours) == pytest.approx(edge / span(theirs[:-2]), abs=CLOSE)
            for level in edges
        ), name
        compared += 1
    assert compared == 3


def test_the_band_of_a_forecast_reaches_as_far(
    chromium: dict[str, Read], charts: dict[str, ChartSpec]
) -> None:
    spec = charts["outlook 0"]
    found = chromium["outlook 0"]
    root = without_a_browser(spec)
    theirs = [edge for band in found["bands"] for edge in band]
    upright = [
        sorted((float(one.get("y1", 0)), float(one.get("y2", 0))))
        for one in root.iter(f"{SVG}line")
        if one.get("x1") == one.get("x2")
    ]
    ours = [edge for band in upright for edge in band]
    tops = [[box.top for box in drawn] for drawn in
            (boxes_of(root), [box_of(one) for one in found["boxes"]])]  # fmt: skip
    assert len(ours) == len(theirs) == 6
    assert scaled([*ours, min(tops[0]), max(tops[0])]) == pytest.approx(
        scaled([*theirs, min(tops[1]), max(tops[1])]), abs=CLOSE
    )


def test_names_and_amounts_agree(chromium: dict[str, Read], charts: dict[str, ChartSpec]) -> None:
    for name, spec in charts.items():
        found = chromium[name]
        texts = [
            "".join((one.text or "").split()) for one in without_a_browser(spec).iter(f"{SVG}text")
        ]
        written = "".join(texts)
        if not spec.x_is_month:
            names = found["rows"] if spec.kind in ACROSS else found["columns"]
            in_order(names, written, name)
        if spec.kind == "heatmap":
            in_order(found["rows"], written, name)
            assert told(found["cells"]) == [
                one for one in texts if one in set(told(found["cells"]))
            ], name
        if spec.kind == "bars":
            assert told(found["amounts"]) == [one for one in texts if "$" in one or "%" in one or
                                              re.fullmatch(r"[\d.,]+(days)?", one)], name  # fmt: skip
        if spec.kind != "bars":
            assert set(told(found["legend"])) <= {*texts, *edge_names(spec)}, name


def test_panels_agree(chromium: dict[str, Read]) -> None:
    theirs = [
        ([float(y) for _, y in _POINT.findall(path)], hexadecimal(colour))
        for path, colour in chromium["panels"]["lines"]
    ]
    ours = [
        ([y for _, y in points], colour)
        for points, colour in lines_of(without_a_browser(PANELS), len(PANELS.series))
    ]
    assert [(len(ys), colour) for ys, colour in ours] == [(len(ys), c) for ys, c in theirs]
    for (one, _), (other, _) in zip(ours, theirs, strict=True):
        assert scaled(one) == pytest.approx(scaled(other), abs=CLOSE)
    reach = [[span(ys) / span(drawn[0][0]) for ys, _ in drawn] for drawn in (ours, theirs)]
    assert reach[0] == pytest.approx(reach[1], abs=0.01)  # one scale over all panels
    assert len({round(ys[0]) for ys, _ in ours[:2]}) == 2


def boxes_of(root: ElementTree.Element) -> list[Box]:
    """The filled marks of our own drawing: no ground, hatching, outline, legend sign or point of a line."""
    boxes = [
        Box(
            float(one.get("x", 0)), float(one.get("y", 0)),
            float(one.get("width", 0)), float(one.get("height", 0)), one.get("fill", ""),
        )
        for one in root.iter(f"{SVG}rect")
        if one.get("fill", "").startswith("#") and one.get("fill") != "#ffffff" and not one.get("fill-opacity")
    ]  # fmt: skip
    return [one for one in boxes if (one.width, one.height) not in (LEGEND_SIGN, SQUARE_MARKER)]


def box_of(read: tuple[float, float, float, float, str]) -> Box:
    return Box(*read[:4], hexadecimal(read[4]))


def marks(boxes: Sequence[Box], upright: bool) -> list[Mark]:
    """By category and from the axis outwards; what is too thin to be seen is left out."""
    if upright:
        found = [(b.left + b.width / 2, -(b.top + b.height), -b.top, b.colour) for b in boxes]
    else:
        found = [(b.top + b.height / 2, b.left, b.left + b.width, b.colour) for b in boxes]
    seen = sorted(one for one in found if one[2] - one[1] > UNSEEN)
    groups = groupby(seen, key=lambda one: round(one[0]))
    return [
        Mark(place, start, end, colour)
        for place, (_, group) in enumerate(groups)
        for _, start, end, colour in sorted(group, key=lambda one: one[1])
    ]


def steps(bridge: Sequence[Mark]) -> list[Mark]:
    """A bridge's totals start where either axis starts: only where they end is compared."""
    first, *between, last = bridge
    return [replace(first, start=first.end), *between, replace(last, start=last.end)]


def lines_of(root: ElementTree.Element, series: int) -> list[tuple[list[tuple[float, float]], str]]:
    """Points and colour of each series, its pieces between gaps put together."""
    found: dict[str, list[tuple[float, float]]] = {}
    for one in root.iter(f"{SVG}polyline"):
        points = [pair.split(",") for pair in (one.get("points") or "").split()]
        found.setdefault(one.get("stroke", ""), []).extend((float(x), float(y)) for x, y in points)
    assert len(found) == series
    return [(points, colour) for colour, points in found.items()]


def scaled(values: Sequence[float]) -> list[float]:
    """From 0 at the least to 1 at the largest."""
    return [(value - min(values)) / span(values) for value in values]


def span(values: Sequence[float]) -> float:
    return max(values) - min(values) or 1.0


def length(line: ElementTree.Element) -> float:
    return abs(float(line.get("x2", 0)) - float(line.get("x1", 0)))


def hexadecimal(colour: str) -> str:
    """The browser's rgb(…) as #rrggbb."""
    numbers = re.findall(r"\d+", colour) if colour.startswith("rgb") else []
    return "#" + "".join(f"{int(one):02x}" for one in numbers[:3]) if numbers else colour


def told(texts: Sequence[str]) -> list[str]:
    """Texts without blanks, the empty ones left out."""
    return [found for one in texts if (found := "".join(one.split()))]


def in_order(names: Sequence[str], written: str, chart: str) -> None:
    """Every name is written, one after the other."""
    at = 0
    for name in told(names):
        at = written.find(name, at)
        assert at >= 0, (chart, name)
        at += len(name)


def edge_names(spec: ChartSpec) -> set[str]:
    """A band with two edges is one entry on screen, two in a file."""
    return {"".join(spec.band.label.split())} if spec.band else set()
