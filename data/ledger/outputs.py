"""What the replay found, as tables of the warehouse; amounts in USD."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from operator import attrgetter

import duckdb
import numpy as np
import pyarrow as pa

from data.ledger.decisions import StaleDecision
from data.ledger.events import ITEM_AMOUNTS, Piece, Receivable
from data.ledger.references import LONGEST_REFERENCE
from data.ledger.replay import PayerLedger
from data.ledger.spelling import bare

_ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    "id": pa.int64(),
    "number": pa.int32(),
    "date": pa.date32(),
    "usd": pa.decimal128(18, 2),
    "time": pa.timestamp("us"),
    "flag": pa.bool_(),
}
_SQL = {
    "text": "varchar",
    "id": "bigint",
    "number": "integer",
    "date": "date",
    "usd": "decimal(18, 2)",
    "time": "timestamp",
    "flag": "boolean",
}
TOTALS = (
    "identified",
    "adjustments",
    "net_withheld",
    "withheld",
    "returned",
    "recovered",
    "corrected",
    "refunded",
    "forgiven",
    "excess_refund",
    "uncovered_credit",
)
RECEIVABLE = (
    "receivable_id:text payer_key:text payee:text origin:text reference:text remittance_id:id claim_no:number"
    " correction_no:number notice_id:id notice_tier:number notice_method:text established_on:date"
    " put_off_date:date first_withdrawal:date mechanism:text is_affiliate:flag opened:number short:usd "
) + " ".join(f"{name}:usd" for name in ITEM_AMOUNTS)
NAME = "receivable_id:text payer_key:text tier:number name:text"
PIECE = (
    "remittance_id:id receivable_id:text kind:text claim_no:number adjustment_no:number amount:usd"
    " is_affiliate:flag tier:number method:text confidence:text decided_by:text decided_at:time decided_why:text"
)
EVENT = "event_no:number receivable_id:text event_date:date remittance_id:id kind:text amount:usd mechanism:text"
TOTAL = "remittance_id:id " + " ".join(f"{name}:usd" for name in TOTALS)
SETTLING = "remittance_id:id adjustment_no:number"
CANDIDATE = (
    "remittance_id:id adjustment_no:number amount:usd receivable_id:text candidate_amount:usd"
    " reason:text rank:number"
)
STALE = "remittance_id:id adjustment_no:number receivable_id:text made_by:text made_at:time why:text reason:text"


TABLES = {
    "replayed_receivable": RECEIVABLE,
    "replayed_letter": RECEIVABLE,
    "replayed_name": NAME,
    "replayed_piece": PIECE,
    "replayed_event": EVENT,
    "replayed_total": TOTAL,
    "settling_adjustment": SETTLING,
    "replayed_candidate": CANDIDATE,
    "replayed_stale": STALE,
}


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the empty tables the models from 40 on start from; they last as long as the connection.

    Columns are written out: DuckDB 2.0.0 loses rows inserted in the transaction that made their table from an
    empty Arrow table.
    """
    for name, columns in TABLES.items():
        typed = ", ".join(f"{column} {_SQL[kind]}" for column, kind in _pairs(columns))
        connection.execute(f"create or replace temp table {name} ({typed})")


def drop_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Drops what create_tables made."""
    for name in TABLES:
        connection.execute(f"drop table {name}")


def write_tables(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> None:
    """Adds rows to the tables of those names."""
    for name, table in tables.items():
        connection.from_arrow(table).insert_into(name)


def write_stale(connection: duckdb.DuckDBPyConnection, stale: Iterable[StaleDecision]) -> None:
    """Adds the decisions that could not be followed."""
    rows = [(*astuple(each.decision), each.reason) for each in sorted(stale, key=_place)]
    connection.from_arrow(_table(STALE, _columns(rows))).insert_into("replayed_stale")


def _place(stale: StaleDecision) -> tuple[int, int]:
    return stale.decision.remittance_id, stale.decision.adjustment_no


def tables_of(ledgers: Mapping[str, PayerLedger]) -> dict[str, pa.Table]:
    """What was found for some payers as rows of the tables; stale decisions are written apart."""
    pieces = [piece for ledger in ledgers.values() for piece in ledger.pieces]
    events = [event for ledger in ledgers.values() for event in ledger.events]
    totals = [total for ledger in ledgers.values() for total in ledger.totals]
    items = [(payer, item) for payer, ledger in ledgers.items() for item in ledger.receivables]
    letters = [(payer, item) for payer, ledger in ledgers.items() for item in ledger.letters_only]
    values: dict[str, Iterable[Sequence[object]]] = {
        "replayed_receivable": _items(items),
        "replayed_letter": _items(letters),
        "replayed_name": _columns(row for payer, item in items for row in _names(payer, item)),
        "replayed_piece": _pieces(pieces),
        "replayed_event": [range(len(events)), *_columns(events)] if events else (),
        "replayed_total": [_each(name, totals) for name in ("remittance_id", *TOTALS)],
        "settling_adjustment": _columns(
            (total.remittance_id, number) for total in totals for number in sorted(total.settling)
        ),
        "replayed_candidate": _columns(
            candidate for ledger in ledgers.values() for candidate in ledger.candidates
        ),
    }
    return {name: _table(TABLES[name], columns) for name, columns in values.items()}


def _columns(rows: Iterable[Sequence[object]]) -> list[Sequence[object]]:
    return list(zip(*rows, strict=True))


def _pairs(columns: str) -> list[list[str]]:
    return [column.split(":") for column in columns.split()]


def _table(columns: str, values: Iterable[Sequence[object]]) -> pa.Table:
    """Columns are `name:kind` pairs, kinds as in _ARROW; no values at all make an empty table."""
    pairs = _pairs(columns)
    arrays = [
        _usd(value) if kind == "usd" else pa.array(value, type=_ARROW[kind])
        for value, (_, kind) in zip(list(values) or [()] * len(pairs), pairs, strict=True)
    ]
    return pa.Table.from_arrays(arrays, names=[name for name, _ in pairs])


def _usd(cents: Sequence[object]) -> pa.Array[pa.Scalar[pa.DataType]]:
    """Whole cents as decimal128(18, 2): 16 bytes each, the low half first, in the high half but the sign."""
    low = np.array(cents, dtype=np.int64)
    halves = np.stack([low, low >> 63], axis=1)
    return pa.Array.from_buffers(_ARROW["usd"], len(low), [None, pa.py_buffer(halves.tobytes())])


def _each(name: str, things: Iterable[object]) -> list[object]:
    return list(map(attrgetter(name), things))


def _items(payers_and_items: Sequence[tuple[str, Receivable]]) -> list[Sequence[object]]:
    items = [item for _, item in payers_and_items]
    matches = [item.notice_match for item in items]
    written: dict[str, Sequence[object]] = {
        "payer_key": [payer for payer, _ in payers_and_items],
        "notice_id": [item.notice.notice_id if item.notice else None for item in items],
        "notice_tier": [match.tier if match else None for match in matches],
        "notice_method": [match.method if match else None for match in matches],
    }
    return [written.get(name) or _each(name, items) for name, _ in _pairs(RECEIVABLE)]


def _names(payer: str, item: Receivable) -> Iterator[tuple[object, ...]]:
    """Tier 2: every name of an item, in the spelling all sources are compared in; tier 3: what may hold its number."""
    for name in set(item.names.values()):
        yield item.receivable_id, payer, 2, name
    if item.claim_no is None:
        for name in item.names:
            yield item.receivable_id, payer, 3, bare(name)[:LONGEST_REFERENCE]


def _pieces(pieces: Sequence[Piece]) -> list[Sequence[object]]:
    if not pieces:
        return []
    *columns, matches, is_affiliate = _columns(pieces)
    of_matches = [_each(name, matches) for name in ("tier", "method", "confidence")]
    made = _each("decision", matches)
    of_decisions = [
        [decision and getattr(decision, name) for decision in made]
        for name in ("made_by", "made_at", "why")
    ]
    return [*columns, is_affiliate, *of_matches, *of_decisions]
