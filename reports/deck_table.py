"""Native tables on a slide: exact figures, right-aligned, one line a row unless the column is long text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.shapes.graphfrm import GraphicFrame
from pptx.slide import Slide
from pptx.table import _Cell
from pptx.util import Emu, Inches, Pt

from charts.theme import palette
from reports.deck_box import INCH, Box
from reports.deck_grid import INSET, PADDING, Grid
from reports.deck_text import rgb

TALLEST_ROW = 1.35
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


@dataclass(frozen=True)
class CellStyle:
    """How the text of a cell looks; size in points."""

    size: float
    right: bool
    bold: bool
    colour: str


def add_grid(slide: Slide, box: Box, grid: Grid) -> GraphicFrame:
    """Draws the table at the top left of the box; rows grow a little into room that is left."""
    room = max(1.0, min(TALLEST_ROW, (box.high - grid.header_height) / (sum(grid.heights) or 1.0)))
    heights = [grid.header_height, *(high * room for high in grid.heights)]
    frame = slide.shapes.add_table(
        len(grid.rows) + 1,
        len(grid.header),
        Emu(box.left),
        Emu(box.top),
        Emu(round(sum(grid.widths) * INCH)),
        Emu(round(sum(heights) * INCH)),
    )
    frame.name = grid.name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", grid.alt)
    table = frame.table
    table._tbl.tblPr.find("{*}tableStyleId").text = NO_STYLE
    table.last_row = grid.has_total
    for at, width in enumerate(grid.widths):
        table.columns[at].width = Emu(round(width * INCH))
    for at, high in enumerate(heights):
        table.rows[at].height = Emu(round(high * INCH))
    _header(grid, list(table.rows[0].cells))
    for at, row in enumerate(grid.rows):
        _row(grid, at, row, list(table.rows[at + 1].cells))
    return frame


def _header(grid: Grid, cells: Sequence[_Cell]) -> None:
    for at, cell in enumerate(cells):
        style = CellStyle(grid.size, grid.numbers[at], bold=True, colour="#ffffff")
        _write(cell, grid.header[at], style)
        _paint(cell, palette().primary if not grid.fills else palette().text)
        cell.vertical_anchor = MSO_ANCHOR.BOTTOM


def _row(grid: Grid, at: int, row: tuple[str, ...], cells: Sequence[_Cell]) -> None:
    is_total = grid.has_total and at == len(grid.rows) - 1
    for place, cell in enumerate(cells):
        style = CellStyle(grid.size, grid.numbers[place], is_total, palette().text)
        _write(cell, row[place], style)
        shade = grid.fills[at][place] if grid.fills else None
        if shade is not None:
            _paint(cell, shade)
        elif is_total:
            _paint(cell, palette().scale[1])
        elif at % 2:
            _paint(cell, "#f4f6f9")
        _rule(cell)


def _write(cell: _Cell, text: str, style: CellStyle) -> None:
    cell.margin_left = cell.margin_right = Inches(INSET)
    cell.margin_top = cell.margin_bottom = Inches(PADDING)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if style.right else PP_ALIGN.LEFT
    if not text:
        paragraph._p.append(
            parse_xml(f'<a:endParaRPr {nsdecls("a")} lang="en-US" sz="{round(style.size * 100)}"/>')
        )
        return
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(style.size), style.bold
    run.font.color.rgb = rgb(style.colour)


def _paint(cell: _Cell, colour: str) -> None:
    cell.fill.solid()
    cell.fill.fore_color.rgb = rgb(colour)


def _rule(cell: _Cell) -> None:
    """A thin line under the cell; lines come before the fill in the schema."""
    colour = palette().grid.removeprefix("#")
    cell._tc.get_or_add_tcPr().insert(
        0,
        parse_xml(
            f'<a:lnB {nsdecls("a")} w="6350"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:lnB>'
        ),
    )
