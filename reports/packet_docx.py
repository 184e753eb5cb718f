"""A packet as a Word file, to edit before it goes out."""

from __future__ import annotations

import io
import re

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt, RGBColor
from docx.table import Table, _Cell

from charts.theme import palette
from reports.packet_paper import Grid, Heading, Paper, Tasks, Text

FONT = "Arial"
PAGE = (8.5, 11.0)
MARGIN = 0.6
CELL_POINTS = 8
TICKED, EMPTY = "☒", "☐"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def packet_docx(paper: Paper) -> bytes:
    """Letter pages with real headings, tables that repeat their header, and the title among the properties."""
    document = docx.Document()
    _set_up(document, paper)
    document.add_heading(_clean(paper.title), level=1)
    for block in paper.blocks:
        if isinstance(block, Heading):
            document.add_heading(_clean(block.text), level=block.level)
        elif isinstance(block, Text):
            style = "List Bullet" if block.is_finding else None
            document.add_paragraph(_clean(block.text), style=style)
        elif isinstance(block, Tasks):
            for done, text in block.items:
                document.add_paragraph(f"{TICKED if done else EMPTY} {_clean(text)}")
        else:
            _grid(document, block)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _set_up(document: Document, paper: Paper) -> None:
    (section,) = document.sections
    section.page_width, section.page_height = Inches(PAGE[0]), Inches(PAGE[1])
    section.left_margin = section.right_margin = Inches(MARGIN)
    section.top_margin = section.bottom_margin = Inches(0.7)
    section.footer.paragraphs[0].text = _clean(paper.foot)
    for name, size in (("Normal", 9.5), ("Heading 1", 16), ("Heading 2", 11), ("Heading 3", 9.5)):
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.element.rPr.rFonts.set(qn("w:asciiTheme"), "")
        style.element.rPr.rFonts.attrib.pop(qn("w:asciiTheme"))
        style.font.color.rgb = RGBColor.from_string(palette().text[1:])
        style.paragraph_format.space_after = Pt(4)
    properties = document.core_properties
    properties.title, properties.author = _clean(paper.title), "Takeback"
    properties.language, properties.comments = "en-US", _clean(paper.foot)
    if paper.dated is not None:
        properties.created = properties.modified = paper.dated


def _grid(document: Document, grid: Grid) -> None:
    rows = [grid.header, *grid.rows, *([grid.total] if grid.total else [])]
    table = document.add_table(rows=len(rows), cols=len(grid.header), style="Table Grid")
    table.autofit = False
    whole = PAGE[0] - 2 * MARGIN
    for at, part in enumerate(grid.widths):
        table.columns[at].width = Inches(whole * part / sum(grid.widths))
    for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        is_bold = number == 0 or texts is grid.total
        for at, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = Inches(whole * grid.widths[at] / sum(grid.widths))
            _write(cell, text, bold=is_bold, right=at in grid.numbers)
    _tell(table, grid.alt)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _write(cell: _Cell, text: str, *, bold: bool, right: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    run = paragraph.add_run(_clean(text))
    run.font.size, run.bold = Pt(CELL_POINTS), bold
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _tell(table: Table, alt: str) -> None:
    """Marks the header row, so that it is repeated and read out, and says what the table is."""
    mark = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    described = OxmlElement("w:tblDescription")
    described.set(qn("w:val"), alt)
    table._tbl.tblPr.append(described)


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
