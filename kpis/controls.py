"""What each deposit is made of, remittance by remittance, and which offsets are large enough for a second look."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyarrow as pa

from kpis.engine import Engine, page_of
from kpis.filters import Condition, Filters, condition
from kpis.money import usd
from kpis.targets import ESCALATION, TARGETS_FILE

OF_REMITTANCES = frozenset({"payer_key"})
TIE_OUT_SHOWS = {
    "Every remittance": "true",
    "With money withheld or given back": "net_withheld <> 0",
    "With other adjustments": "other <> 0",
    "PLB-visible only": "is_plb_only",
    "Off the deposit": "difference <> 0",
}
"""What the tie-out can be narrowed to, and the condition on a remittance."""


@dataclass(frozen=True)
class TieOutView:
    """What part of the tie-out is asked for; `search` is any part of a trace number."""

    filters: Filters
    show: str = "Every remittance"
    search: str = ""


@dataclass(frozen=True)
class TieOut:
    """Totals of a view, USD: deposits = payments - net_withheld - other, remittance by remittance.

    off: how many remittances differ; difference: deposits less what the parts arrive at, signed.
    """

    remittances: int
    payments: Decimal
    net_withheld: Decimal
    other: Decimal
    deposits: Decimal
    difference: Decimal
    off: int


@dataclass(frozen=True)
class Escalation:
    """Offsets over the threshold, USD withheld in the period."""

    offsets: int
    withheld: Decimal


@cache
def escalation_threshold(file: Path = TARGETS_FILE) -> Decimal:
    """USD above which an offset is listed for a second look: `over` in the targets' file."""
    return Decimal(str(tomllib.loads(file.read_text())[ESCALATION]["over"]))


def tie_out(engine: Engine, view: TieOutView) -> TieOut:
    """Totals over every remittance of the view; over all of them they are the Overview's cash bridge."""
    listed = _tie_out(view)
    (row,) = engine.query(
        f"""
        {listed.sql}
        select
            count(*) as remittances
          , {usd("sum(payments)")} as payments
          , {usd("sum(net_withheld)")} as net_withheld
          , {usd("sum(other)")} as other
          , {usd("sum(payment_amount)")} as deposits
          , {usd("sum(difference)")} as difference
          , count(case when difference <> 0 then 1 end) as off
        from listed
        """,  # noqa: S608  names are constants, values are parameters
        listed.params,
    ).to_pylist()
    return TieOut(**row)


def tie_out_rows(
    engine: Engine, view: TieOutView, limit: int | None = None, offset: int = 0
) -> pa.Table:
    """Remittances of the view, latest first; USD.

    Columns: remittance_id, payment_date, payer, trace_number, payments (P), identified (R), adjustments (W),
    net_withheld (C = R + W), other (O), worked_out (P - C - O), payment_amount (BPR02), difference, is_plb_only.
    """
    listed = _tie_out(view)
    order = "payment_date desc, payer, trace_number, remittance_id"
    sql = f"{listed.sql} select * from listed order by {order}"  # noqa: S608
    return page_of(engine, sql, listed.params, limit, offset)


def escalation(engine: Engine, filters: Filters, over: Decimal) -> Escalation:
    """How many offsets are over the threshold, and what they come to in the period."""
    listed = _over(filters, over)
    (row,) = engine.query(
        f"{listed.sql} select count(*) as offsets, {usd('sum(withheld)')} as withheld from listed",  # noqa: S608
        listed.params,
    ).to_pylist()
    return Escalation(**row)


def escalation_rows(
    engine: Engine, filters: Filters, over: Decimal, limit: int | None = None, offset: int = 0
) -> pa.Table:
    """Offsets of which more than `over` USD was withheld in the period, largest first.

    Columns: receivable_id, payer, withheld (USD in the period), open_balance (USD today), cause, notice_date,
    first_withdrawal, patient_control_number, payer_claim_control_number, reference.
    """
    listed = _over(filters, over)
    sql = f"{listed.sql} select * from listed order by withheld desc, receivable_id"  # noqa: S608
    return page_of(engine, sql, listed.params, limit, offset)


def _tie_out(view: TieOutView) -> Condition:
    kept = condition(view.filters, dimensions=OF_REMITTANCES)
    sql = f"""
        with kept as (
            select * from remittance_bridge where {kept.sql}
        )
        , listed as (
            select
                kept.remittance_id
              , kept.payment_date
              , payer.name as payer
              , kept.trace_number
              , kept.payments
              , kept.identified
              , kept.adjustments
              , kept.net_withheld
              , kept.other
              , {usd("kept.payments - kept.net_withheld - kept.other")} as worked_out
              , kept.payment_amount
              , {usd("kept.payment_amount - (kept.payments - kept.net_withheld - kept.other)")} as difference
              , plb_only_remittance.remittance_id is not null as is_plb_only
            from kept
            join payer on payer.payer_key = kept.payer_key
            left join plb_only_remittance on plb_only_remittance.remittance_id = kept.remittance_id
            where {TIE_OUT_SHOWS[view.show]}
              and position(lower(?) in lower(kept.trace_number)) > 0
        )
    """  # noqa: S608  names are constants, values are parameters
    return Condition(sql, (*kept.params, view.search.strip()))


def _over(filters: Filters, over: Decimal) -> Condition:
    kept = condition(filters)
    sql = f"""
        with movement as (
            select
                receivable_event.receivable_id
              , receivable_event.month
              , receivable_event.amount
              , receivable.payer_key
              , receivable.plan_type
              , receivable.specialty
              , receivable.facility
              , receivable.cause
              , coalesce(receivable_event.mechanism, receivable.mechanism) as mechanism
            from receivable_event
            join receivable on receivable.receivable_id = receivable_event.receivable_id
            where receivable_event.kind = 'withheld'
        )
        , taken as (
            select receivable_id, {usd("sum(amount)")} as withheld
            from movement
            where {kept.sql}
            group by receivable_id
        )
        , listed as (
            select
                receivable.receivable_id
              , payer.name as payer
              , taken.withheld
              , receivable.open_balance
              , receivable.cause
              , receivable.notice_date
              , receivable.first_withdrawal
              , receivable.patient_control_number
              , receivable.payer_claim_control_number
              , receivable.reference
            from taken
            join receivable on receivable.receivable_id = taken.receivable_id
            join payer on payer.payer_key = receivable.payer_key
            where taken.withheld > ?
        )
    """  # noqa: S608
    return Condition(sql, (*kept.params, over))
