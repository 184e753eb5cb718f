"""Reads what the replay needs from the facts: remittances with anything to say about takebacks, and letters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.ledger.decisions import NOT_READ, Decisions, MatchDecision, StaleDecision
from data.ledger.events import (
    Adjustment,
    EarlyCorrection,
    LaterPayment,
    Notice,
    Remittance,
    Takeback,
)

# Each query gives its payer first and is sorted by it; amounts are whole cents.
_TAKEBACKS = """
    select
        posted_remittance.payer_key, remittance_id, reversal_claim_no, correction_claim_no, cast(delta * 100 as bigint)
      , shared_account.account, payer_claim_control_number, patient_control_number
      , corrected_claim_control_number, original_claim_control_number
    from takeback
    join posted_remittance using (remittance_id)
    left join shared_account
      on shared_account.payer_key = posted_remittance.payer_key
     and shared_account.account = takeback.patient_control_number
    where delta <> 0
    order by payer_key, remittance_id, reversal_claim_no
"""
_EARLY_CORRECTIONS = """
    select
        payer_key, reversal_remittance_id, reversal_claim_no, remittance_id, claim_no, cast(paid * 100 as bigint)
    from early_correction
    join posted_remittance using (remittance_id)
    order by payer_key, reversal_remittance_id, reversal_claim_no, remittance_id, claim_no
"""
_LATER_PAYMENTS = """
    select
        payer_key, remittance_id, claim_no, cast(paid * 100 as bigint)
      , payer_claim_control_number, account, original_claim_control_number
    from later_payment
    join posted_remittance using (remittance_id)
    order by payer_key, remittance_id, claim_no
"""
_ADJUSTMENTS = """
    select
        payer_key, remittance_id, adjustment_no, reason_code
      , case when class in ('recoupment', 'carrier', 'settlement') then class else 'other' end
      , coalesce(reference, ''), cast(amount * 100 as bigint)
      , payer_claim_control_number, patient_control_number, coalesce(is_whole, false)
    from provider_adjustment
    join posted_remittance using (remittance_id)
    left join adjusted_claim using (remittance_id, adjustment_no)
    left join plb_reason on plb_reason.code = provider_adjustment.reason_code
    where amount <> 0 and (class in ('recoupment', 'carrier', 'settlement') or reason_code = 'CS')
    order by payer_key, remittance_id, adjustment_no
"""
_REMITTANCES = """
    select
        payer_key, remittance_id, payee, payment_date, trace_number
      , cast(payment_amount * 100 as bigint)
    from posted_remittance
    order by payer_key, remittance_id
"""
_NOTICES = """
    select
        payer_key, notice_id, notice_date, cast(amount * 100 as bigint), elected_immediate
      , letter_number, reference, payer_claim_control_number, patient_control_number
    from current_notice
    order by payer_key, notice_id
"""
_NOTICE_CLAIM_NAMES = """
    select payer_key, notice_id, name
    from notice_claim_name
    join current_notice using (notice_id)
    order by payer_key, notice_id, name
"""


_Rows = Iterator[tuple[Any, ...]]


@dataclass(frozen=True)
class PayerFacts:
    """All that one payer's remittances and letters say about takebacks."""

    payer_key: str
    remittances: list[Remittance]
    notices: list[Notice]


_QUERIES = (
    _TAKEBACKS,
    _EARLY_CORRECTIONS,
    _LATER_PAYMENTS,
    _ADJUSTMENTS,
    _REMITTANCES,
    _NOTICES,
    _NOTICE_CLAIM_NAMES,
)


def read_facts(connection: duckdb.DuckDBPyConnection) -> list[pa.Table]:
    """What the replay reads of all payers, as columns; the payer is the first, and the rows are sorted by it."""
    return [connection.sql(sql).to_arrow_table() for sql in _QUERIES]


def facts_of_payer(query: Callable[[str, list[str]], pa.Table], payer_key: str) -> PayerFacts:
    """What the replay reads of one payer, by whatever answers a query with one parameter."""
    # Every query is sorted by its first columns, which are unique: to sort by all of them is the same.
    tables = [
        query(f"select * from ({sql}) where payer_key = ? order by all", [payer_key])  # noqa: S608
        for sql in _QUERIES
    ]
    return next(read_payers(tables), PayerFacts(payer_key, [], []))


def by_payer(
    decisions: Decisions, tables: Sequence[pa.Table]
) -> tuple[dict[str, dict[tuple[int, int], MatchDecision]], list[StaleDecision]]:
    """Decisions by the payer of their remittance, and those about remittances that no payer has."""
    found: dict[str, dict[tuple[int, int], MatchDecision]] = defaultdict(dict)
    stale: list[StaleDecision] = []
    if not decisions:
        return found, stale
    remittances = tables[_QUERIES.index(_REMITTANCES)]
    payer_of = dict(zip(*(remittances.column(n).to_pylist() for n in (1, 0)), strict=True))
    for place, decision in decisions.items():
        payer = payer_of.get(decision.remittance_id)
        if payer is None:
            stale.append(StaleDecision(decision, NOT_READ))
        else:
            found[payer][place] = decision
    return found, stale


def rows_by_payer(tables: Sequence[pa.Table]) -> Counter[str]:
    """How much each payer has to be read of."""
    return sum((_rows_of(table) for table in tables), Counter())


def _rows_of(table: pa.Table) -> Counter[str]:
    """Rows by payer, in the order of the table."""
    counted = pc.value_counts(table.column(0))
    return Counter({str(each["values"]): each["counts"].as_py() for each in counted})


def facts_of(tables: Sequence[pa.Table], payers: Collection[str]) -> list[pa.Table]:
    """The facts of some payers only."""
    return [table.filter(pa.array(_of_payers(table, payers))) for table in tables]


def _of_payers(
    table: pa.Table, payers: Collection[str]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which rows are of these payers; the table is sorted by payer, so each has one run of them."""
    rows = _rows_of(table)
    is_wanted = np.array([payer in payers for payer in rows], dtype=np.bool_)
    return np.repeat(is_wanted, list(rows.values()))


def read_payers(tables: Sequence[pa.Table]) -> Iterator[PayerFacts]:
    """One payer after the other, so that only one is held as objects; the others wait as columns."""
    takebacks, early, later, adjustments, remittances, notices, names = map(_ByPayer, tables)
    for payer in sorted(remittances.payers() | notices.payers()):
        yield PayerFacts(
            payer,
            _remittances(
                remittances.rows(payer),
                _takebacks(takebacks.rows(payer), _early(early.rows(payer))),
                _adjustments(adjustments.rows(payer)),
                _later_payments(later.rows(payer)),
            ),
            _notices(notices.rows(payer), names.rows(payer)),
        )


class _ByPayer:
    """The rows of a query sorted by payer, kept as columns and handed out by payer."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._slices: dict[str, tuple[int, int]] = {}
        start = 0
        for payer, count in _rows_of(table).items():
            self._slices[payer] = (start, count)
            start += count

    def payers(self) -> set[str]:
        return set(self._slices)

    def rows(self, payer: str) -> _Rows:
        """Rows of one payer, without the payer."""
        part = self._table.slice(*self._slices.get(payer, (0, 0)))
        return zip(*(column.to_pylist() for column in part.columns[1:]), strict=True)


def _remittances(
    rows: _Rows,
    takebacks: dict[int, list[Takeback]],
    adjustments: dict[int, list[Adjustment]],
    later: dict[int, list[LaterPayment]],
) -> list[Remittance]:
    return [
        Remittance(
            remittance_id,
            payee,
            payment_date,
            trace_number,
            payment_amount,
            takebacks=tuple(takebacks.get(remittance_id, ())),
            adjustments=tuple(adjustments.get(remittance_id, ())),
            later_payments=tuple(later.get(remittance_id, ())),
        )
        for remittance_id, payee, payment_date, trace_number, payment_amount in rows
        if remittance_id in takebacks or remittance_id in adjustments or remittance_id in later
    ]


def _early(rows: _Rows) -> dict[tuple[int, int], list[EarlyCorrection]]:
    """By remittance and claim number of the reversal."""
    found: dict[tuple[int, int], list[EarlyCorrection]] = defaultdict(list)
    for reversal_remittance_id, reversal_claim_no, *correction in rows:
        found[reversal_remittance_id, reversal_claim_no].append(EarlyCorrection(*correction))
    return found


def _takebacks(
    rows: _Rows, early: dict[tuple[int, int], list[EarlyCorrection]]
) -> dict[int, list[Takeback]]:
    found: dict[int, list[Takeback]] = defaultdict(list)
    for remittance_id, claim_no, correction_no, delta, shared, *names in rows:
        corrections = tuple(early.get((remittance_id, claim_no), ()))
        takeback = Takeback(claim_no, correction_no, delta, _names(*names), shared, corrections)
        found[remittance_id].append(takeback)
    return found


def _later_payments(rows: _Rows) -> dict[int, list[LaterPayment]]:
    found: dict[int, list[LaterPayment]] = defaultdict(list)
    for remittance_id, claim_no, paid, *names in rows:
        found[remittance_id].append(LaterPayment(claim_no, paid, _names(*names)))
    return found


def _adjustments(rows: _Rows) -> dict[int, list[Adjustment]]:
    found: dict[int, list[Adjustment]] = defaultdict(list)
    for remittance_id, number, code, plb_class, reference, amount, *claim, is_whole in rows:
        found[remittance_id].append(
            Adjustment(number, code, plb_class, reference, amount, _names(*claim), is_whole)
        )
    return found


def _notices(rows: _Rows, further_names: _Rows) -> list[Notice]:
    lineage: dict[int, list[str]] = defaultdict(list)
    for notice_id, name in further_names:
        lineage[notice_id].append(name)
    return [
        Notice(
            notice_id,
            notice_date,
            amount,
            _names(letter, reference),
            _names(*claim, *lineage[notice_id]),
            immediate,
        )
        for notice_id, notice_date, amount, immediate, letter, reference, *claim in rows
    ]


def _names(*names: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, names)))
