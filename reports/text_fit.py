"""How much room text takes, so that it is shortened or set smaller before it runs out of its box."""

from __future__ import annotations

from collections.abc import Sequence

# Widths of the printable ASCII characters of Arial and its metric twins, thousandths of the type size.
_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667,
    556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556,
    556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722,
    500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_OTHERS = {"−": 584, "…": 1000, "–": 556, "·": 278, "÷": 549, "→": 1000, "’": 222, "\u00a0": 278}
_UNKNOWN = 1000
_SAFETY = 1.06
_BOLD = 1.1
LINE = 1.2
POINTS = 72.0


def width_of(text: str, points: float, *, bold: bool = False) -> float:
    """Inches one line of text takes at a type size, a little more than it does in Arial."""
    thousandths = sum(
        _WIDTHS[ord(letter) - 32] if 32 <= ord(letter) < 127 else _OTHERS.get(letter, _UNKNOWN)
        for letter in text
    )
    return thousandths / 1000 * points / POINTS * _SAFETY * (_BOLD if bold else 1.0)


def lines_of(text: str, points: float, width: float, *, bold: bool = False) -> int:
    """How many lines text takes in a width in inches; a word wider than the line is broken."""
    count = 0
    for paragraph in text.split("\n"):
        used, lines = 0.0, 1
        for word in paragraph.split(" "):
            size = width_of(word, points, bold=bold)
            gap = width_of(" ", points, bold=bold) if used else 0.0
            if used + gap + size <= width:
                used += gap + size
                continue
            lines += 1 if used else 0
            broken = int(size // width)
            lines, used = lines + broken, size - broken * width
        count += lines
    return count


def height_of(
    texts: Sequence[str], points: float, width: float, *, gap: float = 0.0, bold: bool = False
) -> float:
    """Inches that paragraphs take, `gap` points apart."""
    lines = sum(lines_of(text, points, width, bold=bold) for text in texts)
    return (lines * points * LINE + gap * max(0, len(texts) - 1)) / POINTS


def shortened(text: str, points: float, width: float, *, bold: bool = False) -> str:
    """The text, or as much of its beginning and end as fits one line of a width in inches, "…" between.

    Names that begin alike stay apart by their ends.
    """
    if width_of(text, points, bold=bold) <= width:
        return text
    for kept in range(len(text) - 1, 0, -1):
        short = cut_in_the_middle(text, kept)
        if width_of(short, points, bold=bold) <= width:
            return short
    return "…"


def cut_in_the_middle(text: str, kept: int) -> str:
    """`kept` letters of a text, about two thirds of them from its beginning."""
    tail = kept // 3
    return f"{text[: kept - tail].rstrip()}…{text[len(text) - tail :].lstrip()}"


def fitting_size(
    texts: Sequence[str],
    width: float,
    height: float,
    sizes: Sequence[float],
    *,
    gap: float = 0.0,
    bold: bool = False,
) -> float:
    """The first of the sizes, largest first, at which the paragraphs fit; the last where none does."""
    for size in sizes:
        if height_of(texts, size, width, gap=gap, bold=bold) <= height:
            return size
    return sizes[-1]
