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
from docx.text.paragraph import Paragraph

from charts.theme import palette
from reports.packet_paper import Grid, Heading, Paper, Tasks, Text

FONT = "Arial"
PAGE = (8.5, 11.0)
MARGIN = 0.6
CELL_POINTS, FOOT_POINTS, GAP_POINTS = 7.5, 7.5, 4
CELL_MARGIN = 60  # twentieths of a point, to either side
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
    section.footer_distance = Inches(0.3)
    _foot(section.footer.paragraphs[0], paper.foot)
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


def _foot(line: Paragraph, text: str) -> None:
    """The source of the figures, and the number of the page, which Word fills in."""
    runs = [line.add_run(f"{_clean(text)}  ·  Page "), line.add_run()]
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(runs[1]._r)
    line._p.append(field)
    for run in runs:
        run.font.size = Pt(FOOT_POINTS)
    runs[1].text = "1"


def _grid(document: Document, grid: Grid) -> None:
    rows = [grid.header, *grid.rows, *([grid.total] if grid.total else [])]
    table = document.add_table(rows=len(rows), cols=len(grid.header), style="Table Grid")
    table.autofit = False
    _rule(table)
    whole = PAGE[0] - 2 * MARGIN
    for at, part in enumerate(grid.widths):
        table.columns[at].width = Inches(whole * part / sum(grid.widths))
    for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        is_bold = number == 0 or texts is grid.total
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for at, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = Inches(whole * grid.widths[at] / sum(grid.widths))
            _write(cell, text, bold=is_bold, right=at in grid.numbers)
            if number == 0:
                _stay_with_the_rows(cell)
    _tell(table, grid.alt)
    gap = document.add_paragraph()
    gap.paragraph_format.space_after = Pt(0)
    gap.paragraph_format.line_spacing = Pt(GAP_POINTS)


def _write(cell: _Cell, text: str, *, bold: bool, right: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
    paragraph.paragraph_format.line_spacing = 1.0
    run = paragraph.add_run(_clean(text))
    run.font.size, run.bold = Pt(CELL_POINTS), bold
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _stay_with_the_rows(cell: _Cell) -> None:
    """A header stands on a ground of its own, and never alone at the foot of a page."""
    cell.paragraphs[0].paragraph_format.keep_with_next = True
    ground = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", palette().scale[0][1:])):
        ground.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(ground)


def _rule(table: Table) -> None:
    """Light lines between rows and none between columns; narrow cells, so that a trace number stays whole."""
    properties = table._tbl.tblPr
    borders, margins = OxmlElement("w:tblBorders"), OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        shown = side in ("top", "bottom", "insideH")
        line.set(qn("w:val"), "single" if shown else "nil")
        if shown:
            line.set(qn("w:sz"), "4")
            line.set(qn("w:color"), palette().grid[1:])
        borders.append(line)
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(CELL_MARGIN))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(borders)
    layout.addnext(margins)


def _tell(table: Table, alt: str) -> None:
    """Marks the header row, so that it is repeated and read out, and says what the table is."""
    mark = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    described = OxmlElement("w:tblDescription")
    described.set(qn("w:val"), alt)
    table._tbl.tblPr.append(described)


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
