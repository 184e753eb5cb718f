"""The figures directors ask for after the four headlines: all of them, by payer and month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpis.catalog import SecondaryKpi
from kpis.engine import Engine
from kpis.facts import Facts
from kpis.filters import LISTS, OF_TAKEBACKS_ONLY, Condition, Filters, condition
from kpis.format import Value
from kpis.money import usd
from kpis.secondary_appeals import APPEALS
from kpis.secondary_catalog import OF_CATALOG
from kpis.secondary_facts import FACTS
from kpis.secondary_lag import LAGS
from kpis.secondary_remittances import REMITTANCES
from kpis.secondary_withdrawals import WITHDRAWALS

SECONDARY: tuple[SecondaryKpi, ...] = (
    *LAGS,
    *WITHDRAWALS,
    *APPEALS,
    *OF_CATALOG,
    *REMITTANCES,
)
SECONDARY_BY_NAME = {kpi.name: kpi for kpi in SECONDARY}
SECONDARY_DIMENSIONS = ("payer", "month")
DAYS_AHEAD = 30


@dataclass(frozen=True)
class Figure:
    """One value of one secondary figure.

    value: in the KPI's unit; None for no value. median: days, where the value is a mean. count: on how many
    cases it rests. amount: the USD behind it. payer, month: of which, where asked for; None is the whole, or a
    row without a date.
    """

    kpi: SecondaryKpi
    payer: str | None
    month: date | None
    value: Value
    median: float | None
    count: int
    amount: Decimal | None


def secondary_figures(
    engine: Engine,
    filters: Filters,
    by: Sequence[str] = (),
    as_of: date | None = None,
    days_ahead: int = DAYS_AHEAD,
    kpis: Sequence[SecondaryKpi] = SECONDARY,
) -> tuple[Figure, ...]:
    """The secondary figures within the filters, in the catalog's order, each split by `by`.

    as_of: the day of ages and deadlines; the data's last payment date where none is given. days_ahead: how
    soon a deadline counts as near. Balances and deadlines are not narrowed by the period. Raises ValueError
    for an unknown dimension.
    """
    unknown = [name for name in by if name not in SECONDARY_DIMENSIONS]
    if unknown:
        raise ValueError(
            f"{unknown[0]!r} is no dimension here; choose from {', '.join(SECONDARY_DIMENSIONS)}"
        )
    day = as_of or data_through(engine)
    return tuple(
        figure for kpi in kpis for figure in _figures(engine, kpi, filters, by, day, days_ahead)
    )


def data_through(engine: Engine) -> date | None:
    """The last payment date of what is posted; None where nothing is."""
    table = engine.query("select max(payment_date) as day from posted_remittance")
    day: date | None = table.column("day")[0].as_py()
    return day


def facts_query(
    facts: Facts, filters: Filters, day: date | None, days_ahead: int, *, as_of: bool
) -> Condition:
    """A with clause that ends in `named`: the facts within the filters, with their payer's name.

    day: of ages and deadlines; the data's last payment date where none is given.
    """
    kept = _kept(facts, filters, as_of=as_of)
    sql = f"""
        with asked as (
            select
                coalesce(cast(? as date), (select max(payment_date) from posted_remittance)) as day
              , cast(? as integer) as days
        )
        , fact as ({facts.sql})
        , kept as (select * from fact where {kept.sql})
        , named as (
            select kept.*, coalesce(payer.name, 'Unknown payer') as payer
            from kept
            left join payer on payer.payer_key = kept.payer_key
        )
    """  # noqa: S608  queries are constants, values are parameters
    return Condition(sql, (day, days_ahead, *kept.params))


def _kept(facts: Facts, filters: Filters, *, as_of: bool) -> Condition:
    month = None if as_of else "month"
    if not facts.has_base:
        return condition(filters, dimensions=facts.dimensions, month_column=month)
    slice_ = condition(
        filters, dimensions=frozenset(LISTS.values()) - OF_TAKEBACKS_ONLY, month_column=month
    )
    takeback = condition(filters, dimensions=OF_TAKEBACKS_ONLY, month_column=None)
    return Condition(
        f"{slice_.sql} and (is_base or {takeback.sql})", (*slice_.params, *takeback.params)
    )


def _figures(
    engine: Engine,
    kpi: SecondaryKpi,
    filters: Filters,
    by: Sequence[str],
    day: date | None,
    days_ahead: int,
) -> list[Figure]:
    asked = facts_query(FACTS[kpi.facts], filters, day, days_ahead, as_of=kpi.as_of)
    rows = engine.query(f"{asked.sql} {_select(kpi, by)}", asked.params).to_pylist()
    stands_alone = kpi.per == "payer_key" and ("payer" in by or len(filters.payers) == 1)
    return [
        Figure(
            kpi=kpi,
            payer=row.get("payer"),
            month=row.get("month"),
            value=None if stands_alone else row["value"],
            median=row["median"],
            count=row["count"] or 0,
            amount=row["amount"],
        )
        for row in rows
    ]


def _select(kpi: SecondaryKpi, by: Sequence[str]) -> str:
    names = "".join(f"{name}, " for name in by)
    group = f"group by {', '.join(by)} order by {', '.join(by)}" if by else ""
    source = "named"
    if kpi.per:
        inner = ", ".join(dict.fromkeys((*by, kpi.per)))
        source = f"(select {inner}, sum(amount) as amount from named group by {inner}) as part"  # noqa: S608
    return f"""
        select {names}
            {_typed(kpi)} as value
          , {f"cast({kpi.median} as double)" if kpi.median else "cast(null as double)"} as median
          , cast({kpi.count} as bigint) as count
          , {usd(kpi.amount) if kpi.amount else "cast(null as decimal(18, 2))"} as amount
        from {source} {group}
    """  # noqa: S608


def _typed(kpi: SecondaryKpi) -> str:
    if kpi.unit == "usd":
        return usd(kpi.value)
    return f"cast({kpi.value} as {'bigint' if kpi.unit == 'count' else 'double'})"
