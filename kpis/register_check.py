"""Register against remittances: letters never seen on one, and offsets withdrawn without a row in the register."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from kpis.engine import Engine, page_of
from kpis.filters import Condition, Filters, condition
from kpis.money import usd

NEVER_SEEN = "never seen on a remittance"


@dataclass(frozen=True)
class RegisterTotals:
    """Rows of the register and what became of them; USD as the letters and the remittances say."""

    register_rows: int
    seen: int
    never_seen: int
    never_seen_amount: Decimal
    untracked: int
    untracked_amount: Decimal


def register_check_totals(engine: Engine, filters: Filters) -> RegisterTotals:
    """Totals of the filters' payers, whatever the period."""
    letters, items = _letters(filters), _items(filters)
    (row,) = engine.query(
        f"""
        with letter as ({letters.sql})
        , item as ({items.sql})
        select
            (select count(*) from letter) as register_rows
          , (select count(*) from letter where state <> '{NEVER_SEEN}') as seen
          , (select count(*) from letter where state = '{NEVER_SEEN}') as never_seen
          , (select {usd("sum(amount)")} from letter where state = '{NEVER_SEEN}') as never_seen_amount
          , (select count(*) from item) as untracked
          , (select {usd("sum(withheld)")} from item) as untracked_amount
        """,  # noqa: S608  names are constants, values are parameters
        [*letters.params, *items.params],
    ).to_pylist()
    return RegisterTotals(**row)


def never_seen(
    engine: Engine, filters: Filters, limit: int | None = None, offset: int = 0
) -> pa.Table:
    """Rows of the register that no remittance shows anything of, oldest first.

    Columns: receivable_id, payer, letter_number, notice_date, age_days (up to the last payment date that is
    loaded), amount (USD), withdrawal_date (as the register gives it), patient_control_number,
    payer_claim_control_number, reference, file, row_number.
    """
    letters = _letters(filters)
    sql = f"""
        with letter as ({letters.sql})
        select
            letter.receivable_id
          , payer.name as payer
          , letter.letter_number
          , letter.notice_date
          , date_diff('day', letter.notice_date, (select max(payment_date) from posted_remittance)) as age_days
          , letter.amount
          , letter.withdrawal_date
          , letter.patient_control_number
          , letter.payer_claim_control_number
          , letter.reference
          , load.file
          , letter.row_number
        from letter
        join payer on payer.payer_key = letter.payer_key
        join load on load.load_id = letter.load_id
        where letter.state = '{NEVER_SEEN}'
        order by letter.notice_date nulls first, letter.notice_id
    """  # noqa: S608
    return page_of(engine, sql, letters.params, limit, offset)


def untracked_withdrawals(
    engine: Engine, filters: Filters, limit: int | None = None, offset: int = 0
) -> pa.Table:
    """Offsets withdrawn that no row of the register is about, largest first.

    Columns: receivable_id, payer, first_withdrawal, withheld (USD to date), cause, patient_control_number,
    payer_claim_control_number, reference, origin.
    """
    items = _items(filters)
    sql = f"""
        with item as ({items.sql})
        select
            item.receivable_id
          , payer.name as payer
          , item.first_withdrawal
          , item.withheld
          , item.cause
          , item.patient_control_number
          , item.payer_claim_control_number
          , item.reference
          , item.origin
        from item
        join payer on payer.payer_key = item.payer_key
        order by item.withheld desc, item.receivable_id
    """  # noqa: S608
    return page_of(engine, sql, items.params, limit, offset)


def _letters(filters: Filters) -> Condition:
    """Rows of the register of the filters' payers, with their state; no other filter narrows the register."""
    kept = condition(filters, dimensions=frozenset({"payer_key"}), month_column=None)
    sql = f"""
        select current_notice.*, register_check.state, register_check.receivable_id
        from (select * from current_notice where {kept.sql}) as current_notice
        join register_check on register_check.notice_id = current_notice.notice_id
    """  # noqa: S608
    return Condition(sql, kept.params)


def _items(filters: Filters) -> Condition:
    """Untracked offsets within the filters, whatever the period."""
    kept = condition(filters, month_column=None)
    sql = f"""
        select receivable.*
        from (select * from receivable where {kept.sql}) as receivable
        join untracked_withdrawal on untracked_withdrawal.receivable_id = receivable.receivable_id
    """  # noqa: S608
    return Condition(sql, kept.params)
