"""Rows of posted tables as the archive keeps them: which lines they are, and what in them to mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kpis.offset_life import Source
from loaders.tables.layouts import LAYOUTS, header_key
from loaders.tables.table_values import UnreadableValueError, money

_ROW = re.compile(r"(row \d+(?: of [^|]*)?) \| ")
_CENTS = re.compile(r"[-(]?-?\$?-?[\d.,]*\d[.,]\d\d\)?-?")
_OF_CLAIMS = ("claim_status", "group_code", "reason_code")
_OF_BALANCES = ("payment_amount", "paid", "line_paid", "plb_amount")


def headers_of(kind: str, names: Iterable[str]) -> frozenset[str]:
    """The keys of every header that a kind of export may give these fields."""
    fields = [field for field in LAYOUTS[kind].fields if field.name in names]
    return frozenset(header_key(header) for field in fields for header in field.headers)


_MONEY = [field.name for field in LAYOUTS["remittance"].fields if field.value == "money"]
_TELLING = headers_of("remittance", (*_MONEY, *_OF_CLAIMS))
_PAYMENT = headers_of("remittance", ("payment_amount",))
_BALANCE = headers_of("remittance", _OF_BALANCES)


@dataclass(frozen=True)
class PostedLine:
    """One row: where it stands, e.g. `row 7 of plb.csv`, and its cells with a value, by header."""

    place: str
    cells: tuple[tuple[str, str], ...]

    @property
    def table(self) -> str:
        """The file it stands in; empty for the file that names the payment."""
        return self.place.partition(" of ")[2]


def is_posted(content: bytes) -> bool:
    """Whether archived text is of a posted table; else it is X12."""
    return _ROW.match(content[:400].decode("utf-8", "replace")) is not None


def posted_lines(content: bytes) -> list[PostedLine]:
    """The rows in a piece of archived text; empty cells are left out."""
    lines = content.decode("utf-8", "replace").splitlines()
    return [_line(line) for line in lines if line.strip()]


def moves_money(header: str, value: str, sources: Sequence[Source]) -> bool:
    """Whether a cell says what was paid, reversed or adjusted; sources: what the row was shown for.

    Of a claim: its status, adjustment codes and amounts, known by their header or by their cents. Of a
    provider adjustment: its amount in either sign, its code and its reference.
    """
    if header_key(header) in _PAYMENT:
        return False
    return any(
        _is_of_claim(header, value) if source.kind == "claim" else _is_of_adjustment(value, source)
        for source in sources
    )


def tells_balance(header: str) -> bool:
    """Whether a column is part of what a payment's balance is made of."""
    return header_key(header) in _BALANCE


def _line(line: str) -> PostedLine:
    found = _ROW.match(line)
    place, text = (found[1], line[found.end() :]) if found else ("", line)
    cells = (cell.partition(": ") for cell in text.split(" | "))
    return PostedLine(
        place, tuple((name, value) for name, _, value in cells if value.strip() or not place)
    )


def _is_of_claim(header: str, value: str) -> bool:
    return header_key(header) in _TELLING or _CENTS.fullmatch(value.strip()) is not None


def _is_of_adjustment(value: str, source: Source) -> bool:
    text = value.strip()
    if text in (source.reason_code, source.reference):
        return bool(text)
    if source.reference and text == f"{source.reason_code}:{source.reference}":
        return True
    try:
        amount = money(text)
    except UnreadableValueError:
        return False
    return amount is not None and source.amount is not None and abs(amount) == abs(source.amount)
