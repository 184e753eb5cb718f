"""The executive summary and one section per headline KPI: trend with target, and by payer."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from charts.rankings import ranked_bars
from charts.spec import ChartSpec
from charts.trends import kpi_trend
from kpis.cards import Card
from kpis.catalog import MEASURE_BY_COLUMN, Kpi
from kpis.filters import Filters
from kpis.format import counted, exact_usd
from kpis.overview import cash_bridge, in_sentences, open_exposure
from kpis.periods import month_in_words
from kpis.report_figures import Figures
from reports.content import Cell, Column, Section, Table, told
from reports.material import Material
from reports.sentences import card_in_words, kpi_stands, move_in_words, offsets_moved

_MEASURE = re.compile(r"[a-z_]+")


def summary(material: Material) -> Section:
    """The four headlines, what moved the last month, what is still to come."""
    lines = tuple(
        card_in_words(card, material.scope.comparison_in_words) for card in material.cards
    )
    return Section(
        name="summary",
        heading="Summary",
        title=offsets_moved(material.changed),
        notes="\n".join([*lines, "", *_moves_in_full(material), material.scope.tie_out]),
        statements=_summary_statements(material),
        cards=material.cards,
    )


def headline(material: Material, card: Card) -> Section:
    """One KPI: by month against its target, and by payer."""
    kpi = card.kpi
    charts: tuple[ChartSpec, ...] = ()
    table = by_payer(kpi, material.payers, material.total)
    months = by_month(kpi, material.months, material.total)
    if material.scope.period is not None:
        trend = kpi_trend(
            kpi,
            material.scope.period,
            material.months,
            material.months_before,
            material.scope.comparison_in_words,
            material.targets.of(kpi.name, material.filters.payers),
        )
        charts = (trend, _payer_bars(material, kpi))
    return Section(
        name=kpi.name,
        heading=kpi.title,
        title=kpi_stands(card, material.payers, material.where),
        notes="\n".join(
            [
                card_in_words(card, material.scope.comparison_in_words),
                f"{kpi.title}: {kpi.formula}. {kpi.definition} {kpi.edge_cases}",
                "",
                told(table),
                "",
                told(months),
            ]
        ),
        charts=charts,
        details=(table, months),
        statements=(f"{card_in_words(card, material.scope.comparison_in_words)} · {kpi.formula}",),
    )


def by_payer(kpi: Kpi, payers: tuple[Figures, ...], total: Figures) -> Table:
    """The KPI and the measures it is made of, one row per payer; the total is the card."""
    return _kpi_table(kpi, "payer", Column("payer", "Payer", "text"), payers, total)


def by_month(kpi: Kpi, months: tuple[Figures, ...], total: Figures) -> Table:
    """The KPI and its measures, one row per month that has data."""
    return _kpi_table(kpi, "month", Column("month", "Month", "month"), months, total)


def measures_of(kpi: Kpi) -> tuple[str, ...]:
    """The measures a KPI's formula names, in its order."""
    return tuple(dict.fromkeys(_MEASURE.findall(f"{kpi.numerator} {kpi.denominator or ''}")))


def formula_of(kpi: Kpi) -> str:
    """The KPI as an expression over measures."""
    if kpi.denominator is None:
        return kpi.numerator
    return f"({kpi.numerator}) / ({kpi.denominator})"


def _kpi_table(
    kpi: Kpi, by: str, first: Column, found: tuple[Figures, ...], total: Figures
) -> Table:
    names = measures_of(kpi)
    columns = (
        first,
        *(
            Column(name, MEASURE_BY_COLUMN[name].title, MEASURE_BY_COLUMN[name].unit, total="sum")
            for name in names
        ),
        Column(kpi.name, kpi.title, kpi.unit, formula_of(kpi), "formula"),
    )

    def row(one: Figures, label: Cell) -> tuple[Cell, ...]:
        return (label, *(one.value(name) for name in names), one.value(kpi.name))

    return Table(
        name=f"{kpi.title} by {by}",
        alt=f"{kpi.title} by {by}, with the figures it is made of",
        columns=columns,
        rows=tuple(
            row(one, date.fromisoformat(one.name) if by == "month" else one.name) for one in found
        ),
        total=row(total, "Total"),
    )


def _payer_bars(material: Material, kpi: Kpi) -> ChartSpec:
    shown = [(one.name, one.value(kpi.name)) for one in material.payers_shown]
    return ranked_bars(
        f"{kpi.title} by payer", shown, kpi.unit, material.payer_places, f"{kpi.title} by payer"
    )


def deposits_of(filters: Filters) -> Filters:
    """The filters a deposit can be told for: its payer and the period."""
    return Filters(filters.since, filters.until, filters.payers)


def _summary_statements(material: Material) -> tuple[str, ...]:
    total = material.total
    come = [one.total for one in open_exposure(material.engine, material.filters)]
    return (
        f"{material.where}: {_who(material)} withheld {exact_usd(total.usd('withheld'))} of "
        f"{exact_usd(total.usd('payments'))} paid; {exact_usd(total.usd('recovered'))} came back.",
        *_moves(material),
        f"Still to come: {exact_usd(sum(come, Decimal('0.00')))} announced and not yet taken.",
        _deposits(material),
    )


def _who(material: Material) -> str:
    """The one payer the report is about, else payers."""
    named = material.scope.filters.payers
    return named[0] if len(named) == 1 else "payers"


def _moves(material: Material) -> list[str]:
    """What moved the last month, a line for payers and one for causes."""
    changed = material.changed
    if changed is None:
        return []
    month = month_in_words(changed.month)
    moved = [(label.lower(), move_in_words(moves, 2)) for label, moves in changed.told_of]
    return [f"{month} {label}: {'; '.join(lines)}." for label, lines in moved if lines]


def _moves_in_full(material: Material) -> list[str]:
    changed = material.changed
    if changed is None:
        return []
    moves = [move for _, told in changed.told_of for move in told if move.change]
    return [changed.headline, *in_sentences(moves, len(moves)), ""]


def _deposits(material: Material) -> str:
    cash = cash_bridge(material.engine, deposits_of(material.filters))
    if not cash.remittances:
        return "No deposit in this period."
    tie = (
        "the bridge ties to the cent"
        if not cash.difference
        else f"the bridge misses them by {exact_usd(cash.difference)}"
    )
    return f"{exact_usd(cash.deposits)} reached the bank in {counted(cash.remittances, 'deposit')}: {tie}."
