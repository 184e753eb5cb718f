"""Cells that people open in a spreadsheet: text that it would run as a formula is kept from it."""

from __future__ import annotations

import re

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula begins with; a tab or a new line is passed over, and full-width signs count in some languages."""

_NUMBER = re.compile(r"[+-]\$?[0-9,]*\.?[0-9]+( %| points| days)?")


def harmless(text: str) -> str:
    """The text, after an apostrophe where a spreadsheet would run it; numbers, also with a unit, stay as they are."""
    is_formula = text.startswith(FORMULA_STARTS) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def as_it_was(cell: str) -> str:
    """A cell of a file that `harmless` wrote, without the apostrophe it may have added."""
    return cell[1:] if cell[:1] == "'" and cell.startswith(FORMULA_STARTS, 1) else cell
