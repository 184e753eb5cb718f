"""Text boxes on a slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.slide import Slide
from pptx.util import Emu, Inches, Pt

from reports.deck_box import Box


@dataclass(frozen=True)
class TextStyle:
    """How a box of text looks; sizes and gaps in points, inset in inches. colour None is the theme's."""

    size: float = 14
    colour: str | None = None
    bold: bool = False
    bullets: bool = False
    gap: float = 0
    inset: float = 0.05
    anchor: MSO_ANCHOR = MSO_ANCHOR.TOP
    align: PP_ALIGN = PP_ALIGN.LEFT


def write_text(slide: Slide, box: Box, lines: Sequence[str], style: TextStyle, name: str) -> None:
    """A text box with a paragraph per line."""
    shape = slide.shapes.add_textbox(Emu(box.left), Emu(box.top), Emu(box.width), Emu(box.height))
    shape.name = name
    frame = shape.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = style.anchor
    frame.margin_left = frame.margin_right = Inches(style.inset)
    frame.margin_top = frame.margin_bottom = Inches(min(style.inset, 0.03))
    for at, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = line
        run.font.size = Pt(style.size)
        run.font.bold = style.bold
        paragraph.alignment = style.align
        paragraph.space_after = Pt(style.gap)
        if style.colour is not None:
            run.font.color.rgb = rgb(style.colour)
        if style.bullets:
            _bullet(paragraph._p)


def rgb(colour: str) -> RGBColor:
    """A colour written #rrggbb."""
    return RGBColor.from_string(colour.removeprefix("#").upper())


def _bullet(paragraph: object) -> None:
    properties = paragraph.get_or_add_pPr()  # type: ignore[attr-defined]
    properties.set("marL", "228600")
    properties.set("indent", "-228600")
    properties.append(parse_xml(f'<a:buFont {nsdecls("a")} typeface="Arial"/>'))
    properties.append(parse_xml(f'<a:buChar {nsdecls("a")} char="•"/>'))
