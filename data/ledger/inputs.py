"""Reads what the replay needs from the facts: remittances with anything to say about takebacks, and letters."""

from __future__ import annotations

from collections import defaultdict

import duckdb

from data.ledger.events import (
    Adjustment,
    LaterPayment,
    Notice,
    PlbClass,
    Remittance,
    Takeback,
)


def _cents(column: str) -> str:
    return f"cast({column} * 100 as bigint)"


def _names(*names: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def read_remittances(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Remittance]]:
    """Posted remittances that hold a takeback, a later payment or a provider adjustment, by payer."""
    takebacks = _read_takebacks(connection)
    adjustments = _read_adjustments(connection)
    later = _read_later_payments(connection)
    by_payer: dict[str, list[Remittance]] = defaultdict(list)
    rows = connection.execute(
        "select remittance_id, payer_key, payee, payment_date, trace_number, "  # noqa: S608
        f"{_cents('payment_amount')} from posted_remittance"
    )
    for (
        remittance_id,
        payer_key,
        payee,
        payment_date,
        trace_number,
        payment_amount,
    ) in rows.fetchall():
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
        kind: PlbClass = (
            plb_class if plb_class in ("recoupment", "carrier", "settlement") else "other"
        )
        found[remittance_id].append(Adjustment(adjustment_no, code, kind, reference, amount))
    return found


def read_notices(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Notice]]:
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
    found: dict[str, list[Notice]] = defaultdict(list)
    for (
        payer,
        notice_id,
        notice_date,
        amount,
        immediate,
        letter,
        reference,
        *claim,
    ) in rows.fetchall():
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
