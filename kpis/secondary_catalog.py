"""The catalog's KPIs that are no headline, as secondary figures: told as there, with how many cases they rest on."""

from __future__ import annotations

from kpis.catalog import KPI_BY_NAME, SecondaryKpi

WON = "count(case when outcome in ({}) then 1 end)"
BACK = "case when kind in ('returned', 'recovered') then {} end"


def _as_in_catalog(
    name: str, *, facts: str, value: str, count: str = "count(*)", amount: str
) -> SecondaryKpi:
    """A KPI of the catalog over rows; its words, its measures and its direction are the catalog's."""
    kpi = KPI_BY_NAME[name]
    return SecondaryKpi(
        name=kpi.name,
        title=kpi.title,
        unit=kpi.unit,
        good=kpi.good,
        formula=kpi.formula,
        definition=kpi.definition,
        edge_cases=kpi.edge_cases,
        facts=facts,
        value=value,
        count=count,
        amount=amount,
        of_measures=(kpi.numerator, kpi.denominator or ""),
    )


OF_CATALOG = (
    _as_in_catalog(
        "recovery_rate_cash",
        facts="payment or movement",
        value=f"cast(coalesce(sum({BACK.format('amount')}), 0) as double) "
        "/ nullif(cast(sum(case when kind = 'withheld' then amount end) as double), 0)",
        count=f"count(distinct {BACK.format('receivable_id')})",
        amount=f"sum({BACK.format('amount')})",
    ),
    _as_in_catalog(
        "appeal_success_rate_strict",
        facts="decided case",
        value=f"cast({WON.format(repr('full'))} as double) / nullif(count(*), 0)",
        amount="sum(at_issue)",
    ),
    _as_in_catalog(
        "appeal_dollars_rate",
        facts="decided case",
        value="cast(sum(amount) as double) / nullif(cast(sum(at_issue) as double), 0)",
        amount="sum(amount)",
    ),
)
