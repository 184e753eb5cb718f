"""The rules about notice and time: those built in, and the user's own, which win.

Built in: `data/reference/rule.csv`. The user's: `rules.csv` in the warehouse folder with the same columns, and
`states.csv` (payee, state), which says in which state a payee stands: no remittance tells. A row that cannot be
read is left out and reported; it never stops a load.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import TypeVar

import duckdb

from data.ledger.spelling import bare

DATA = Path(__file__).resolve().parent
BUILT_IN_FILE = DATA / "reference" / "rule.csv"
RULES_FILE, STATES_FILE = "rules.csv", "states.csv"

KINDS = ("earliest withdrawal", "notice", "appeal", "look-back")
BASES = ("calendar", "working", "months")
CONFIDENCES = ("verified", "less certain", "cited, not verified")
MOST_DAYS = 10_000
ROWS_AT_ONCE = 200


@dataclass(frozen=True)
class Rule:
    """One rule; None in a scope means all. days: None where nothing is known. Columns as in the table `rule`."""

    rule_id: str
    kind: str
    level: int | None
    plan_type: str | None
    state: str | None
    payer_key: str | None
    cause: str | None
    days: int | None
    basis: str
    receipt_days: int
    clock_start: str
    citation: str
    confidence: str
    verified_on: date | None
    source: str


@dataclass(frozen=True)
class PayeeState:
    """The state a payee (NPI, TIN or name) or facility stands in; an empty payee stands for all others."""

    payee: str
    state: str


@dataclass(frozen=True)
class RuleProblem:
    """A row of the user's files that was left out, and why."""

    file: str
    row: int
    column: str
    value: str
    message: str
    remedy: str


@dataclass(frozen=True)
class RuleBook:
    """All rules in force, where payees stand, and what could not be read."""

    rules: tuple[Rule, ...]
    states: tuple[PayeeState, ...] = ()
    problems: tuple[RuleProblem, ...] = ()


class _RefusedError(ValueError):
    """A cell that cannot be; its column and value, what is wrong and what to do."""

    def __init__(self, column: str, value: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.column, self.value, self.message, self.remedy = column, value, message, remedy


Row = dict[str, str]
Found = TypeVar("Found")


def built_in_rules() -> tuple[Rule, ...]:
    """The rules that come with the product."""
    with BUILT_IN_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_rule(row, "built in") for row in csv.DictReader(file))


def read_rules(folder: Path | None) -> RuleBook:
    """The rules in force for a warehouse: built in, and those of its `rules.csv` and `states.csv`.

    A rule of the user's with the rule_id of one built in takes its place; with the same scope it is preferred
    when the models choose. None reads what is built in. Raises nothing for what the files hold.
    """
    problems: list[RuleProblem] = []
    own: dict[str, Rule] = {}
    states: dict[str, PayeeState] = {}
    if folder is not None:
        for rule in _read(folder / RULES_FILE, ("kind", "days"), _own_rule, problems):
            own[rule.rule_id] = rule
        for state in _read(folder / STATES_FILE, ("payee", "state"), _payee_state, problems):
            states[state.payee] = state
    kept = [rule for rule in built_in_rules() if rule.rule_id not in own]
    return RuleBook((*kept, *own.values()), tuple(states.values()), tuple(problems))


def write_rules(connection: duckdb.DuckDBPyConnection, book: RuleBook) -> None:
    """Puts the rules into the tables `rule` and `payee_state`, in place of what was there."""
    connection.execute("drop table if exists rule; drop table if exists payee_state")
    connection.execute((DATA / "models" / "70_rule.sql").read_text())
    _insert(connection, "rule", len(fields(Rule)), [astuple(rule) for rule in book.rules])
    _insert(connection, "payee_state", 2, [astuple(state) for state in book.states])


def rules_in(connection: duckdb.DuckDBPyConnection) -> RuleBook:
    """The rules a snapshot was built with; those built in for one that has none yet."""
    if not connection.execute("from duckdb_tables() where table_name = 'rule'").fetchall():
        return read_rules(None)
    rules = connection.execute("from rule order by rule_id").fetchall()
    states = connection.execute("from payee_state order by all").fetchall()
    return RuleBook(tuple(Rule(*row) for row in rules), tuple(PayeeState(*row) for row in states))


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    width: int,
    rows: Sequence[tuple[object, ...]],
) -> None:
    row_marks = f"({', '.join('?' * width)})"
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        marks = ", ".join([row_marks] * len(part))
        cells = [cell for row in part for cell in row]
        connection.execute(f"insert into {table} values {marks}", cells)  # noqa: S608  constants


def _read(
    path: Path,
    needed: Sequence[str],
    read: Callable[[Row, int], Found],
    problems: list[RuleProblem],
) -> list[Found]:
    """The rows of a user's file that can be read; what is wrong with the others goes to `problems`."""
    if not path.exists():
        return []

    def wrong(row: int, column: str, value: str, message: str, remedy: str) -> None:
        problems.append(RuleProblem(path.name, row, column, value, message, remedy))

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            headers = [header.strip().lower() for header in reader.fieldnames or ()]
            reader.fieldnames = headers
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        wrong(1, "", "", f"the file cannot be read: {error}", "Save it as CSV in UTF-8.")
        return []
    for column in needed:
        if column not in headers:
            wrong(1, column, "", f"there is no column {column}", f"Add a column {column}.")
            return []
    found: list[Found] = []
    for number, row in rows:
        cells = {name: (value or "").strip() for name, value in row.items() if name}
        if not any(cells.values()):
            continue
        try:
            found.append(read(cells, number))
        except _RefusedError as refused:
            wrong(number, refused.column, refused.value, refused.message, refused.remedy)
    return found


def _own_rule(row: Row, number: int) -> Rule:
    return _rule({"rule_id": f"yours-{number}", **{k: v for k, v in row.items() if v}}, "yours")


def _payee_state(row: Row, _number: int) -> PayeeState:
    state = _state(row)
    if state is None:
        raise _RefusedError("state", "", "no state is given", "Give the two letters of the state.")
    return PayeeState(bare(row["payee"]), state)


def _rule(row: Row, source: str) -> Rule:
    """A rule as a row has it. Raises _RefusedError for a cell that cannot be."""
    kind = _one_of(row, "kind", KINDS)
    return Rule(
        rule_id=row["rule_id"],
        kind=kind,
        level=(_number(row, "level", least=1) or 1) if kind == "appeal" else None,
        plan_type=row.get("plan_type") or None,
        state=_state(row),
        payer_key=bare(row.get("payer", "")) or None,
        cause=row.get("cause") or None,
        days=_number(row, "days"),
        basis=_one_of(row, "basis", BASES, "calendar"),
        receipt_days=_number(row, "receipt_days") or 0,
        clock_start=row.get("clock_start", ""),
        citation=row.get("citation", ""),
        confidence=_one_of(row, "confidence", CONFIDENCES, "less certain"),
        verified_on=_date(row, "verified_on"),
        source=source,
    )


def _one_of(row: Row, column: str, allowed: Sequence[str], otherwise: str = "") -> str:
    value = row.get(column, "").lower() or otherwise
    if value not in allowed:
        words = ", ".join(allowed)
        raise _RefusedError(
            column, value, f"{value or 'nothing'} is no {column}", f"Use one of: {words}."
        )
    return value


def _number(row: Row, column: str, least: int = 0) -> int | None:
    value = row.get(column, "")
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and least <= int(value[:9]) <= MOST_DAYS):
        message = f"{value} is no whole number from {least} to {MOST_DAYS:,}"
        raise _RefusedError(column, value, message, "Give a whole number, or leave it blank.")
    return int(value)


def _state(row: Row) -> str | None:
    value = row.get("state", "").upper()
    if value and not (len(value) == 2 and value.isascii() and value.isalpha()):
        raise _RefusedError(
            "state", value, f"{value} is no state", "Give the two letters of the state."
        )
    return value or None


def _date(row: Row, column: str) -> date | None:
    value = row.get(column, "")
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        message = f"{value} is no date like 2026-03-31"
        raise _RefusedError(column, value, message, "Write the date as year-month-day.") from None
