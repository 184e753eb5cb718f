"""What must hold within a row of an export, and between its rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from loaders.problems import Problem, shown
from loaders.tables.table_values import Cell

DECIDED = frozenset({"full", "partial", "upheld"})
_TELLS_WHICH = (
    "letter_number",
    "reference",
    "payer_claim_control_number",
    "patient_control_number",
    "notice_date",
    "withdrawal_date",
)
_NPI_DIGITS = 10


def row_rules(kind: str, record: dict[str, Cell]) -> list[Problem]:
    """What is wrong between the cells of one row of an export of this kind."""
    place = f"row {record['row_number']}"
    if kind == "offsets" and not any(record.get(name) for name in _TELLS_WHICH):
        return [
            Problem(
                "error",
                place,
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
                place,
                "decision date",
                "",
                "A decided appeal has no decision date.",
                "Fill it in: success is counted in the month of the decision.",
            )
        ]
    if kind == "providers" and not is_npi(str(record.get("npi"))):
        return [
            Problem(
                "error",
                place,
                "npi",
                shown(str(record.get("npi"))),
                "The NPI has not 10 digits.",
                "Correct it, or take the row out.",
            )
        ]
    return []


def is_npi(text: str) -> bool:
    """Whether a text has the form of a national provider identifier: ten digits."""
    return len(text) == _NPI_DIGITS and text.isascii() and text.isdigit()


def same_sign(records: Sequence[dict[str, Cell]]) -> list[tuple[int, Problem]]:
    """Amounts of an offset register that are negative among positive ones, each with its row counted from 0."""
    amounts = [record["amount"] for record in records]
    signs = {amount > 0 for amount in amounts if isinstance(amount, Decimal) and amount}
    if signs != {True, False}:
        return []
    return [
        (
            at,
            Problem(
                "error",
                f"row {records[at]['row_number']}",
                "amount",
                str(amount),
                "The amount is negative among positive ones.",
                "Give every overpayment the same sign; take credits out.",
            ),
        )
        for at, amount in enumerate(amounts)
        if isinstance(amount, Decimal) and amount < 0
    ]
