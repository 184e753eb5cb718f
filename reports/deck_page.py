"""One slide: its title as a sentence, its foot, its notes, and the room between."""

from __future__ import annotations

from dataclasses import dataclass

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.slide import Slide
from pptx.util import Emu, Pt

from charts.theme import palette
from reports.deck_box import INCH, Box
from reports.deck_template import FOOT, TITLES, Template
from reports.deck_text import TextStyle, write_text
from reports.text_fit import fitting_size, shortened

TITLE_SIZES = (24, 22, 20, 18, 16)
COVER_SIZES = (36, 32, 28, 24, 20)
SUBTITLE_SIZES = (16, 14, 12)
FOOT_SIZE = 12
FOOT_HEIGHT = 0.3
MARGIN = 0.1


@dataclass(frozen=True)
class Page:
    """A slide and the room on it between title and foot."""

    slide: Slide
    room: Box


def add_page(template: Template, title: str, foot: str, notes: str) -> Page:
    """A slide with title, foot, number and notes."""
    slide = template.deck.slides.add_slide(template.page)
    title_box = _title(slide, title, TITLE_SIZES)
    _drop_unused(slide)
    slide_high = template.high
    foot_top = min(_foot_top(template), slide_high - round((FOOT_HEIGHT + MARGIN) * INCH))
    if template.own:
        foot_top -= round(FOOT_HEIGHT * INCH)
    strip = Box(title_box.left, foot_top, title_box.width, round(FOOT_HEIGHT * INCH))
    _foot(slide, strip, foot)
    slide.notes_slide.notes_text_frame.text = notes
    top = title_box.bottom + round(2.5 * MARGIN * INCH)
    return Page(slide, Box(strip.left, top, strip.width, strip.top - top - round(MARGIN * INCH)))


def add_cover(template: Template, title: str, lines: list[str], notes: str) -> Slide:
    """The first slide: the report's sentence, and what it is about."""
    slide = template.deck.slides.add_slide(template.cover)
    box = _title(slide, title, COVER_SIZES)
    subtitle = next(
        (
            holder
            for holder in slide.placeholders
            if holder.placeholder_format.type in (PP_PLACEHOLDER.SUBTITLE, PP_PLACEHOLDER.BODY)
        ),
        None,
    )
    if subtitle is None:
        below = Box(box.left, box.bottom, box.width, round(1.8 * INCH))
        write_text(slide, below, lines, TextStyle(size=14), "Subtitle")
    else:
        wide, high = subtitle.width / INCH - 0.2, subtitle.height / INCH - 0.1
        size = fitting_size(lines, wide, high, SUBTITLE_SIZES, gap=4)
        subtitle.text_frame.text = "\n".join(lines)
        for paragraph in subtitle.text_frame.paragraphs:
            paragraph.font.size = Pt(size)
            paragraph.space_after = Pt(4)
    _drop_unused(slide)
    slide.notes_slide.notes_text_frame.text = notes
    return slide


def _title(slide: Slide, text: str, sizes: tuple[int, ...]) -> Box:
    """Writes the title as large as it fits its placeholder; the box it stands in."""
    holder = next(p for p in slide.placeholders if p.placeholder_format.type in TITLES)
    box = Box(holder.left, holder.top, holder.width, holder.height)
    size = fitting_size([text], box.wide - 0.2, box.high - 0.1, sizes, bold=True)
    holder.text_frame.text = text
    holder.text_frame.word_wrap = True
    for paragraph in holder.text_frame.paragraphs:
        paragraph.font.size = Pt(size)
    return box


def _drop_unused(slide: Slide) -> None:
    """Placeholders that nothing was written into would show their prompt."""
    for holder in list(slide.placeholders):
        if not holder.has_text_frame or not holder.text_frame.text:
            holder._element.getparent().remove(holder._element)


def _foot_top(template: Template) -> int:
    """Where a template's own foot begins; the slide's end where it has none."""
    tops = [
        holder.top
        for holder in template.page.placeholders
        if holder.placeholder_format.type in FOOT and holder.top is not None
    ]
    return int(min([*tops, template.high]))


def _foot(slide: Slide, strip: Box, text: str) -> None:
    """The source of the figures to the left, the slide's number to the right."""
    left, right = strip.columns([18, 1], gap=0.1)
    style = TextStyle(size=FOOT_SIZE, colour=palette().muted, anchor=MSO_ANCHOR.MIDDLE, inset=0.0)
    write_text(slide, left, [shortened(text, FOOT_SIZE, left.wide)], style, "Source")
    number = slide.shapes.add_textbox(
        Emu(right.left), Emu(right.top), Emu(right.width), Emu(right.height)
    )
    number.name = "Slide number"
    number.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    number.text_frame.margin_right = number.text_frame.margin_left = 0
    paragraph = number.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    colour = palette().muted.removeprefix("#")
    paragraph._p.append(
        parse_xml(
            f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
            f'<a:rPr lang="en-US" sz="{FOOT_SIZE * 100}"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:rPr>'
            "<a:t>‹#›</a:t></a:fld>"
        )
    )
