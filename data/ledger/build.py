"""Rebuilds everything derived from the facts: runs the models in order, with the replay between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from data.ledger.events import (
    Adjustment,
    LaterPayment,
    Notice,
    PlbClass,
    Receivable,
    Remittance,
    Takeback,
)
from data.ledger.references import embedded_numbers, normalised
from data.ledger.replay import PayerLedger, replay

DATA = Path(__file__).resolve().parent.parent
REFERENCE_TABLES = ("plb_reason", "plan_type", "claim_status", "cause", "code_cause", "never_a_cause")
REPLAY_AFTER = 40

PayerRemittances = dict[str, list[Remittance]]
PayerNotices = dict[str, list[Notice]]


def build_ledger(connection: duckdb.DuckDBPyConnection) -> None:
    """Replaces every derived table; run it inside the transaction that added the facts.

    Raises AssertionError where a remittance's cash is not explained to the cent: that is a bug, never bad data.
    """
    _load_reference(connection)
    models = sorted((DATA / "models").glob("*.sql"))
    for model in models:
        if _number(model) < REPLAY_AFTER:
            connection.execute(model.read_text())
    _replay_all(connection)
    for model in models:
        if _number(model) >= REPLAY_AFTER:
            connection.execute(model.read_text())


def _number(model: Path) -> int:
    return int(model.name.split("_", 1)[0])


def _load_reference(connection: duckdb.DuckDBPyConnection) -> None:
    for name in REFERENCE_TABLES:
        connection.execute(
            f"create or replace table {name} as from read_csv(?, header = true, all_varchar = true)",  # noqa: S608
            [str(DATA / "reference" / f"{name}.csv")],
        )


def _replay_all(connection: duckdb.DuckDBPyConnection) -> None:
    remittances = _read_remittances(connection)
    notices = _read_notices(connection)
    ledgers = {
        payer: replay(remittances.get(payer, []), notices.get(payer, []))
        for payer in sorted(remittances.keys() | notices.keys())
    }
    for name, table in _tables(ledgers).items():
        connection.register("replayed", table)
        connection.execute(f"create or replace table {name} as from replayed")  # noqa: S608
        connection.unregister("replayed")


def _cents(column: str) -> str:
    return f"cast({column} * 100 as bigint)"


def _names(*names: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _read_remittances(connection: duckdb.DuckDBPyConnection) -> PayerRemittances:
    """Posted remittances that hold a takeback, a later payment or a provider adjustment, by payer."""
    takebacks = _read_takebacks(connection)
    adjustments = _read_adjustments(connection)
    later = _read_later_payments(connection)
    by_payer: PayerRemittances = defaultdict(list)
    rows = connection.execute(
        "select remittance_id, payer_key, payee, payment_date, trace_number, "  # noqa: S608
        f"{_cents('payment_amount')} from posted_remittance"
    )
    for remittance_id, payer_key, payee, payment_date, trace_number, payment_amount in rows.fetchall():
        if remittance_id in takebacks or remittance_id in adjustments or remittance_id in later:
            by_payer[payer_key].append(
                Remittance(
                    remittance_id,
                    payee,
                    payment_date,
                    trace_number,
                    payment_amount,
                    tuple(takebacks.get(remittance_id, ())),
                    tuple(adjustments.get(remittance_id, ())),
                    tuple(later.get(remittance_id, ())),
                )
            )
    return by_payer


def _read_takebacks(connection: duckdb.DuckDBPyConnection) -> dict[int, list[Takeback]]:
    rows = connection.execute(
        f"select remittance_id, reversal_claim_no, correction_claim_no, {_cents('delta')}, "  # noqa: S608
        "payer_claim_control_number, patient_control_number, corrected_claim_control_number, "
        "original_claim_control_number from takeback where delta <> 0 "
        "order by remittance_id, reversal_claim_no"
    )
    found: dict[int, list[Takeback]] = defaultdict(list)
    for remittance_id, claim_no, correction_no, delta, *names in rows.fetchall():
        found[remittance_id].append(Takeback(claim_no, correction_no, delta, _names(*names)))
    return found


def _read_later_payments(connection: duckdb.DuckDBPyConnection) -> dict[int, list[LaterPayment]]:
    rows = connection.execute(
        f"select remittance_id, claim_no, {_cents('paid')}, payer_claim_control_number, "  # noqa: S608
        "patient_control_number, original_claim_control_number from later_payment "
        "order by remittance_id, claim_no"
    )
    found: dict[int, list[LaterPayment]] = defaultdict(list)
    for remittance_id, claim_no, paid, *names in rows.fetchall():
        found[remittance_id].append(LaterPayment(claim_no, paid, _names(*names)))
    return found


def _read_adjustments(connection: duckdb.DuckDBPyConnection) -> dict[int, list[Adjustment]]:
    rows = connection.execute(
        "select remittance_id, adjustment_no, reason_code, coalesce(class, 'other'), "  # noqa: S608
        f"coalesce(reference, ''), {_cents('amount')} "
        "from provider_adjustment join posted_remittance using (remittance_id) "
        "left join plb_reason on plb_reason.code = provider_adjustment.reason_code "
        "where amount <> 0 and (class in ('recoupment', 'carrier', 'settlement') or reason_code = 'CS') "
        "order by remittance_id, adjustment_no"
    )
    found: dict[int, list[Adjustment]] = defaultdict(list)
    for remittance_id, adjustment_no, code, plb_class, reference, amount in rows.fetchall():
        kind: PlbClass = plb_class if plb_class in ("recoupment", "carrier", "settlement") else "other"
        found[remittance_id].append(Adjustment(adjustment_no, code, kind, reference, amount))
    return found


def _read_notices(connection: duckdb.DuckDBPyConnection) -> PayerNotices:
    lineage: dict[int, list[str]] = defaultdict(list)
    for notice_id, name in connection.execute(
        "select notice_id, name from notice_claim_name order by notice_id, name"
    ).fetchall():
        lineage[notice_id].append(name)
    rows = connection.execute(
        "select payer_key, notice_id, notice_date, "  # noqa: S608
        f"{_cents('amount')}, elected_immediate, letter_number, reference, "
        "payer_claim_control_number, patient_control_number from current_notice order by notice_id"
    )
    found: PayerNotices = defaultdict(list)
    for payer, notice_id, notice_date, amount, immediate, letter, reference, *claim in rows.fetchall():
        found[payer].append(
            Notice(
                notice_id,
                notice_date,
                amount,
                _names(letter, reference),
                _names(*claim, *lineage[notice_id]),
                immediate,
            )
        )
    return found


MONEY = pa.decimal128(18, 2)
RECEIVABLE_SCHEMA = pa.schema(
    [
        ("receivable_id", pa.string()),
        ("payer_key", pa.string()),
        ("payee", pa.string()),
        ("origin", pa.string()),
        ("reference", pa.string()),
        ("remittance_id", pa.int64()),
        ("claim_no", pa.int32()),
        ("correction_no", pa.int32()),
        ("notice_id", pa.int64()),
        ("notice_tier", pa.int32()),
        ("notice_method", pa.string()),
        ("established_on", pa.date32()),
        ("put_off_date", pa.date32()),
        ("first_withdrawal", pa.date32()),
        ("mechanism", pa.string()),
        *(
            (name, MONEY)
            for name in (
                "established",
                "put_off",
                "forwarded",
                "withheld",
                "refunded",
                "forgiven",
                "cancelled",
                "returned",
                "recovered",
                "corrected",
            )
        ),
    ]
)
PIECE_SCHEMA = pa.schema(
    [
        ("remittance_id", pa.int64()),
        ("receivable_id", pa.string()),
        ("kind", pa.string()),
        ("claim_no", pa.int32()),
        ("adjustment_no", pa.int32()),
        ("amount", MONEY),
        ("tier", pa.int32()),
        ("method", pa.string()),
        ("confidence", pa.string()),
    ]
)
EVENT_SCHEMA = pa.schema(
    [
        ("receivable_id", pa.string()),
        ("event_no", pa.int32()),
        ("event_date", pa.date32()),
        ("remittance_id", pa.int64()),
        ("kind", pa.string()),
        ("amount", MONEY),
        ("mechanism", pa.string()),
    ]
)
TOTALS_COLUMNS = (
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
NAME_SCHEMA = pa.schema(
    [("receivable_id", pa.string()), ("payer_key", pa.string()), ("tier", pa.int32()), ("name", pa.string())]
)
SETTLING_SCHEMA = pa.schema([("remittance_id", pa.int64()), ("adjustment_no", pa.int32())])


def _tables(ledgers: dict[str, PayerLedger]) -> dict[str, pa.Table]:
    """What the replay found, as tables; amounts in USD."""
    found = list(ledgers.values())
    totals_schema = pa.schema(
        [("remittance_id", pa.int64()), *((name, MONEY) for name in TOTALS_COLUMNS)]
    )
    return {
        "replayed_receivable": _table(
            RECEIVABLE_SCHEMA,
            (_receivable_row(payer, item) for payer, one in ledgers.items() for item in one.receivables),
        ),
        "replayed_letter": _table(
            RECEIVABLE_SCHEMA,
            (_receivable_row(payer, item) for payer, one in ledgers.items() for item in one.letters_only),
        ),
        "replayed_name": _table(
            NAME_SCHEMA,
            (row for payer, one in ledgers.items() for item in one.receivables for row in _name_rows(payer, item)),
        ),
        "replayed_piece": _table(
            PIECE_SCHEMA,
            (
                (p.remittance_id, p.receivable_id, p.kind, p.claim_no, p.adjustment_no, _usd(p.amount),
                 p.match.tier, p.match.method, p.match.confidence)
                for one in found for p in one.pieces
            ),
        ),
        "replayed_event": _table(
            EVENT_SCHEMA,
            (
                (e.receivable_id, number, e.event_date, e.remittance_id, e.kind, _usd(e.amount), e.mechanism)
                for one in found for number, e in enumerate(one.events, start=1)
            ),
        ),
        "replayed_total": _table(
            totals_schema,
            ((t.remittance_id, *(_usd(getattr(t, name)) for name in TOTALS_COLUMNS)) for one in found for t in one.totals),
        ),
        "settling_adjustment": _table(
            SETTLING_SCHEMA,
            ((t.remittance_id, number) for one in found for t in one.totals for number in sorted(t.settling)),
        ),
    }  # fmt: skip


def _usd(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _table(schema: pa.Schema, rows: Iterable[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _receivable_row(payer: str, item: Receivable) -> tuple[object, ...]:
    return (
        item.receivable_id,
        payer,
        item.payee,
        item.origin,
        item.reference,
        item.remittance_id,
        item.claim_no,
        item.correction_no,
        item.notice.notice_id if item.notice else None,
        item.notice_match.tier if item.notice_match else None,
        item.notice_match.method if item.notice_match else None,
        item.established_on,
        item.put_off_date,
        item.first_withdrawal,
        item.mechanism,
        _usd(item.established),
        _usd(item.put_off),
        _usd(item.forwarded),
        _usd(item.withheld),
        _usd(item.refunded),
        _usd(item.forgiven),
        _usd(item.cancelled),
        _usd(item.returned),
        _usd(item.recovered),
        _usd(item.corrected),
    )


def _name_rows(payer: str, item: Receivable) -> Iterable[tuple[object, ...]]:
    """Every name of an item, in the spelling all sources are compared in; 3 = a number found inside one."""
    names = {normalised(name) for name in item.names} - {""}
    yield from ((item.receivable_id, payer, 2, name) for name in sorted(names))
    if item.claim_no is None:
        parts = {part for name in item.names for part in embedded_numbers(name)} - names
        yield from ((item.receivable_id, payer, 3, part) for part in sorted(parts))
