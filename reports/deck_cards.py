"""The headline figures as cards on a slide."""

from __future__ import annotations

from collections.abc import Sequence

from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.slide import Slide
from pptx.util import Emu, Inches, Pt

from charts.theme import palette
from kpis.cards import Card, band_in_words
from reports.deck_box import Box
from reports.deck_text import rgb

HEIGHT = 2.35
SMALL, LARGE = 12, 32
SIGNS = {"on target": "✓", "below target": "▼", "above target": "▲"}
INSET = 0.14


def add_cards(slide: Slide, box: Box, cards: Sequence[Card], compared_with: str) -> None:
    """Side by side: name, value, target status in a sign and words, change, what it rests on."""
    for place, card in zip(box.columns([1.0] * len(cards)), cards, strict=True):
        _card(slide, place, card, compared_with)


def _card(slide: Slide, box: Box, card: Card, compared_with: str) -> None:
    shape = slide.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, Emu(box.left), Emu(box.top), Emu(box.width), Emu(box.height)
    )
    shape.name = f"Card: {card.kpi.title}"
    shape.shadow.inherit = False
    shape.fill.solid()
    shape.fill.fore_color.rgb = rgb("#f4f6f9")
    shape.line.color.rgb = rgb(palette().grid)
    frame = shape.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = Inches(INSET)
    frame.margin_top = Inches(0.1)
    for at, (text, size, bold, colour) in enumerate(_lines(card, compared_with)):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        paragraph.alignment = PP_ALIGN.LEFT
        run.text = text
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = rgb(colour)


def _lines(card: Card, compared_with: str) -> list[tuple[str, int, bool, str]]:
    """Text, size, weight and colour of each line; red and green only with words beside them."""
    colours = palette()
    status = card.status
    tone = colours.text
    if status is not None:
        tone = colours.good if status == "on target" else colours.bad
    lines = [
        (card.kpi.title, SMALL, True, colours.muted),
        (card.value_in_words, LARGE, True, colours.text),
    ]
    if status is not None:
        lines.append((f"{SIGNS[status]} {status.capitalize()}", SMALL, True, tone))
    if card.target is not None:
        band = band_in_words(card.target, card.kpi.unit)
        lines.append((f"Target {band}", SMALL, False, colours.text))
    else:
        lines.append((card.status_in_words, SMALL, False, colours.text))
    if card.change is not None and compared_with:
        lines.append((f"{card.change} vs {compared_with}", SMALL, False, colours.text))
    lines += [(part, SMALL, False, colours.muted) for part in card.rests_on.split(" · ")]
    return lines
