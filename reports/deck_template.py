"""What a deck is built on: the user's own template, or a clean 16:9 default in the palette of the screens."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation as Deck
from pptx.shapes.base import BaseShape
from pptx.slide import SlideLayout
from pptx.util import Emu, Inches

from charts.theme import Palette, palette
from reports.deck_box import Box

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
COVER_NAME, PAGE_NAME = "Title Slide", "Title Only"
TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
FOOT = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_TEMPLATE_TYPE = b"presentationml.template.main+xml"
_DECK_TYPE = b"presentationml.presentation.main+xml"
COVER = "0B2A4A"
_LIST_STYLE = (
    f"<a:lstStyle {nsdecls('a')}>"
    '<a:lvl1pPr marL="0" indent="0" algn="l"><a:buNone/><a:defRPr sz="{size}" b="{bold}">'
    '<a:solidFill><a:schemeClr val="bg1"/></a:solidFill></a:defRPr></a:lvl1pPr></a:lstStyle>'
)
_RULE = (
    "<p:sp {declared}>"
    '<p:nvSpPr><p:cNvPr id="90" name="Rule"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
    '<p:spPr><a:xfrm><a:off x="{box.left}" y="{box.top}"/><a:ext cx="{box.width}" cy="{box.height}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
    "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
)
_THEME = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"


class TemplateError(ValueError):
    """A file given as a template that no deck can be built on; the message says why and what to give instead."""


@dataclass(frozen=True)
class Template:
    """An empty deck and the layouts its slides take: one for the cover, one with a title and room."""

    deck: Deck
    cover: SlideLayout
    page: SlideLayout
    own: bool

    @property
    def high(self) -> int:
        """A slide's height."""
        return int(self.deck.slide_height or HEIGHT)


def open_template(file: Path | None) -> Template:
    """The template without its slides, or the default where no file is given.

    PPTX and POTX. Raises TemplateError for anything else, and for one whose layouts have no title.
    """
    if file is None:
        return _default()
    try:
        deck = Presentation(_as_deck(file))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise TemplateError(
            f"{file} is no PowerPoint file (.pptx or .potx) that can be read: {error}"
        ) from error
    _drop_slides(deck)
    layouts = [layout for layout in deck.slide_layouts if _title_of(layout) is not None]
    if not layouts:
        raise TemplateError(f"{file} has no layout with a title; add one in the slide master")
    cover = next((one for one in layouts if _is_cover(one)), layouts[0])
    return Template(deck, cover, min(layouts, key=_clutter), own=True)


def _as_deck(file: Path) -> io.BytesIO:
    """The file's bytes; a .potx is told to be a deck, which is all that tells the two apart."""
    content = io.BytesIO()
    with zipfile.ZipFile(file) as package, zipfile.ZipFile(content, "w") as copy:
        for entry in package.infolist():
            data = package.read(entry)
            if entry.filename == "[Content_Types].xml":
                data = data.replace(_TEMPLATE_TYPE, _DECK_TYPE)
            copy.writestr(entry.filename, data)
    content.seek(0)
    return content


def _drop_slides(deck: Deck) -> None:
    """Takes out the slides, and the list of sections that names them."""
    listed = deck.slides._sldIdLst
    for slide in list(listed):
        deck.part.drop_rel(slide.rId)
        listed.remove(slide)
    for extensions in deck.part._element.findall(qn("p:extLst")):
        deck.part._element.remove(extensions)


def _title_of(layout: SlideLayout) -> object | None:
    return next((p for p in layout.placeholders if p.placeholder_format.type in TITLES), None)


def _is_cover(layout: SlideLayout) -> bool:
    kinds = [p.placeholder_format.type for p in layout.placeholders]
    return PP_PLACEHOLDER.CENTER_TITLE in kinds


def _clutter(layout: SlideLayout) -> int:
    """How many placeholders beside title and foot a layout has; a cover's count for more."""
    kinds = [p.placeholder_format.type for p in layout.placeholders]
    return sum(kind not in (*TITLES, *FOOT) for kind in kinds) + 10 * _is_cover(layout)


def _default() -> Template:
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    layouts = {layout.name: layout for layout in deck.slide_layouts}
    for name, layout in layouts.items():
        if name not in (COVER_NAME, PAGE_NAME):
            deck.slide_layouts.remove(layout)
    colours = palette()
    _colour_theme(deck, colours)
    _lay_out_master(deck)
    cover, page = layouts[COVER_NAME], layouts[PAGE_NAME]
    _lay_out_cover(cover, colours)
    _lay_out_page(page, colours)
    return Template(deck, cover, page, own=False)


def _colour_theme(deck: Deck, colours: Palette) -> None:
    """The palette of the screens as the theme's colours, so that the colour picker offers them."""
    part = deck.slide_master.part.part_related_by(_THEME)
    theme = etree.fromstring(part.blob)
    ink = {"dk2": colours.text, "lt2": colours.scale[0], "dk1": colours.text, "lt1": "#ffffff"}
    accents = {f"accent{at + 1}": colour for at, colour in enumerate(colours.categories[:6])}
    scheme = theme.find(f".//{qn('a:clrScheme')}")
    for name, colour in (ink | accents | {"hlink": colours.primary}).items():
        slot = scheme.find(qn(f"a:{name}"))
        slot.clear()
        etree.SubElement(slot, qn("a:srgbClr"), val=colour.removeprefix("#"))
    for font in theme.iterfind(f".//{qn('a:fontScheme')}/*/{qn('a:latin')}"):
        font.set("typeface", "Arial")
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def _lay_out_master(deck: Deck) -> None:
    """The master's own placeholders on the wider slide; the foot is written by each page."""
    for holder in list(deck.slide_master.placeholders):
        if holder.placeholder_format.type in FOOT:
            holder._element.getparent().remove(holder._element)
        elif holder.placeholder_format.type in TITLES:
            _place(holder, Box(Inches(0.5), Inches(0.35), Inches(12.333), Inches(0.95)))
        else:
            _place(holder, Box(Inches(0.5), Inches(1.5), Inches(12.333), Inches(5.3)))
    style = deck.slide_master._element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    style.set("algn", "l")
    style.find(qn("a:defRPr")).set("sz", "2400")
    style.find(qn("a:defRPr")).set("b", "1")
    for holder in deck.slide_master.placeholders:
        if holder.placeholder_format.type in TITLES:
            frame = holder._element.find(f"{qn('p:txBody')}/{qn('a:bodyPr')}")
            frame.set("lIns", "0")
            frame.set("anchor", "b")


def _lay_out_cover(layout: SlideLayout, colours: Palette) -> None:
    """White on the darkest blue: the title above, what the report is about below."""
    layout.background.fill.solid()
    layout.background.fill.fore_color.rgb = RGBColor.from_string(COVER)
    for holder in list(layout.placeholders):
        kind = holder.placeholder_format.type
        if kind in FOOT:
            holder._element.getparent().remove(holder._element)
        elif kind in TITLES:
            _place(holder, Box(Inches(0.9), Inches(1.5), Inches(11.5), Inches(2.3)))
            _style(holder, 3600, anchor="b", bold=True)
        else:
            _place(holder, Box(Inches(0.9), Inches(4.1), Inches(11.5), Inches(2.6)))
            _style(holder, 1600, anchor="t", bold=False)
    _draw_rule(layout, Box(Inches(0.9), Inches(3.92), Inches(1.6), Inches(0.06)), colours.scale[4])


def _lay_out_page(layout: SlideLayout, colours: Palette) -> None:
    """A title over the room for charts, a short rule between them."""
    for holder in list(layout.placeholders):
        if holder.placeholder_format.type in FOOT:
            holder._element.getparent().remove(holder._element)
    _draw_rule(layout, Box(Inches(0.5), Inches(1.36), Inches(0.9), Inches(0.05)), colours.primary)


def _place(shape: BaseShape, box: Box) -> None:
    shape.left, shape.top = Emu(box.left), Emu(box.top)
    shape.width, shape.height = Emu(box.width), Emu(box.height)


def _style(holder: BaseShape, size: int, *, anchor: str, bold: bool) -> None:
    """How the text of a cover's placeholder looks; size in hundredths of a point."""
    body = holder._element.find(qn("p:txBody"))
    properties = body.find(qn("a:bodyPr"))
    for child in list(properties):
        properties.remove(child)
    properties.set("anchor", anchor)
    properties.set("lIns", "0")
    body.replace(
        body.find(qn("a:lstStyle")), parse_xml(_LIST_STYLE.format(size=size, bold=int(bold)))
    )


def _draw_rule(layout: SlideLayout, box: Box, colour: str) -> None:
    """A coloured bar that belongs to the layout, not to the slides."""
    layout.shapes._spTree.append(
        parse_xml(
            _RULE.format(box=box, colour=colour.removeprefix("#"), declared=nsdecls("p", "a"))
        )
    )
