"""The rows of an export: every cell read as what its column needs, and what must hold within and between rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypeAlias

from loaders.layouts import Field, Layout
from loaders.problems import Problem
from loaders.table_values import (
    UnreadableValueError,
    calendar_date,
    day_first,
    identifier,
    is_nothing,
    money,
    yes,
)
from loaders.tables import Table, TableRow

Cell: TypeAlias = str | int | bool | date | Decimal | None
Record: TypeAlias = dict[str, Cell]

OUTCOMES = {
    "full": (
        "full",
        "overturned in full",
        "fully overturned",
        "overturned",
        "favorable",
        "fully favorable",
        "approved",
        "won",
        "overturned full",
    ),
    "partial": (
        "partial",
        "partially overturned",
        "overturned in part",
        "partially favorable",
        "partially approved",
    ),
    "upheld": ("upheld", "denied", "unfavorable", "lost", "not overturned"),
    "pending": (
        "pending",
        "open",
        "filed",
        "submitted",
        "in review",
        "in progress",
        "under review",
    ),
    "withdrawn": ("withdrawn",),
    "dismissed": ("dismissed",),
}
_OUTCOME_OF = {word: outcome for outcome, words in OUTCOMES.items() for word in words}
_LEVEL_OF = {
    "redetermination": 1,
    "reconsideration": 2,
    "alj": 3,
    "alj hearing": 3,
    "council": 4,
    "appeals council": 4,
    "court": 5,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
}
DECIDED = frozenset({"full", "partial", "upheld"})


def date_orders(
    table: Table, layout: Layout, columns: dict[str, int]
) -> tuple[dict[str, bool], list[Problem]]:
    orders: dict[str, bool] = {}
    problems = []
    for field in layout.fields:
        if field.value == "date" and field.name in columns:
            try:
                orders[field.name] = day_first([r.cells[columns[field.name]] for r in table.rows])
            except UnreadableValueError as error:
                header = table.headers[columns[field.name]]
                problems.append(
                    Problem(
                        "error",
                        "whole column",
                        header,
                        "",
                        f"{str(error).capitalize()}.",
                        error.remedy,
                    )
                )
                orders[field.name] = False
    return orders, problems


def read_row(
    row: TableRow, layout: Layout, columns: dict[str, int], orders: dict[str, bool]
) -> tuple[Record, list[Problem]]:
    record: Record = {"row_number": row.number}
    problems = []
    for field in layout.fields:
        text = row.cells[columns[field.name]] if field.name in columns else ""
        try:
            record[field.name] = _value(field, text, orders)
            if field.required and record[field.name] is None:
                raise UnreadableValueError("is blank", "Fill it in, or take the row out.")
        except UnreadableValueError as error:
            name = field.name.replace("_", " ")
            problems.append(
                Problem(
                    "error",
                    f"row {row.number}",
                    name,
                    text.strip(),
                    f"The {name} {error}.",
                    error.remedy,
                )
            )
    return record, problems or _row_rules(row, layout, record)


def _value(field: Field, text: str, orders: dict[str, bool]) -> Cell:
    if field.value == "money":
        return money(text)
    if field.value == "date":
        return calendar_date(text, orders.get(field.name, False))
    if field.value == "identifier":
        return identifier(text)
    if field.value == "yes":
        return yes(text)
    if field.value == "outcome":
        return _outcome(text)
    if field.value == "level":
        return _level(text)
    return None if is_nothing(text) else text.strip()


def _outcome(text: str) -> str | None:
    bare = " ".join(text.lower().replace("-", " ").replace("–", " ").split())
    if is_nothing(bare):
        return None
    if bare not in _OUTCOME_OF:
        raise UnreadableValueError(
            "is no appeal status that is known",
            "Use overturned in full, partially overturned, upheld, pending, withdrawn or dismissed.",
        )
    return _OUTCOME_OF[bare]


def _level(text: str) -> int:
    bare = text.strip().lower().removeprefix("level").removesuffix("level").strip()
    if is_nothing(bare):
        return 1
    if bare in _LEVEL_OF:
        return _LEVEL_OF[bare]
    if bare.isdigit() and 1 <= int(bare) <= 9:
        return int(bare)
    raise UnreadableValueError("is no level of appeal", "Use 1 to 5.")


def _row_rules(row: TableRow, layout: Layout, record: Record) -> list[Problem]:
    """What must hold between the cells of one row."""
    if layout.kind == "offsets" and not any(
        record.get(name)
        for name in (
            "letter_number",
            "reference",
            "payer_claim_control_number",
            "patient_control_number",
            "notice_date",
            "withdrawal_date",
        )
    ):
        return [
            Problem(
                "error",
                f"row {row.number}",
                "reference",
                "",
                "Nothing says which overpayment this is.",
                "Give a letter, reference, claim or account number, or a date.",
            )
        ]
    if record.get("outcome") in DECIDED and record.get("decision_date") is None:
        return [
            Problem(
                "error",
                f"row {row.number}",
                "decision date",
                "",
                "A decided appeal has no decision date.",
                "Fill it in: success is counted in the month of the decision.",
            )
        ]
    npi = record.get("npi")
    if layout.kind == "providers" and not (
        isinstance(npi, str) and npi.isdigit() and len(npi) == 10
    ):
        return [
            Problem(
                "error",
                f"row {row.number}",
                "npi",
                str(npi),
                "The NPI has not 10 digits.",
                "Correct it, or take the row out.",
            )
        ]
    return []


def same_sign(layout: Layout, records: list[Record]) -> list[Problem]:
    """Registers may print what was taken as negative: all of them, never one row among others."""
    if layout.kind != "offsets":
        return []
    amounts = [(r, r["amount"]) for r in records if isinstance(r["amount"], Decimal)]
    negative = [record for record, amount in amounts if amount < 0]
    if not negative:
        return []
    if len(negative) < sum(1 for _, amount in amounts if amount):
        return [
            Problem(
                "error",
                f"row {r['row_number']}",
                "amount",
                str(r["amount"]),
                "The amount is negative among positive ones.",
                "Give every overpayment the same sign; take credits out.",
            )
            for r in negative
        ]
    for record, amount in amounts:
        record["amount"] = abs(amount)
    return [
        Problem(
            "info",
            "whole column",
            "amount",
            "",
            "Every amount is negative, so they were read as amounts taken.",
            "Nothing to do.",
        )
    ]
