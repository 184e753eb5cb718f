"""First reported → now: what a month looked like when it was first reported, and what has changed it since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from data.known_on import LOADINGS, Loading
from kpis.catalog import HEADLINES, MEASURE_BY_COLUMN, MEASURES, Unit
from kpis.cube import kpi_table
from kpis.engine import Engine
from kpis.filters import Filters
from kpis.format import Value
from kpis.periods import add_months

RESTATED = ("payments", "withheld", "recovered", "refunded", "established")
"""The measures a month is compared by, before the headline KPIs."""


@dataclass(frozen=True)
class LaterFile:
    """A file loaded after a month was first reported; `remittances` of it, in force today, were paid in that month."""

    load_id: int
    file: str
    kind: str
    loaded_at: str
    remittances: int


@dataclass(frozen=True)
class Reported:
    """When a month was first reported and what was loaded since, files that hold payments of the month first."""

    month: date
    first: Loading
    newest: Loading
    later_files: tuple[LaterFile, ...]

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing at all was loaded since."""
        return self.first == self.newest


@dataclass(frozen=True)
class Restated:
    """One figure of a month, then and now, in its unit."""

    name: str
    title: str
    unit: Unit
    first: Value
    now: Value

    @property
    def difference(self) -> Value:
        """now − first; None where either has no value."""
        if self.first is None or self.now is None:
            return None
        if self.unit == "usd":
            return Decimal(str(self.now)) - Decimal(str(self.first))
        return float(self.now) - float(self.first)


def reported(engine: Engine, month: date) -> Reported | None:
    """When a month was first reported; None where it has no remittance.

    That is the first run of the loader that left something paid in the month in the warehouse, and was made
    after the month was over or brought payments of a later one. While a month is not over, the newest run.
    """
    runs = [Loading(**row) for row in engine.query(LOADINGS).to_pylist()]
    covered = _covered_since(engine, month)
    if covered is None:
        return None
    first = next((run for run in runs if run.last_load >= covered), runs[-1])
    return Reported(month, first, runs[-1], _later_files(engine, month, first.last_load))


def restated(then: Engine, now: Engine, filters: Filters, month: date) -> tuple[Restated, ...]:
    """The figures of a month in two states of the warehouse, within the filters; the period gives way to the month."""
    of_month = filters.over(month, add_months(month, 1))
    before, after = _whole(then, of_month), _whole(now, of_month)
    named: list[tuple[str, str, Unit]] = [
        (name, MEASURE_BY_COLUMN[name].title, MEASURE_BY_COLUMN[name].unit) for name in RESTATED
    ]
    named += [(kpi.name, kpi.title, kpi.unit) for kpi in HEADLINES]
    return tuple(
        Restated(name, title, unit, before.get(name), after.get(name))
        for name, title, unit in named
    )


def _whole(engine: Engine, filters: Filters) -> dict[str, Value]:
    rows = kpi_table(engine, filters).to_pylist()
    has_something = rows and any(rows[0][measure.column] for measure in MEASURES)
    return rows[0] if has_something else {}


def _covered_since(engine: Engine, month: date) -> int | None:
    """The first load after which a month was there and over; None where it is not there at all."""
    there = {
        str(name)
        for name in engine.query("select table_name from information_schema.tables")
        .column("table_name")
        .to_pylist()
    }
    gone = (
        "union all select load_id, payment_date, balance_state from replaced_remittance"
        if "replaced_remittance" in there
        else ""
    )
    row = engine.query(
        f"""
        with known as (
            select load_id, payment_date, balance_state from remittance
            {gone}
        )
        , of_month as (
            select min(load_id) as load_id
            from known
            where payment_date >= ? and payment_date < ? and balance_state = 'balanced'
        )
        , month_over as (
            select min(known.load_id) as load_id
            from known
            join load on load.load_id = known.load_id
            where known.payment_date >= ? or load.loaded_at >= ?
        )
        select of_month.load_id as of_month, month_over.load_id as month_over
        from of_month cross join month_over
        """,  # noqa: S608  the part is a constant
        [month, add_months(month, 1), add_months(month, 1), add_months(month, 1)],
    ).to_pylist()[0]
    if row["of_month"] is None:
        return None
    newest = engine.query("select max(load_id) as load_id from load").to_pylist()[0]["load_id"]
    over = newest if row["month_over"] is None else row["month_over"]
    return max(int(row["of_month"]), int(over))


def _later_files(engine: Engine, month: date, first: int) -> tuple[LaterFile, ...]:
    rows = engine.query(
        """
        with of_month as (
            select load_id, count(*) as remittances
            from remittance
            where payment_date >= ? and payment_date < ?
            group by load_id
        )
        select
            load.load_id
          , load.file
          , load.kind
          , strftime(load.loaded_at, '%Y-%m-%d %H:%M') as loaded_at
          , coalesce(of_month.remittances, 0) as remittances
        from load
        left join of_month on of_month.load_id = load.load_id
        where load.load_id > ?
        order by coalesce(of_month.remittances, 0) > 0 desc, load.kind in ('835', 'remittance'), load.load_id
        """,
        [month, add_months(month, 1), first],
    ).to_pylist()
    return tuple(LaterFile(**row) for row in rows)
