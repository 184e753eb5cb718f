"""How far the data reaches, when it was loaded, and whether it ties to the deposits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kpis.engine import Engine


@dataclass(frozen=True)
class Freshness:
    """The state of what is loaded.

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
    row = engine.query(
        """
        select
            (select max(payment_date) from posted_remittance) as data_through
          , (select max(loaded_at) from load) as loaded_at
          , (select count(*) from load) as files
          , (select count(*) > 0 and bool_and(is_sample) from load) as is_sample
          , (select count(*) from posted_remittance) as posted
          , (select count(*) from remittance where balance_state <> 'balanced') as quarantined
          , (select cast(coalesce(sum(payment_amount), 0) as decimal(18, 2)) from remittance_bridge) as deposits
          , (select cast(coalesce(sum(payment_amount - (payments - net_withheld - other)), 0) as decimal(18, 2))
             from remittance_bridge) as difference
          , (select count(*) from plb_only_remittance) as plb_only
          , (select coalesce(string_agg(distinct payer.name, ', ' order by payer.name), '')
             from plb_only_remittance join payer using (payer_key)) as plb_only_payers
        """
    ).to_pylist()[0]
    return Freshness(**row)
