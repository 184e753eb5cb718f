"""Which payers cost most: ranking, concentration, and one payer's lag and appeals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kpis.cards import sum_of
from kpis.catalog import KPI_BY_NAME
from kpis.cube import kpi_table
from kpis.engine import Engine
from kpis.filters import Filters, condition
from kpis.grain import Steps, over_steps
from kpis.money import NOTHING

RATE = "offset_volume_rate"
LAG_EDGES = ((0, 14), (15, 30), (31, 45), (46, 60), (61, 90), (91, 120), (121, None))
CONCENTRATED = 2500


@dataclass(frozen=True)
class PayerStanding:
    """One payer's figures over the period; USD, shares, days. trend: its rate by step, 0 where there is none."""

    payer: str
    payments: Decimal
    withheld: Decimal
    recovered: Decimal
    offset_volume_rate: float | None
    recoupment_lag_days: float | None
    lag_count: int
    appeal_success_rate: float | None
    appeals_decided: int
    recovery_rate_cash: float | None
    net_cash_impact: Decimal
    taken_count: int
    trend: tuple[float, ...]


@dataclass(frozen=True)
class Concentration:
    """How much of what is withheld comes from few payers; hhi runs from near 0 to 10,000, one payer alone."""

    top_payer: str
    top_share: float
    hhi: int
    payers: int


@dataclass(frozen=True)
class RatePanel:
    """A payer's offset volume rate at each step of the trend; None where it paid nothing."""

    name: str
    rates: tuple[float | None, ...]


@dataclass(frozen=True)
class LagDistribution:
    """Receivables first withdrawn from in the period, by days since their notice.

    counts: one per LAG_EDGES. left_out: why the others have no lag, and how many.
    """

    counts: tuple[int, ...]
    median: float | None
    ninetieth: float | None
    left_out: tuple[tuple[str, int], ...]

    @property
    def counted(self) -> int:
        return sum(self.counts)

    @property
    def withdrawn(self) -> int:
        return self.counted + sum(count for _, count in self.left_out)

    @property
    def without_notice(self) -> int:
        return dict(self.left_out).get("no notice on file", 0)


@dataclass(frozen=True)
class AppealStanding:
    """Appeal cases: decided in the period by their outcome, and what stands apart as of now, whatever the period."""

    full: int
    partial: int
    upheld: int
    pending: int
    withdrawn: int
    dismissed: int

    @property
    def decided(self) -> int:
        return self.full + self.partial + self.upheld


def payer_standings(
    engine: Engine, filters: Filters, steps: Steps = ()
) -> tuple[PayerStanding, ...]:
    """Every payer with payments or takebacks in the period, most withheld first; steps: those of its trend."""
    by_payer: dict[str, list[dict[str, object]]] = {}
    for row in kpi_table(engine, filters, ("payer", "month")).to_pylist():
        by_payer.setdefault(row["payer"], []).append(row)
    decided = KPI_BY_NAME["appeal_success_rate"].count
    standings = [
        PayerStanding(
            payer=row["payer"],
            payments=row["payments"],
            withheld=row["withheld"],
            recovered=row["recovered"],
            offset_volume_rate=row["offset_volume_rate"],
            recoupment_lag_days=row["recoupment_lag_days"],
            lag_count=row["lag_count"],
            appeal_success_rate=row["appeal_success_rate"],
            appeals_decided=sum_of(decided, row) or 0,
            recovery_rate_cash=row["recovery_rate_cash"],
            net_cash_impact=row["net_cash_impact"],
            taken_count=row["taken_count"],
            trend=tuple(rate or 0.0 for rate in over_steps(by_payer[row["payer"]], steps, RATE)),
        )
        for row in kpi_table(engine, filters, ("payer",)).to_pylist()
    ]
    return tuple(sorted(standings, key=lambda one: (-one.withheld, one.payer)))


def rate_panels(
    engine: Engine,
    filters: Filters,
    named: tuple[str, ...],
    others: tuple[str, ...],
    rest: str,
    steps: Steps,
) -> tuple[RatePanel, ...]:
    """A panel for each payer named, and for the others as one, `rest`, over the months or quarters of `steps`.

    A rate of a quarter or of the others is that of their sums, not a mean of rates.
    """
    found: dict[str, list[dict[str, object]]] = {name: [] for name in named}
    for row in kpi_table(engine, replace(filters, payers=named), ("payer", "month")).to_pylist():
        found[row["payer"]].append(row)
    if others:
        found[rest] = kpi_table(engine, replace(filters, payers=others), ("month",)).to_pylist()
    return tuple(RatePanel(name, over_steps(rows, steps, RATE)) for name, rows in found.items())


def concentration(standings: Sequence[PayerStanding]) -> Concentration | None:
    """Top payer's share and the Herfindahl-Hirschman index of withheld USD; None where nothing is withheld."""
    total = sum((one.withheld for one in standings), NOTHING)
    if not total:
        return None
    shares = [float(one.withheld / total) for one in standings]
    top = max(standings, key=lambda one: one.withheld)
    return Concentration(
        top_payer=top.payer,
        top_share=float(top.withheld / total),
        hhi=round(sum((share * 100) ** 2 for share in shares)),
        payers=sum(1 for one in standings if one.withheld),
    )


def lag_distribution(engine: Engine, filters: Filters) -> LagDistribution:
    """Lags of the receivables whose first withdrawal lies in the period."""
    kept = condition(filters, month_column="date_trunc('month', first_withdrawal)::date")
    buckets = ", ".join(
        f"sum(case when lag_state = 'counted' and lag_days >= {low}"
        f"{'' if high is None else f' and lag_days <= {high}'} then 1 else 0 end) as bucket_{at}"
        for at, (low, high) in enumerate(LAG_EDGES)
    )
    source = f"from receivable where first_withdrawal is not null and {kept.sql}"
    row = engine.query(
        f"""
        select {buckets}
          , percentile_cont(0.5) within group (order by case when lag_state = 'counted' then lag_days end) as median
          , percentile_cont(0.9) within group (order by case when lag_state = 'counted' then lag_days end) as ninetieth
        {source}
        """,
        kept.params,
    ).to_pylist()[0]
    left_out = engine.query(
        f"select lag_state, count(*) as n {source} and lag_state <> 'counted' group by 1 order by 2 desc, 1",
        kept.params,
    ).to_pylist()
    return LagDistribution(
        counts=tuple(int(row[f"bucket_{at}"] or 0) for at in range(len(LAG_EDGES))),
        median=row["median"],
        ninetieth=row["ninetieth"],
        left_out=tuple((one["lag_state"], one["n"]) for one in left_out),
    )


def appeal_standing(engine: Engine, filters: Filters) -> AppealStanding:
    """Decisions of the period from the cube, so they equal the card; the rest as of now."""
    decided = kpi_table(engine, filters).to_pylist()[0]
    kept = condition(replace(filters, since=None, until=None))
    apart = engine.query(
        f"""
        select status, count(*) as n
        from appeal_case
        where status in ('pending', 'withdrawn', 'dismissed') and {kept.sql}
        group by status
        """,  # noqa: S608
        kept.params,
    ).to_pylist()
    count = {row["status"]: row["n"] for row in apart}
    return AppealStanding(
        full=decided["appeals_full"],
        partial=decided["appeals_partial"],
        upheld=decided["appeals_upheld"],
        pending=count.get("pending", 0),
        withdrawn=count.get("withdrawn", 0),
        dismissed=count.get("dismissed", 0),
    )


def lag_label(edge: tuple[int, int | None]) -> str:
    """A bucket of days as people say it: "15–30", "121 +"."""
    low, high = edge
    return f"{low} +" if high is None else f"{low}–{high}"
