"""The board deck: every section a slide with native charts and tables, in the user's template or a clean default."""

from __future__ import annotations

import io
from pathlib import Path

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

from charts.native import native_chart
from charts.spec import ChartSpec
from charts.theme import palette
from reports.content import Report, Section
from reports.deck_box import INCH, Box
from reports.deck_cards import HEIGHT as CARDS_HEIGHT
from reports.deck_cards import add_cards
from reports.deck_chart import add_chart
from reports.deck_grid import Grid, fits_in, grid_of, heat_of
from reports.deck_page import Page, add_cover, add_page
from reports.deck_table import add_grid
from reports.deck_template import Template, open_template
from reports.deck_text import TextStyle, write_text
from reports.text_fit import fitting_size, height_of

GAP = 0.12
STATEMENT_SIZES = (14, 13, 12)
BULLET_SIZES = (18, 16, 14, 13, 12)
NOTHING_TO_DRAW = "No values in this period"


def deck(report: Report, template: Path | None = None) -> bytes:
    """The deck as a PPTX file. Raises deck_template.TemplateError where the template cannot be used."""
    base = open_template(template)
    _properties(base, report)
    scope = report.scope
    lines = [
        report.heading,
        f"{scope.period_in_words} · {scope.filters_in_words}",
        scope.as_of_in_words,
        scope.tie_out,
        *(["Sample data: invented payers and patients"] if scope.freshness.is_sample else []),
    ]
    add_cover(base, report.title, lines, "\n".join([report.title, *lines]))
    for section in report.sections:
        _section(base, report, section)
    content = io.BytesIO()
    base.deck.save(content)
    return content.getvalue()


def _properties(base: Template, report: Report) -> None:
    """What the file says about itself; dated by the load, so that the same data gives the same deck."""
    properties = base.deck.core_properties
    properties.title, properties.subject = report.title, report.scope.source_line
    properties.author = properties.last_modified_by = "Takeback"
    if report.scope.freshness.loaded_at is not None:
        properties.created = properties.modified = report.scope.freshness.loaded_at


def _section(base: Template, report: Report, section: Section) -> None:
    page = add_page(base, section.title, report.scope.source_line, section.notes)
    if section.cards:
        _cards(page, report, section)
        return
    room = _statements(page, section.statements)
    if not section.charts and not section.tables:
        _nothing(page, room)
    elif section.charts:
        _beside_each_other(base, report, section, page, room)
    else:
        _whole_table(base, report, section, page, room)


def _cards(page: Page, report: Report, section: Section) -> None:
    """Cards across the top, sentences beneath."""
    add_cards(
        page.slide, page.room.upper(CARDS_HEIGHT), section.cards, report.scope.comparison_in_words
    )
    below = page.room.below(CARDS_HEIGHT + 0.25)
    size = fitting_size(section.statements, below.wide - 0.4, below.high - 0.1, BULLET_SIZES, gap=8)
    style = TextStyle(size=size, bullets=True, gap=8)
    write_text(page.slide, below, section.statements, style, "Statements")


def _statements(page: Page, statements: tuple[str, ...]) -> Box:
    """Sentences at the foot of the room; what is left above them."""
    if not statements:
        return page.room
    size = fitting_size(statements, page.room.wide - 0.1, 0.6, STATEMENT_SIZES)
    high = height_of(statements, size, page.room.wide - 0.1) + 0.08
    strip = page.room.below(page.room.high - high)
    write_text(page.slide, strip, statements, TextStyle(size=size), "Statements")
    return Box(
        page.room.left,
        page.room.top,
        page.room.width,
        strip.top - page.room.top - round(GAP * INCH),
    )


def _nothing(page: Page, room: Box) -> None:
    style = TextStyle(
        size=20, colour=palette().muted, anchor=MSO_ANCHOR.MIDDLE, align=PP_ALIGN.CENTER
    )
    write_text(page.slide, room, [NOTHING_TO_DRAW], style, "Nothing to draw")


def _beside_each_other(
    base: Template, report: Report, section: Section, page: Page, room: Box
) -> None:
    """One chart fills the room; two, or a chart and a table, share it. A table too large for that follows."""
    if all(chart.kind != "heatmap" and native_chart(chart).is_empty for chart in section.charts):
        _nothing(page, room)
        return
    shares = [_share(chart) for chart in section.charts] + [1.8] * len(section.tables)
    places = room.columns(shares, gap=0.3)
    beside = places[len(section.charts) :]
    fits = all(fits_in(table, place) for table, place in zip(section.tables, beside, strict=True))
    if not fits:
        places = room.columns(shares[: len(section.charts)], gap=0.3)
    for place, chart in zip(places, section.charts, strict=False):
        _chart(page, place, chart)
    if fits:
        for place, table in zip(beside, section.tables, strict=True):
            add_grid(page.slide, place, grid_of(table, place))
    else:
        further = _further_page(base, report, section)
        _whole_table(base, report, section, further, further.room)


def _further_page(base: Template, report: Report, section: Section) -> Page:
    return add_page(base, f"{section.title} (continued)", report.scope.source_line, section.notes)


def _share(chart: ChartSpec) -> float:
    return 1.25 if chart.kind == "heatmap" else 1.0


def _chart(page: Page, place: Box, chart: ChartSpec) -> None:
    """A heatmap is a coloured table; anything else a native chart; one without values says so."""
    if chart.kind == "heatmap":
        _heat(page, place, chart)
        return
    drawn = native_chart(chart)
    if drawn.is_empty:
        _nothing(page, place)
    else:
        add_chart(page.slide, place, drawn, titled=place.width < page.room.width)


def _heat(page: Page, place: Box, chart: ChartSpec) -> None:
    """Under its name where it shares the slide."""
    if place.width < page.room.width:
        style = TextStyle(size=14, bold=True, align=PP_ALIGN.CENTER)
        write_text(page.slide, place.upper(0.35), [chart.title], style, "Table title")
        place = place.below(0.45)
    add_grid(page.slide, place, heat_of(chart, place))


def _whole_table(base: Template, report: Report, section: Section, page: Page, room: Box) -> None:
    """A table over the whole width, continued on further slides where it is longer than one."""
    for table in section.tables:
        grid = grid_of(table, room)
        start = 0
        while start < len(grid.rows):
            end = start + _rows_that_fit(grid, start, room)
            add_grid(page.slide, room, grid.part(start, end))
            start = end
            if start < len(grid.rows):
                page = _further_page(base, report, section)
                room = page.room


def _rows_that_fit(grid: Grid, start: int, room: Box) -> int:
    return grid.part(start, len(grid.rows)).first_that_fit(room.high)
