"""How far the data reaches, when it was loaded, and whether it ties to the deposits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kpis.engine import Engine

PARTS = (
    "select max(payment_date) as data_through, count(*) as posted from posted_remittance",
    """
    select max(loaded_at) as loaded_at, count(*) > 0 and bool_and(is_sample) as is_sample
    from load
    """,
    """
    select
        count(distinct load_id) as files
      , count(case when balance_state <> 'balanced' then 1 end) as quarantined
    from remittance
    """,
    """
    select
        cast(coalesce(sum(payment_amount), 0) as decimal(18, 2)) as deposits
      , cast(coalesce(sum(payment_amount - (payments - net_withheld - other)), 0) as decimal(18, 2)) as difference
    from remittance_bridge
    """,
    """
    select
        count(*) as plb_only
      , coalesce(string_agg(distinct payer.name, ', ' order by payer.name), '') as plb_only_payers
    from plb_only_remittance
    join payer using (payer_key)
    """,
)
"""One statement a table: as parts of one the same takes five times as long."""


@dataclass(frozen=True)
class Freshness:
    """The state of what is loaded.

    files: those that hold remittances.
    deposits: USD that reached the bank, over all posted remittances. difference: deposits less what the
    cash bridge makes of payments, withholding and other adjustments, USD; anything but 0 is a fault.
    plb_only: remittances from tables without claims, whose takings through claims cannot be seen, of
    plb_only_payers.
    """

    data_through: date | None
    loaded_at: datetime | None
    files: int
    is_sample: bool
    posted: int
    quarantined: int
    deposits: Decimal
    difference: Decimal
    plb_only: int
    plb_only_payers: str

    @property
    def ties(self) -> bool:
        return self.difference == 0


def freshness(engine: Engine) -> Freshness:
    """What is loaded now."""
    row: dict[str, Any] = {}
    for part in PARTS:
        row |= engine.query(part).to_pylist()[0]
    return Freshness(**row)
