"""Raw segments or rows of a remittance with those that matter marked; the text is escaped, never run."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st

from data.archive import archived_bytes
from kpis.offset_life import Source
from loaders.tables.layouts import header_key
from screen.posted_lines import (
    PostedLine,
    headers_of,
    is_posted,
    moves_money,
    posted_lines,
    tells_balance,
)

HEAD_BYTES = 8000
ROWS_SHOWN = 200
CLAIM_TAGS = ("CLP", "CAS")
PAYMENT_TAGS = ("BPR", "TRN")

_BOX = (
    "margin:0; padding:.6rem .75rem; border-radius:.4rem; max-height:22rem; overflow:auto;"
    "font-size:.8rem; line-height:1.55; white-space:pre-wrap; overflow-wrap:anywhere;"
    "background:rgba(127,140,155,.12)"
)
_MARK = "background:rgba(255,190,60,.38); color:inherit; border-radius:.2rem; padding:.05rem .15rem; font-weight:600"


@dataclass(frozen=True)
class Line:
    """One line to show, as pieces of text; a true flag marks the piece."""

    pieces: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)


@dataclass(frozen=True)
class Delimiters:
    """What separates elements and ends segments in one remittance."""

    element: str
    terminator: str


GAP = Line((("⋯", False),))


def remittance_lines(
    warehouse: Path, remittance_start: int, sources: Sequence[Source]
) -> list[Line]:
    """The payment's BPR and TRN, then the segments of the sources; [] where the file was not kept.

    Claims show all their segments with CLP and CAS marked, provider adjustments the PLB with the pair marked. Of a
    posted table it is the rows, with the cells marked that say the same.
    """
    if not sources:
        return []
    head = archived_bytes(
        warehouse, sources[0].archive, remittance_start, remittance_start + HEAD_BYTES
    )
    if head is None:
        return []
    if is_posted(head):
        return _source_rows(warehouse, head, sources)
    delimiters = delimiters_of(head)
    lines = [
        _plain(segment, delimiters)
        for segment in split_segments(head, delimiters)
        if segment.startswith(PAYMENT_TAGS)
    ][: len(PAYMENT_TAGS)]
    for (start, end), same_place in _by_place(sources).items():
        content = archived_bytes(warehouse, same_place[0].archive, start, end)
        if content is None:
            continue
        lines.append(GAP)
        lines += [
            _marked(segment, delimiters, same_place)
            for segment in split_segments(content, delimiters)
        ]
    return lines


def payment_and_adjustments(
    warehouse: Path, archive: str, byte_start: int, byte_end: int
) -> list[Line]:
    """BPR, TRN and every PLB of a remittance, and the CLP of its claims: what its balance is made of.

    Of a posted table it is the rows, the first 200 of them.
    """
    content = archived_bytes(warehouse, archive, byte_start, byte_end)
    if content is None:
        return []
    if is_posted(content):
        return _rows_of_balance(content)
    delimiters = delimiters_of(content[:HEAD_BYTES])
    found: list[Line] = []
    for segment in split_segments(content, delimiters):
        if segment.startswith(("BPR", "PLB")):
            found.append(Line(((segment + delimiters.terminator.strip(), True),)))
        elif segment.startswith(("TRN", "CLP")):
            found.append(_plain(segment, delimiters))
    return found


def delimiters_of(head: bytes) -> Delimiters:
    """Delimiters of a remittance from its first bytes, ST to BPR; `*` and `~` where they cannot be told."""
    text = head.decode("latin-1")
    found = re.match(r"(?is)\s*ST([^A-Za-z0-9\s]).*?([^A-Za-z0-9 ]?)[\r\n ]*BPR\1", text)
    if found is None:
        return Delimiters("*", "~")
    return Delimiters(found[1], found[2] or "\n")


def split_segments(content: bytes, delimiters: Delimiters) -> list[str]:
    """The segments of a piece of a remittance, without terminators and line breaks."""
    parts = content.decode("utf-8", "replace").split(delimiters.terminator)
    return [segment for part in parts if (segment := re.sub(r"[\r\n]+", "", part).strip())]


def show_lines(lines: Sequence[Line], nothing: str) -> None:
    """Draws the lines in one box; says `nothing` where there are none."""
    if not lines:
        st.caption(nothing)
        return
    st.html(f'<pre style="{_BOX}" tabindex="0">{"<br>".join(map(_html, lines))}</pre>')


def row_lines(row_text: str) -> list[Line]:
    """A row of an export, a column a line; empty columns are left out."""
    cells = (cell.partition(": ") for cell in row_text.split(" | "))
    return [
        Line(((f"{name}: ", False), (value, header_key(name) in _MARKED)))
        for name, _, value in cells
        if value.strip()
    ]


_MARKED = headers_of("offsets", ("amount", "notice_date", "letter_number")) | headers_of(
    "appeals", ("amount_at_issue", "outcome")
)


def _source_rows(warehouse: Path, head: bytes, sources: Sequence[Source]) -> list[Line]:
    """The rows of the sources, after the payment's row where that stands in another table."""
    found: list[list[Line]] = []
    tables: set[str] = set()
    for (start, end), same_place in _by_place(sources).items():
        content = archived_bytes(warehouse, same_place[0].archive, start, end) or b""
        marks = partial(moves_money, sources=same_place)
        for row in posted_lines(content):
            found.append(_posted(row, marks))
            tables.add(row.table)
    payment = posted_lines(head)[0]
    if payment.table not in tables:
        found.insert(0, _posted(payment, lambda _header, _value: False))
    return _with_gaps(found)


def _rows_of_balance(content: bytes) -> list[Line]:
    rows = posted_lines(content)
    lines = _with_gaps(
        [_posted(line, lambda header, _: tells_balance(header)) for line in rows[:ROWS_SHOWN]]
    )
    if len(rows) > ROWS_SHOWN:
        lines += [GAP, Line(((f"and {len(rows) - ROWS_SHOWN:,} more rows", False),))]
    return lines


def _posted(row: PostedLine, marks: Callable[[str, str], bool]) -> list[Line]:
    """A row of a posted table: where it stands, then its cells; marks tells whether a cell matters."""
    pieces: list[tuple[str, bool]] = []
    for name, value in row.cells:
        pieces += [(f"{' | ' if pieces else ''}{name}: ", False), (value, marks(name, value))]
    return [Line(((row.place, False),)), Line(tuple(pieces))]


def _with_gaps(blocks: Sequence[Sequence[Line]]) -> list[Line]:
    return [line for n, block in enumerate(blocks) for line in ([GAP, *block] if n else block)]


def _by_place(sources: Sequence[Source]) -> dict[tuple[int, int], list[Source]]:
    """Sources that stand in the same segments, in order of the file: a PLB may hold several pairs."""
    places: dict[tuple[int, int], list[Source]] = {}
    for source in sorted(sources, key=lambda s: s.byte_start):
        places.setdefault((source.byte_start, source.byte_end), []).append(source)
    return places


def _plain(segment: str, delimiters: Delimiters) -> Line:
    return Line(((segment + delimiters.terminator.strip(), False),))


def _marked(segment: str, delimiters: Delimiters, sources: Sequence[Source]) -> Line:
    end = delimiters.terminator.strip()
    if sources[0].kind == "claim":
        return Line(((segment, segment.startswith(CLAIM_TAGS)), (end, False)))
    elements = segment.split(delimiters.element)
    pieces: list[tuple[str, bool]] = [(delimiters.element.join(elements[:3]), False)]
    for at in range(3, len(elements), 2):
        pair = elements[at : at + 2]
        pieces.append((delimiters.element, False))
        pieces.append((delimiters.element.join(pair), any(_is_pair(pair, s) for s in sources)))
    return Line((*pieces, (end, False)))


def _is_pair(pair: Sequence[str], source: Source) -> bool:
    """Whether a PLB composite and its amount are the ones of the source."""
    if len(pair) < 2:
        return False
    try:
        same_amount = Decimal(pair[1]) == source.amount
    except InvalidOperation:
        return False
    return same_amount and pair[0].startswith(source.reason_code) and source.reference in pair[0]


def _html(line: Line) -> str:
    return "".join(
        f'<mark style="{_MARK}">{escape(text)}</mark>' if is_marked and text else escape(text)
        for text, is_marked in line.pieces
    )
