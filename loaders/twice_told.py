"""Payments that several sources tell of: in an 835 and in a table, or sent again with other amounts."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa

from data.ledger.spelling import bare_in_sql
from loaders.store import Store

MOST_WARNINGS = 20


@dataclass(frozen=True)
class SameTrace:
    """A payment whose trace number its payer used before, and that earlier payment; amounts in USD.

    counts, earlier_counts: false for what is in quarantine.
    """

    trace: str
    amount: Decimal
    earlier_amount: Decimal
    earlier_date: date
    file: str
    counts: bool
    earlier_counts: bool


# Payments are compared by the letters and digits of their payer and trace number; spreadsheets lose leading zeros.
_PAYER = bare_in_sql("coalesce(payer_name, '')")
_BARE_TRACE = bare_in_sql("coalesce(trace_number, '')")
_TRACE = f"ltrim({_BARE_TRACE}, '0')"
_PAYEE = "coalesce(payee_npi, payee_tin, payee_name, '')"
_KEYS = f"""
select
    remittance.remittance_id
  , remittance.load_id
  , load.kind = '835' as is_835
  , load.file
  , load.sha256
  , remittance.payment_amount
  , remittance.payment_date
  , remittance.trace_number
  , balance_state = 'balanced' as balances
  , {_PAYER} as payer
  , {_PAYEE} as payee
  , {_TRACE} as trace
from remittance
join load using (load_id)
"""  # noqa: S608

# A table's payment dates may be those of posting: ten days are allowed. A list of provider adjustments has
# no claims and may not know the payment's amount. Payments of nothing share trace numbers, so need their payer.
_ALSO_IN_AN_835 = f"""
with payment as ({_KEYS})
, has_claims as (
    select distinct remittance_id
    from claim_payment
    where remittance_id in (select remittance_id from payment where not is_835)
)
select distinct told.remittance_id, told.load_id
from payment as told
join payment as sent
  on sent.is_835
 and sent.trace = told.trace
 and abs(date_diff('day', sent.payment_date, told.payment_date)) <= 10
where not told.is_835
  and told.trace <> ''
  and (sent.balances or not told.balances)
  and (
        (sent.payment_amount = told.payment_amount and (told.payment_amount <> 0 or sent.payer = told.payer))
     or (sent.payer = told.payer and told.remittance_id not in (select remittance_id from has_claims))
  )
"""  # noqa: S608

# What the very file brought that is loaded again stays, unless another file's payment stands beside it.
_IN_THE_PLACE_OF = f"""
with payment as ({_KEYS})
, coming as (
    select
        remittance_id
      , sha256
      , payment_date
      , {_PAYER} as payer
      , {_PAYEE} as payee
      , {_TRACE} as trace
    from incoming
)
, met as (
    select
        coming.remittance_id as coming_id
      , payment.remittance_id
      , payment.file
      , payment.sha256 <> coming.sha256 as is_another_file
    from payment
    join coming
      on coming.remittance_id = payment.remittance_id
      or (
            coming.trace = payment.trace
        and coming.payer = payment.payer
        and coming.payment_date = payment.payment_date
        and coming.trace <> ''
        and (payment.payment_amount <> 0 or coming.payee = payment.payee)
      )
)
select distinct remittance_id, file, is_another_file
from met
where coming_id in (select coming_id from met where is_another_file)
"""  # noqa: S608


def drop_told_by_835(store: Store) -> dict[int, tuple[int, int]]:
    """Take payments out that a table and an 835 tell of, as the table has them.

    Returns per load of a table how many were taken out and how many are left.
    """
    if not store.has_tables_of_remittance():
        return {}
    rows = store.matching(_ALSO_IN_AN_835).to_pylist()
    store.remove_remittances([row["remittance_id"] for row in rows])
    dropped = Counter(row["load_id"] for row in rows)
    return {load: (count, store.remittances_of(load)) for load, count in dropped.items()}


def take_the_place_of_known(store: Store, remittance: pa.Table, sha256: str) -> dict[str, int]:
    """Take out what `remittance` is to replace: the same payment, or payer, trace number and date.

    sha256: of the file that `remittance` is from. Where that file alone brought what is there, it stays.
    Returns how many were taken out, by the other file that brought them.
    """
    columns = ["remittance_id", "payer_name", "trace_number", "payment_date"]
    columns += ["payee_npi", "payee_tin", "payee_name"]
    of_file = pa.array([sha256] * remittance.num_rows, pa.string())
    coming = remittance.select(columns).append_column("sha256", of_file)
    rows = store.matching(_IN_THE_PLACE_OF, coming).to_pylist()
    store.remove_remittances([row["remittance_id"] for row in rows])
    return dict(Counter(row["file"] for row in rows if row["is_another_file"]))


def same_trace_elsewhere(store: Store, loads: list[int]) -> dict[int, list[SameTrace]]:
    """Payments of these loads whose payer used the trace number before for another amount or date.

    At most twenty per load.
    """
    numbers = ", ".join(map(str, loads)) or "0"
    rows = store.matching(
        f"""
        with payment as ({_KEYS})
        select
            payment.load_id
          , payment.trace_number as trace
          , payment.payment_amount as amount
          , earlier.payment_amount as earlier_amount
          , earlier.payment_date as earlier_date
          , earlier.file
          , payment.balances as counts
          , earlier.balances as earlier_counts
        from payment
        join payment as earlier
          on earlier.payer = payment.payer
         and earlier.trace = payment.trace
         and earlier.load_id < payment.load_id
         and earlier.remittance_id <> payment.remittance_id
        where payment.load_id in ({numbers})
          and payment.trace <> ''
          and payment.payment_amount <> 0
          and earlier.payment_amount <> 0
        qualify row_number() over (
            partition by payment.load_id order by payment.trace_number, earlier.payment_date
        ) <= {MOST_WARNINGS}
        order by payment.load_id, payment.trace_number, earlier.payment_date
        """  # noqa: S608
    ).to_pylist()
    found: dict[int, list[SameTrace]] = defaultdict(list)
    for row in rows:
        found[row.pop("load_id")].append(SameTrace(**row))
    return found
