"""The cash bridge as a chart: from payments before offsets to the deposits."""

from __future__ import annotations

from charts.spec import ChartSpec, Series
from kpis.format import exact_usd, short_usd
from kpis.overview import CashBridge

CUT_AXIS = "The axis does not start at zero, so that the steps show."
"""What stands with a bridge whose totals are not drawn whole."""


def bridge_chart(cash: CashBridge) -> ChartSpec:
    """Steps of zero are left out; the first and last values are totals, those between move the deposit."""
    steps = [(name, amount) for name, amount in cash.parts if amount]
    names = ("Payments before offsets", *(name for name, _ in steps), "Deposits")
    values = (cash.payments, *(amount for _, amount in steps), cash.deposits)
    return ChartSpec(
        kind="waterfall",
        title=bridge_sentence(cash),
        x=names,
        series=(Series("USD", values),),
        unit="usd",
        alt="Cash bridge: "
        + ", ".join(f"{n} {exact_usd(v)}" for n, v in zip(names, values, strict=True)),
    )


def bridge_sentence(cash: CashBridge) -> str:
    """What was paid, what reached the bank, and what offsets took."""
    if not cash.remittances:
        return "Nothing was paid or deposited in this period"
    taken = -(cash.withheld + cash.given_back)
    return (
        f"Of {short_usd(cash.payments)} paid, {short_usd(cash.deposits)} reached the bank; "
        f"offsets took {short_usd(taken)} net"
    )
