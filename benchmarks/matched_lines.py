"""Holds what the ledger says of each line and each receivable against what the simulator knows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import duckdb

from data.warehouse import open_reader

SUSPENSE = 9
FIRST_SIGN = "first sign of its item"
Verdict = Literal["right", "wrong", "missed"]
Key = tuple[str, str, int | None, int | None]
Row = dict[str, Any]

_PIECES = """
    select
        payer.name as payer, trace_number, claim_no, adjustment_no, receivable_id
      , min(tier) as tier, sum(amount) as amount
    from match
    join posted_remittance using (remittance_id)
    join payer using (payer_key)
    where receivable_id is not null
    group by all
"""
_RECEIVABLES = """
    select
        receivable_id, receivable.notice_date, receivable.notice_source, receivable.letter_number, receivable.cause
      , receivable.patient_control_number as account, receivable.plan_type
      , current_notice.letter_number as letter
      , current_notice.patient_control_number as letter_account
      , current_notice.payer_claim_control_number as letter_claim
    from receivable
    left join current_notice using (notice_id)
"""
_DEADLINES = """
    select receivable_id, earliest_date, appeal_deadline
    from withdrawal_check
    where exists (select 1 from rule)
"""
_CANDIDATES = """
    select payer.name as payer, trace_number, adjustment_no, receivable_id
    from suspense_candidate
    join posted_remittance using (remittance_id)
    join payer using (payer_key)
"""


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """One line and one receivable it truly belongs to, or that the ledger wrongly gave it to.

    `tier` is the ledger's, None where it gave the line to nothing; `true_tier` the first that can
    find the receivable, None where the records do not decide. `is_candidate`: missed, but the true
    receivable is among those the ledger offers for the line. `in_part`: missed, but given to the true receivable
    as far as it goes, the rest to suspense. Amounts are USD.
    """

    verdict: Verdict
    tier: int | None
    true_tier: int | None
    way: str
    kind: str
    key: Key
    amount: Decimal
    is_candidate: bool = False
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class FieldOutcome:
    """One field of one receivable."""

    verdict: Verdict
    field: str
    number: int
    truth: object
    found: object


@dataclass(frozen=True)
class Found:
    """What the ledger says: parts of lines by line and receivable, receivables, deadlines, candidates."""

    pieces: Mapping[Key, dict[str, tuple[int, Decimal]]]
    receivables: Mapping[str, Row]
    deadlines: Mapping[str, Row]
    candidates: Mapping[Key, set[str]]


def read_ledger(snapshot: Path) -> Found:
    """Reads matches, receivables and, where the ledger has them, deadlines."""
    with open_reader(snapshot) as connection:
        pieces: dict[Key, dict[str, tuple[int, Decimal]]] = defaultdict(dict)
        for row in _rows(connection, _PIECES):
            key = row["payer"], row["trace_number"], row["claim_no"], row["adjustment_no"]
            pieces[key][row["receivable_id"]] = row["tier"], row["amount"]
        candidates: dict[Key, set[str]] = defaultdict(set)
        for row in _rows_if_there(connection, "suspense_candidate", _CANDIDATES):
            key = row["payer"], row["trace_number"], None, row["adjustment_no"]
            candidates[key].add(row["receivable_id"])
        return Found(
            pieces,
            {row["receivable_id"]: row for row in _rows(connection, _RECEIVABLES)},
            {
                row["receivable_id"]: row
                for row in _rows_if_there(connection, "withdrawal_check", _DEADLINES)
            },
            candidates,
        )


def _rows_if_there(connection: duckdb.DuckDBPyConnection, table: str, sql: str) -> list[Row]:
    tables = connection.execute("select table_name from duckdb_tables()").fetchall()
    return _rows(connection, sql) if (table,) in tables else []


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    rows: list[Row] = connection.sql(sql).to_arrow_table().to_pylist()
    return rows


def read_truth(exports: Path) -> dict[str, list[Row]]:
    """What the simulator wrote beside its exports; lines with the payer of their receivable."""
    content: dict[str, list[Row]] = json.loads((exports / "truth.json").read_text(encoding="utf-8"))
    payers = {item["number"]: item["payer"] for item in content["receivables"]}
    for line in content["lines"]:
        line["payer"] = payers[line["receivable"]]
    return content


def same_receivables(truth: Mapping[str, list[Row]], found: Found) -> dict[int, str]:
    """The ledger's receivable for each true one: by its reversal, else its letter, else its first line."""
    same: dict[int, str] = {}
    for line in truth["lines"]:
        if line["kind"] == "identified":
            for receivable_id in found.pieces.get(_key(line), {}):
                same[line["receivable"]] = receivable_id
    of_letter = _receivables_of_letters(found)
    for item in truth["receivables"]:
        for name in (item["patient_control_number"], item["payer_claim_control_number"]):
            if (item["letter_number"], name) in of_letter:
                same.setdefault(item["number"], of_letter[item["letter_number"], name])
    taken = set(same.values())
    for line in truth["lines"]:
        if line["way"] == FIRST_SIGN and line["receivable"] not in same:
            for receivable_id in found.pieces.get(_key(line), {}).keys() - taken:
                same[line["receivable"]] = receivable_id
                taken.add(receivable_id)
    return same


def _receivables_of_letters(found: Found) -> dict[tuple[str, str], str]:
    return {
        (row["letter"], name): row["receivable_id"]
        for row in found.receivables.values()
        for name in (row["letter_account"], row["letter_claim"])
        if row["letter"] and name
    }


def _key(line: Row) -> Key:
    return line["payer"], line["trace"], line.get("claim_no"), line.get("adjustment_no")


def compare_lines(truth: Mapping[str, list[Row]], found: Found) -> Iterator[LineOutcome]:
    """One outcome per line and true receivable, and one per wrong receivable of a line.

    Right: the same receivable and the same cents. What is left in suspense is missed, never wrong.
    """
    same = same_receivables(truth, found)
    by_key: dict[Key, list[Row]] = defaultdict(list)
    for line in truth["lines"]:
        if line["kind"] != "excess":
            by_key[_key(line)].append(line)
    for key, lines in by_key.items():
        given = dict(found.pieces.get(key, {}))
        yield from _compare_line(key, lines, given, same, found.candidates.get(key, set()))


def _compare_line(
    key: Key,
    lines: list[Row],
    given: dict[str, tuple[int, Decimal]],
    same: Mapping[int, str],
    offered: set[str],
) -> Iterator[LineOutcome]:
    for line in lines:
        amount = Decimal(line["amount"])
        piece = given.get(same.get(line["receivable"], ""))
        is_right = piece is not None and piece[1] == amount
        in_part = piece is not None and not is_right and 0 < piece[1] / amount < 1
        if is_right or in_part:
            del given[same[line["receivable"]]]
        yield LineOutcome(
            "right" if is_right else "missed",
            piece[0] if is_right and piece else None,
            line.get("tier"),
            line["way"],
            line["kind"],
            key,
            amount,
            not is_right and same.get(line["receivable"]) in offered,
            in_part,
        )
    first = lines[0]
    for tier, amount in given.values():
        if tier != SUSPENSE:
            yield LineOutcome(
                "wrong", tier, first.get("tier"), first["way"], first["kind"], key, amount
            )


def compare_fields(truth: Mapping[str, list[Row]], found: Found) -> Iterator[FieldOutcome]:
    """Claim, cause, notice and deadlines of every receivable that a remittance shows."""
    same = same_receivables(truth, found)
    shown = {line["receivable"] for line in truth["lines"]}
    for item in truth["receivables"]:
        if item["number"] not in shown:
            continue
        row = found.receivables.get(same.get(item["number"], ""), {})
        for field, expected, value in _fields(item, row, found):
            yield FieldOutcome(_verdict(expected, value), field, item["number"], expected, value)


def _fields(item: Row, row: Row, found: Found) -> Iterable[tuple[str, object, object]]:
    yield "claim", item["patient_control_number"], row.get("account")
    yield "cause", item["cause"], row.get("cause")
    yield "letter", item["letter_number"], row.get("letter_number")
    yield "notice date", _day(item["notice_date"]), row.get("notice_date")
    yield "notice source", item["notice_source"], row.get("notice_source")
    if found.deadlines and item["first_withdrawal"]:
        check = found.deadlines.get(row.get("receivable_id", ""), {})
        yield "earliest date", _day(item.get("earliest_date")), check.get("earliest_date")
        yield "appeal deadline", _day(item.get("appeal_deadline")), check.get("appeal_deadline")


def _verdict(expected: object, value: object) -> Verdict:
    if expected == value:
        return "right"
    return "missed" if value is None else "wrong"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
