"""What a query for a figure says of its rows."""

from __future__ import annotations

from dataclasses import dataclass

from kpis.filters import LISTS

ALL = frozenset(LISTS.values())
PAYER_ONLY = frozenset({"payer_key"})
NOT_THERE = "null"
OF_FIRST_WITHDRAWAL = """(
    select min_by(receivable_event.remittance_id, receivable_event.event_no)
    from receivable_event
    where receivable_event.receivable_id = named.receivable_id and receivable_event.kind = 'withheld'
)"""
"""The remittance that took first from the receivable of a row."""


@dataclass(frozen=True)
class Facts:
    """A query and the dimensions its rows have.

    has_base: rows where `is_base` is true have no cause and no mechanism: those filters leave them alone.
    For an audit, expressions over a row that say where it comes from. item: its receivable_id. remittance and
    claim_no: where it was paid. case_number, notice_id: its row in the appeals log or the offset register.
    """

    sql: str
    dimensions: frozenset[str] = ALL
    has_base: bool = False
    item: str = "receivable_id"
    remittance: str = NOT_THERE
    claim_no: str = NOT_THERE
    case_number: str = NOT_THERE
    notice_id: str = NOT_THERE
