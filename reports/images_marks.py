"""The parts a chart's drawing is made of: text, lines, rectangles, hatchings, all as SVG."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from reports.text_fit import POINTS, shortened, width_of

PIXELS = 96.0
FAMILY = "Liberation Sans, Arial, Helvetica, sans-serif"
LABEL = 12.0
HATCHINGS = 4
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")

Number = float | int
Parts = list[str]


@dataclass(frozen=True)
class Room:
    """A rectangle of a drawing in pixels, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def foot(self) -> float:
        return self.top + self.height


def element(name: str, text: str = "", /, **attributes: str | Number) -> str:
    """One SVG element; underscores in attribute names stand for hyphens."""
    told = "".join(
        f' {key.replace("_", "-")}="{escape(_plain(value))}"' for key, value in attributes.items()
    )
    inner = escape(_NOT_IN_XML.sub("", text), quote=False)
    return f"<{name}{told}>{inner}</{name}>" if inner else f"<{name}{told}/>"


def words(
    text: str,
    x: float,
    y: float,
    colour: str,
    *,
    anchor: str = "start",
    size: float = LABEL,
    bold: bool = False,
) -> str:
    """A line of text; y is its baseline."""
    weight = {"font_weight": "bold"} if bold else {}
    return element(
        "text", text, x=x, y=y, fill=colour, font_size=size, text_anchor=anchor, **weight
    )


def rule(
    x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1.0, dash: str = ""
) -> str:
    """A straight line."""
    dashed = {"stroke_dasharray": dash} if dash else {}
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=width, **dashed)


def block(x: float, y: float, width: float, height: float, colour: str, hatching: int = 0) -> Parts:
    """A filled rectangle; a hatching over it tells it apart where colours are not printed."""
    place: dict[str, str | Number] = {
        "x": min(x, x + width),
        "y": min(y, y + height),
        "width": abs(width),
        "height": abs(height),
    }
    found = [element("rect", fill=colour, **place)]
    if hatching % HATCHINGS:
        found.append(element("rect", fill=f"url(#hatching{hatching % HATCHINGS})", **place))
    return found


def marker(x: float, y: float, colour: str, shape: int) -> str:
    """A point of a line: circle, square, triangle or diamond, by the line's place."""
    size = 3.6
    if shape % 4 == 0:
        return element("circle", cx=x, cy=y, r=size, fill=colour)
    if shape % 4 == 1:
        return element("rect", x=x - size, y=y - size, width=2 * size, height=2 * size, fill=colour)
    corners = {
        2: [(0, -1.2), (1.2, 1), (-1.2, 1)],
        3: [(0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0)],
    }[shape % 4]
    points = " ".join(f"{x + dx * size:.2f},{y + dy * size:.2f}" for dx, dy in corners)
    return element("polygon", points=points, fill=colour)


def hatchings() -> str:
    """The definitions `block` refers to: white strokes over the colour."""
    strokes = {
        1: "M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2",
        2: "M0,3 h6",
        3: "M-1,5 l2,2 M0,0 l6,6 M5,-1 l2,2",
    }
    patterns = "".join(
        f'<pattern id="hatching{number}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<path d="{path}" stroke="#ffffff" stroke-width="1.3" stroke-opacity="0.75" fill="none"/></pattern>'
        for number, path in strokes.items()
    )
    return f"<defs>{patterns}</defs>"


def width_in_pixels(text: str, size: float = LABEL, *, bold: bool = False) -> float:
    """What one line of text takes."""
    return width_of(text, size * POINTS / PIXELS, bold=bold) * PIXELS


def cut_to(text: str, width: float, size: float = LABEL) -> str:
    """The text, shortened in its middle where it is wider."""
    return shortened(text, size * POINTS / PIXELS, width / PIXELS)


def wrapped(
    text: str, width: float, size: float = LABEL, *, most: int = 0, bold: bool = False
) -> list[str]:
    """The text in lines no wider than `width`; past `most` lines the last one is shortened."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_in_pixels(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if most and len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [cut_to(line, width, size) for line in lines]


def _plain(value: str | Number) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
