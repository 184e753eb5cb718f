"""The cash bridge as journal entries for the general ledger: one entry per payer and month, debits equal to credits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpis.controls import OF_REMITTANCES
from kpis.engine import Engine
from kpis.filters import Filters, condition

LINES = {
    "deposits": "Cash: payer deposits",
    "withheld": "Withheld by payers",
    "returned": "Withholding given back",
    "credits": "Credits without a known item and excess refunds",
    "interest": "Interest",
    "third_party_debt": "Third-party debt",
    "advances": "Advances and settlements",
    "other": "Other adjustments",
    "payments": "Payments before offsets",
}
"""The lines of an entry in order: their names, as settings know them, and what an account is called until it is set."""

COLUMNS = {
    "month": "Month",
    "payer": "Payer",
    "account": "Account",
    "debit": "Debit",
    "credit": "Credit",
    "remittances": "Remittances",
}
"""A line as it is printed and taken along: each value's heading."""


@dataclass(frozen=True)
class JournalLine:
    """One line; USD, never negative, one of debit and credit is zero. remittances: how many the entry is made of."""

    month: date
    payer: str
    account: str
    debit: Decimal
    credit: Decimal
    remittances: int


def journal(
    engine: Engine, filters: Filters, accounts: Mapping[str, str] | None = None
) -> list[JournalLine]:
    """The entries of the filters' payers and period, by month and payer; lines of nothing are left out.

    What reaches the bank and what is taken is debited, what the claims paid before it is credited, so that each
    entry is P = G - returned - credits + O + BPR02 of docs/ledger.md. accounts: by name of LINES.
    """
    kept = condition(filters, dimensions=OF_REMITTANCES)
    entries = engine.query(
        f"""
        select
            remittance_bridge.month
          , payer.name as payer
          , sum(payment_amount) as deposits
          , sum(withheld) as withheld
          , -sum(returned) as returned
          , -sum(withheld - returned - net_withheld) as credits
          , sum(interest) as interest
          , sum(third_party_debt) as third_party_debt
          , sum(advances) as advances
          , sum(other - interest - third_party_debt - advances) as other
          , -sum(payments) as payments
          , count(*) as remittances
        from (select * from remittance_bridge where {kept.sql}) as remittance_bridge
        join payer on payer.payer_key = remittance_bridge.payer_key
        group by remittance_bridge.month, remittance_bridge.payer_key, payer.name
        order by remittance_bridge.month, payer.name, remittance_bridge.payer_key
        """,  # noqa: S608
        kept.params,
    ).to_pylist()
    named = {**LINES, **(accounts or {})}
    return [line for entry in entries for line in _lines(entry, named)]


def _lines(entry: Mapping[str, object], accounts: Mapping[str, str]) -> Iterator[JournalLine]:
    for name in LINES:
        amount = entry[name]
        assert isinstance(amount, Decimal)
        if amount:
            debit, credit = max(amount, Decimal(0)), max(-amount, Decimal(0))
            month, payer, remittances = entry["month"], entry["payer"], entry["remittances"]
            assert isinstance(month, date)
            assert isinstance(remittances, int)
            yield JournalLine(month, str(payer), accounts[name], debit, credit, remittances)
