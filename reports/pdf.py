"""Sets a paper with typst: templates and font of this folder only, so that every machine gives the same pages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TypeAlias

import typst

TEMPLATES = Path(__file__).resolve().parent / "templates"
# PDF/UA-1 for readers who listen, PDF/A-2a for the archive; a paper that breaks either is not written.
STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
# What Liberation Sans holds of the scripts a payer's or a reason's name may be written in.
_NOT_IN_FONT = re.compile(
    "[^\n -~\u00a0-\u017f\u0391-\u03a1\u03a3-\u03ce\u0400-\u045f‐-—‘-‚“-„†‡•…‰′″‹›€™−≤≥≠≈→↑↓←▲▼●○■□]"
)

Data: TypeAlias = str | int | bool | Sequence["Data"] | Mapping[str, "Data"] | None


def pdf_of(template: str, data: Mapping[str, Data], dated: datetime | None) -> bytes:
    """The paper as PDF. data: what the template reads, texts as they are, never as its mark-up.

    dated: the load the figures rest on, UTC; the same data gives the same bytes.
    """
    moment = (dated or UNDATED).replace(tzinfo=UTC)
    made = _compiler(template).compile(
        sys_inputs={"data": json.dumps(_printable_in(data))},
        format="pdf",
        pdf_standards=STANDARDS,
        timestamp=moment,
    )
    return _only_page(made)


def png_of(svg: str, pixels_per_inch: float) -> bytes:
    """An SVG as PNG on white, in its own size."""
    made = _compiler("image.typ").compile(
        sys_inputs={"svg": printable(svg)}, format="png", ppi=pixels_per_inch
    )
    return _only_page(made)


def printable(text: str) -> str:
    """The text with "?" for every letter the shipped font lacks."""
    return _NOT_IN_FONT.sub("?", text)


def _printable_in(data: Data) -> Data:
    if isinstance(data, str):
        return printable(data)
    if isinstance(data, Mapping):
        return {key: _printable_in(value) for key, value in data.items()}
    if isinstance(data, Sequence):
        return [_printable_in(value) for value in data]
    return data


def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(input=TEMPLATES / template, root=TEMPLATES, font_paths=_fonts())


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[TEMPLATES / "fonts"],
    )


def _only_page(made: bytes | list[bytes] | None) -> bytes:
    if not isinstance(made, bytes):
        raise TypeError("a template made several files where one was asked for")
    return made
