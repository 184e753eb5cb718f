"""Where the money went: the cash bridge, payers, specialties, causes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from charts.bridge import CUT_AXIS, bridge_chart, bridge_sentence
from charts.grids import heat_grid
from charts.native import native_chart
from charts.rankings import ranked_bars
from charts.theme import NAMED
from kpis.catalog import HEADLINES, MEASURE_BY_COLUMN
from kpis.cube import kpi_table
from kpis.definitions import causes as known_causes
from kpis.format import exact_usd, short_usd
from kpis.money import NOTHING
from kpis.overview import cash_bridge
from kpis.payers import CONCENTRATED, Concentration, concentration, payer_standings
from kpis.report_figures import REST, Figures, figures_by, largest_and_rest
from reports.content import Cell, Column, Section, Table, told
from reports.material import Material
from reports.section_headlines import deposits_of, formula_of, measures_of
from reports.sentences import short_name, withheld_by_top

ROWS = 10
NOTHING_WITHHELD = "Nothing was withheld in this period"
STANDING = (
    Column("withheld", "Withheld", "usd", total="sum"),
    Column("payments", "Paid before", "usd", total="sum"),
    Column("offset_volume_rate", "Rate", "share", "withheld / payments", "formula"),
    Column("recoupment_lag_days", "Lag, days", "days"),
    Column("appeal_success_rate", "Appeals won", "share"),
    Column("recovered", "Recovered", "usd", total="sum"),
    Column("net_cash_impact", "Net cash", "usd", "recovered - withheld", "formula"),
)


def bridge(material: Material) -> Section:
    """From payments before offsets to the deposits, with its tie-out."""
    cash = cash_bridge(material.engine, deposits_of(material.filters))
    chart = bridge_chart(cash)
    rows: list[tuple[Cell, ...]] = [("Payments before offsets", cash.payments), *cash.parts]
    table = Table(
        name="Cash bridge",
        alt="What lies between payments before offsets and deposits; the total is the deposits",
        columns=(Column("step", "Step", "text"), Column("amount", "USD", "usd", total="sum")),
        rows=tuple(rows),
        total=("Deposits", cash.deposits),
    )
    tie = (
        f"Ties to the cent: {exact_usd(cash.deposits)} in {cash.remittances:,} deposits."
        if not cash.difference
        else f"The bridge misses the deposits by {exact_usd(cash.difference)}."
    )
    split = (
        " A deposit pays all specialties and plans at once: the bridge keeps only payer and period."
        if material.filters.splits_remittances
        else ""
    )
    is_cut = cash.remittances and native_chart(chart).axis_from is not None
    cut = f" {CUT_AXIS}" if is_cut else ""
    return Section(
        name="cash_bridge",
        heading="Cash bridge",
        title=bridge_sentence(cash),
        notes=f"{told(table)}\n{tie}{split}",
        charts=(chart,) if cash.remittances else (),
        details=(table,),
        statements=(f"{tie}{cut}{split}",),
    )


def payers(material: Material) -> Section:
    """Payers by what they withheld, with all four KPIs."""
    found = concentration(payer_standings(material.engine, material.filters))
    title = NOTHING_WITHHELD
    lines: tuple[str, ...] = ()
    if found is not None:
        title = withheld_by_top(material.payers, material.total.usd("withheld"), "took")
        lines = (_concentration_in_words(found),)
    shown = _standing_table("Payers", "Payer", material.payers_shown, material.total)
    full = _whole_standing("Payers", "Payer", material.payers, material.total)
    return Section(
        name="payers",
        heading="Payers",
        title=title,
        notes=told(full),
        tables=(shown,) if material.payers else (),
        details=(full,),
        statements=lines,
    )


def _concentration_in_words(found: Concentration) -> str:
    """Whether few payers take most; one alone is not few of many."""
    if found.payers == 1:
        return f"{found.top_payer} took everything that was withheld in this period."
    is_high = found.hhi >= CONCENTRATED
    how = "concentrated in few payers" if is_high else "spread over several payers"
    return (
        f"Takebacks are {how}: HHI {found.hhi:,} over {found.payers} payers "
        f"(10,000 is one payer alone; {CONCENTRATED:,} and more counts as concentrated)."
    )


def specialties(material: Material) -> Section:
    """Withheld by specialty and payer, as a coloured table."""
    found = figures_by(material.engine, material.filters, "specialty")
    full = _whole_standing("Specialties", "Specialty", found, material.total)
    cells = _cells(material)
    if not any(cells.values()):
        return Section("specialties", "Specialties", NOTHING_WITHHELD, told(full), details=(full,))
    worst = max(cells, key=lambda cell: cells[cell])
    total = material.total.usd("withheld")
    title = (
        f"{short_name(worst[1])} in {short_name(worst[0])} is the largest: "
        f"{short_usd(cells[worst])} of {short_usd(total)} withheld"
    )
    rows = _named([one.name for one in found if one.usd("withheld")], ROWS)
    columns = _named([one.name for one in material.payers if one.usd("withheld")], NAMED)
    grid = heat_grid(
        title,
        columns,
        [(row, [_sum(cells, row, column, rows, columns) for column in columns]) for row in rows],
        "usd",
        "Withheld by specialty and payer",
    )
    exact = "\n".join(
        f"{specialty}, {payer}: {exact_usd(amount)}" for (specialty, payer), amount in cells.items()
    )
    return Section(
        name="specialties",
        heading="Specialties",
        title=title,
        notes=f"{told(full)}\n\nBy specialty and payer\n{exact}",
        charts=(grid,),
        details=(full, _cell_table(cells, material)),
        statements=(
            "Darker is more. Unassigned: taken without naming a claim, or by a provider the roster does not know.",
        ),
    )


def causes(material: Material) -> Section:
    """Why it was taken, and the control that prevents it."""
    found = tuple(
        one
        for one in figures_by(material.engine, material.filters, "cause")
        if one.usd("withheld") or one.usd("recovered")
    )
    shown = largest_and_rest(material.engine, material.filters, "cause", found, ROWS)
    control = {one.cause: one.preventive_control for one in known_causes(material.engine)}
    total = material.total.usd("withheld")
    table = _cause_table(shown, material.total, control)
    full = _cause_table(found, material.total, control)
    if not total:
        return Section("causes", "Causes", NOTHING_WITHHELD, told(full), details=(full,))
    title = withheld_by_top(found, total, "accounts for")
    places: dict[str, int] = dict.fromkeys((one.name for one in shown), 0)
    bars = [(one.name, one.usd("withheld")) for one in shown]
    return Section(
        name="causes",
        heading="Causes",
        title=title,
        notes=told(full),
        charts=(ranked_bars("Withheld by cause", bars, "usd", places, "Withheld by cause"),),
        tables=(table,),
        details=(full,),
        statements=(
            "Read from the correction's codes; the register's cause wins. Unclassified: nothing says why.",
        ),
    )


def _cause_table(found: Sequence[Figures], total: Figures, control: dict[str, str]) -> Table:
    whole = total.usd("withheld")

    def share(one: Figures) -> float | None:
        return float(one.usd("withheld") / whole) if whole else None

    return Table(
        name="Causes",
        alt="Withheld by cause, its share, and the control that prevents it",
        columns=(
            Column("cause", "Cause", "text"),
            Column("withheld", "Withheld", "usd", total="sum"),
            Column("share", "Share", "share", total="sum"),
            Column("control", "Preventive control", "long text"),
        ),
        rows=tuple(
            (one.name, one.usd("withheld"), share(one), control.get(one.name, "")) for one in found
        ),
        total=("Total", whole, share(total), ""),
    )


def _standing_table(name: str, first: str, found: Sequence[Figures], total: Figures) -> Table:
    def row(one: Figures, label: str) -> tuple[Cell, ...]:
        return (label, *(one.value(column.name) for column in STANDING))

    return Table(
        name=name,
        alt=f"{name}, most withheld first, with all four KPIs",
        columns=(Column("name", first, "text"), *STANDING),
        rows=tuple(row(one, one.name) for one in found),
        total=row(total, "Total"),
    )


def _whole_standing(name: str, first: str, found: Sequence[Figures], total: Figures) -> Table:
    """The measures that all four KPIs are made of, and the KPIs as formulas over them."""
    named = dict.fromkeys(name for kpi in HEADLINES for name in measures_of(kpi))
    measures = [MEASURE_BY_COLUMN[one] for one in named]
    columns = (
        Column("name", first, "text"),
        *(Column(one.column, one.title, one.unit, total="sum") for one in measures),
        *(Column(kpi.name, kpi.title, kpi.unit, formula_of(kpi), "formula") for kpi in HEADLINES),
    )

    def row(one: Figures, label: str) -> tuple[Cell, ...]:
        return (label, *(one.value(column.name) for column in columns[1:]))

    return Table(
        name=name,
        alt=f"{name}, most withheld first, with all four KPIs and what they are made of",
        columns=columns,
        rows=tuple(row(one, one.name) for one in found),
        total=row(total, "Total"),
    )


def _cell_table(cells: dict[tuple[str, str], Decimal], material: Material) -> Table:
    """Withheld by specialty and payer, every one of them."""
    payers = [one.name for one in material.payers if one.usd("withheld")]
    rows = list(dict.fromkeys(specialty for specialty, _ in cells))
    return Table(
        name="Withheld by specialty and payer",
        alt="Withheld by specialty and payer",
        columns=(
            Column("specialty", "Specialty", "text"),
            *(Column(f"payer_{at}", name, "usd", total="sum") for at, name in enumerate(payers)),
        ),
        rows=tuple((row, *(cells.get((row, payer), NOTHING) for payer in payers)) for row in rows),
        total=(
            "Total",
            *(sum((cells.get((row, p), NOTHING) for row in rows), NOTHING) for p in payers),
        ),
        shaded=True,
    )


def _cells(material: Material) -> dict[tuple[str, str], Decimal]:
    return {
        (row["specialty"], row["payer"]): row["withheld"]
        for row in kpi_table(material.engine, material.filters, ("specialty", "payer")).to_pylist()
        if row["withheld"]
    }


def _named(names: Sequence[str], limit: int) -> list[str]:
    """The first names, and REST where more than one is left over."""
    return list(names) if len(names) <= limit + 1 else [*names[:limit], REST]


def _sum(
    cells: dict[tuple[str, str], Decimal],
    row: str,
    column: str,
    rows: Sequence[str],
    columns: Sequence[str],
) -> Decimal:
    """One cell, or all those that stand under REST."""
    return sum(
        (
            amount
            for (specialty, payer), amount in cells.items()
            if _belongs(specialty, row, rows) and _belongs(payer, column, columns)
        ),
        NOTHING,
    )


def _belongs(name: str, label: str, labels: Sequence[str]) -> bool:
    return name == label if label != REST else name not in labels
