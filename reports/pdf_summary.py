"""The one-page summary: cards, cash bridge, trend, top payers, notes, short definitions."""

from __future__ import annotations

from charts.native import native_chart
from charts.spec import ChartSpec
from kpis.cards import Card, band_in_words
from kpis.catalog import HEADLINES
from kpis.engine import Engine
from kpis.filters import Filters
from kpis.targets import TargetBook
from reports.content import Cell, Report, Section, Table, cell_in_words
from reports.images import svg
from reports.pdf import Data, pdf_of
from reports.sections import build_report
from reports.text_fit import shortened

SECTIONS = ("summary", "cash_bridge", "offset_volume_rate", "payers")
SIGNS = {"on target": "●", "below target": "▼", "above target": "▲"}
CHART_WIDTH, CHART_HEIGHT = 440, 385
NAME_INCHES, NAME_POINTS = 1.75, 8.0
BOOKED = (
    "Cash, booked on the remittance's payment date. "
    "A denominator of zero gives no value. Late data restates history."
)


def summary_pdf(engine: Engine, filters: Filters, targets: TargetBook | None = None) -> bytes:
    """One page over the filters as tagged PDF, to print or to archive."""
    report = build_report(engine, filters, SECTIONS, targets)
    by_name = {section.name: section for section in report.sections}
    data = _data(report, by_name)
    return pdf_of("summary.typ", data, report.scope.freshness.loaded_at)


def _data(report: Report, sections: dict[str, Section]) -> dict[str, Data]:
    scope = report.scope
    bridge, trend = sections["cash_bridge"], sections["offset_volume_rate"]
    charts = [_chart(bridge, *bridge.statements), _chart(trend)]
    return {
        "title": report.title,
        "subtitle": f"{report.heading} · {scope.period_in_words} · {_cut(scope.filters_in_words, 95)}",
        "cards": [_card(card, scope.comparison_in_words) for card in report.cards],
        "charts": charts,
        "has-charts": any(one["svg"] for one in charts),
        "payers": _payers(sections["payers"]),
        "notes": list(sections["summary"].statements),
        "definitions": [{"title": kpi.title, "formula": kpi.formula} for kpi in HEADLINES],
        "booked": BOOKED,
        "foot": [_cut(scope.source_line, 150), f"{scope.tie_out} (everything loaded). Takeback"],
    }


def _card(card: Card, compared_with: str) -> dict[str, Data]:
    """Status in a sign and in words, so that it is told without colour."""
    kpi, status = card.kpi, card.status
    target = card.status_in_words
    if card.target is not None:
        target = f"Target {band_in_words(card.target, kpi.unit)}"
    lines = [target]
    if card.change is not None and compared_with:
        lines.append(f"{card.change} vs {compared_with}")
    lines += card.rests_on.split(" · ")
    return {
        "title": kpi.title,
        "value": card.value_in_words,
        "status": f"{SIGNS[status]} {status.capitalize()}" if status else "",
        "lines": lines,
    }


def _chart(section: Section, *statements: str) -> dict[str, Data]:
    """The section's first chart under the section's sentence; no picture where there is nothing to draw."""
    chart = section.charts[0] if section.charts else None
    drawn = chart is not None and _has_values(chart)
    return {
        "title": section.title,
        "svg": svg(chart, width=CHART_WIDTH, height=CHART_HEIGHT) if chart and drawn else "",
        "alt": chart.alt if chart else "",
        "caption": " ".join(statements) if drawn else "",
    }


def _has_values(chart: ChartSpec) -> bool:
    return chart.kind == "heatmap" or not native_chart(chart).is_empty


def _payers(section: Section) -> dict[str, Data]:
    if not section.tables:
        return {"title": section.title, "header": [], "rows": [], "total": None}
    (table,) = section.tables
    total = _cells(table, table.total) if table.total else None
    return {
        "title": section.title,
        "header": [column.title for column in table.columns],
        "rows": [_cells(table, row) for row in table.rows],
        "total": total,
    }


def _cells(table: Table, row: tuple[Cell, ...]) -> list[str]:
    told = [
        cell_in_words(cell, column.kind) for column, cell in zip(table.columns, row, strict=True)
    ]
    return [shortened(told[0], NAME_POINTS, NAME_INCHES), *told[1:]]


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1].rstrip()}…"
