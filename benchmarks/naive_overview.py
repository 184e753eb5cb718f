"""The Overview as one would first build it: every rerun reads the facts with pandas and adds them up there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd

from data.warehouse import open_reader

FACTS = (
    "claim_payment",
    "posted_remittance",
    "remittance_bridge",
    "receivable",
    "receivable_event",
)
FACTS_OF_APPEALS = ("appeal_case", "open_letter", "payer")


@dataclass(frozen=True)
class NaiveOverview:
    """The figures both builds must agree on: USD, share, days."""

    withheld: Decimal
    recovered: Decimal
    deposits: Decimal
    appeals_decided: int
    lag_days: float | None
    still_to_come: Decimal


def naive_overview(snapshot: Path, since: date, until: date) -> NaiveOverview:
    """All figures of the page for the months from `since` up to `until`, from whole tables in memory."""
    with open_reader(snapshot) as connection:
        tables = {name: connection.table(name).df() for name in (*FACTS, *FACTS_OF_APPEALS)}
    events = tables["receivable_event"].merge(tables["receivable"], on="receivable_id")
    first, end = pd.Timestamp(since), pd.Timestamp(until)
    inside = events[(events["month"] >= first) & (events["month"] < end)]
    _trend(tables, events)
    _what_changed(inside)
    bridge = tables["remittance_bridge"]
    posted = bridge[(bridge["month"] >= first) & (bridge["month"] < end)]
    items = tables["receivable"]
    taken = items[(items["first_withdrawal"] >= first) & (items["first_withdrawal"] < end)]
    counted = taken[taken["lag_state"] == "counted"]
    cases = tables["appeal_case"].dropna(subset=["decided_outcome"])
    decided = cases[(cases["decision_month"] >= first) & (cases["decision_month"] < end)]
    return NaiveOverview(
        withheld=_usd(inside.loc[inside["kind"] == "withheld", "amount"].sum()),
        recovered=_usd(inside.loc[inside["kind"].isin(["returned", "recovered"]), "amount"].sum()),
        deposits=_usd(posted["payment_amount"].sum()),
        appeals_decided=len(decided),
        lag_days=None if counted.empty else float(counted["lag_days"].mean()),
        still_to_come=_usd(items["open_balance"].sum() + tables["open_letter"]["amount"].sum()),
    )


def _trend(tables: dict[str, pd.DataFrame], events: pd.DataFrame) -> pd.Series:
    """Withheld over paid by month: what the trend and the sparklines need."""
    claims = tables["claim_payment"].merge(
        tables["posted_remittance"][["remittance_id", "month"]], on="remittance_id"
    )
    paid = claims.groupby("month")["paid"].sum()
    withheld = events[events["kind"] == "withheld"].groupby("month")["amount"].sum()
    return withheld / paid


def _what_changed(inside: pd.DataFrame) -> list[pd.Series]:
    """Withheld by payer and by cause of the last two months."""
    withheld = inside[inside["kind"] == "withheld"]
    last = withheld[withheld["month"] == withheld["month"].max()]
    return [last.groupby(name)["amount"].sum() for name in ("payer_key", "cause")]


def _usd(amount: object) -> Decimal:
    return Decimal(str(amount)).quantize(Decimal("0.01"))
