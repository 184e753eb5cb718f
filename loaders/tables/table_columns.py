"""The columns of a table, each read at once as what its field needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loaders.problems import Problem, shown
from loaders.tables.appeal_words import level, outcome
from loaders.tables.layouts import Field
from loaders.tables.row_rules import is_npi
from loaders.tables.table_values import (
    Cell,
    UnreadableValueError,
    are_whole_numbers_with_a_zero,
    calendar_date,
    day_first,
    identifier,
    is_nothing,
    is_rounded_column,
    money,
    quantity,
    yes,
)
from loaders.tables.tables import Table

_TIN_WITHOUT_ZERO = 8


@dataclass(frozen=True)
class RowProblem:
    """A problem of one data row; `at` counts data rows from 0."""

    at: int
    problem: Problem


@dataclass(frozen=True)
class Column:
    """One field over all rows: a value or None per row, what is wrong with which rows and with the whole column."""

    values: Sequence[Cell]
    wrong: tuple[RowProblem, ...] = ()
    whole: tuple[Problem, ...] = ()


def read_column(table: Table, field: Field) -> Column:
    """Reads a field's column; each distinct text is read once. No column: its constant, or what blank means."""
    texts = column_texts(table, field.name)
    read, whole = _reader(table, field, texts)
    values: dict[str, Cell] = {}
    errors: dict[str, UnreadableValueError] = {}
    for text in set(texts):
        try:
            values[text] = read(text)
            if field.required and values[text] is None:
                raise UnreadableValueError("is blank", "Fill it in, or take the row out.")
        except UnreadableValueError as error:
            values[text], errors[text] = None, error
    wrong = [
        RowProblem(at, _bad_cell(table, at, field, errors[text]))
        for at, text in enumerate(texts if errors else ())
        if text in errors
    ]
    read_values = [values[text] for text in texts]
    if field.value == "identifier":
        whole += _damage(table, field, texts, read_values)
    return Column(read_values, tuple(wrong), tuple(whole))


def column_texts(table: Table, name: str) -> list[str]:
    """The cells of a field as they stand; its constant or blanks where it has no column."""
    if name in table.columns:
        place = table.columns[name]
        return [row.cells[place] for row in table.rows]
    constants = table.mapping.constants if table.mapping else {}
    return [constants.get(name, "")] * len(table.rows)


def _reader(
    table: Table, field: Field, texts: Sequence[str]
) -> tuple[Callable[[str], Cell], list[Problem]]:
    """What reads a cell of the field, and what is wrong with the column as a whole."""
    if field.value == "money":
        comma = table.mapping is not None and table.mapping.decimal_comma
        return (lambda text: money(text, comma)), []
    if field.value == "date":
        day_is_first, problems = _day_order(table, field, texts)
        return (lambda text: calendar_date(text, day_is_first, _since_1904(table))), problems
    if field.value == "identifier" and are_whole_numbers_with_a_zero(texts):
        return (lambda text: identifier(text.strip().removesuffix(".0"))), []
    return _READERS[field.value], []


def _text(text: str) -> str | None:
    return None if is_nothing(text) else text.strip()


_READERS: dict[str, Callable[[str], Cell]] = {
    "text": _text,
    "identifier": identifier,
    "yes": yes,
    "quantity": quantity,
    "outcome": outcome,
    "level": level,
}


def _since_1904(table: Table) -> bool:
    stated = table.mapping.date_1904 if table.mapping else None
    return table.since_1904 if stated is None else stated


def _day_order(table: Table, field: Field, texts: Sequence[str]) -> tuple[bool, list[Problem]]:
    if table.mapping is not None and table.mapping.day_first is not None:
        return table.mapping.day_first, []
    try:
        return day_first(texts), []
    except UnreadableValueError as error:
        header = table.headers[table.columns[field.name]]
        message = f"{str(error).capitalize()}."
        return False, [Problem("error", "whole column", header, "", message, error.remedy)]


def _bad_cell(table: Table, at: int, field: Field, error: UnreadableValueError) -> Problem:
    row, name = table.rows[at], field.name.replace("_", " ")
    text = row.cells[table.columns[field.name]].strip() if field.name in table.columns else ""
    message = f"The {name} {error}."
    return Problem("error", f"row {row.number}", name, shown(text), message, error.remedy)


def _damage(
    table: Table, field: Field, texts: Sequence[str], values: Sequence[Cell]
) -> list[Problem]:
    """Digits that a spreadsheet took from a column of identifiers, as far as they can be told."""
    name = field.name.replace("_", " ")
    if is_rounded_column(texts):
        message = (
            f"Every long {name} ends in zeros from its 16th digit on: a spreadsheet rounded them."
        )
        remedy = "Export the column as text, so that every digit is kept."
        return [Problem("error", "whole column", name, "", message, remedy)]
    if field.name.endswith("npi") and not field.required:
        lost = {v for v in values if isinstance(v, str) and not is_npi(v)}
        what = "has not 10 digits"
    elif field.name.endswith("tin"):
        lost = {v for v in values if isinstance(v, str) and _lost_a_zero(v)}
        what = "has 8 digits, not 9: a leading zero was lost"
    else:
        return []
    rows = [(table.rows[at].number, str(v)) for at, v in enumerate(values) if v in lost]
    return [_short_number(name, what, rows)] if rows else []


def _lost_a_zero(tin: str) -> bool:
    return len(tin) == _TIN_WITHOUT_ZERO and tin.isascii() and tin.isdigit()


def _short_number(name: str, what: str, rows: Sequence[tuple[int, str]]) -> Problem:
    row, value = rows[0]
    others = f", and in {len(rows) - 1:,} more rows" if len(rows) > 1 else ""
    return Problem(
        "warning",
        f"row {row}",
        name,
        shown(value),
        f"The {name} {what}{others}.",
        "Export the column as text, so that every digit is kept; until then it matches nothing.",
    )
