"""What the figures mean and what they rest on: definitions, filters, as-of, sources, tie-out."""

from __future__ import annotations

from kpis.catalog import KPIS, MEASURES
from kpis.definitions import kpis_in_words
from kpis.format import exact_usd
from kpis.report_rows import sources as loaded_sources
from kpis.targets import TargetBook
from reports.content import Cell, Column, Section, Table, told
from reports.material import Material


def definitions(material: Material) -> Section:
    """Every KPI of the catalog in words, and the measures they are made of."""
    headlines = _definition_table(material.targets, only_headlines=True)
    full = _definition_table(material.targets, only_headlines=False)
    measures = Table(
        name="Measures",
        alt="The sums that figures are made of",
        columns=(
            Column("title", "Measure", "text"),
            Column("definition", "Definition", "long text"),
        ),
        rows=tuple((measure.title, measure.definition) for measure in MEASURES),
    )
    return Section(
        name="definitions",
        heading="Definitions",
        title=f"Appendix: the {len(headlines.rows)} headline figures, and how each is counted",
        notes=f"{told(full)}\n\n{told(measures)}",
        tables=(headlines,),
        details=(full, measures),
    )


def sources(material: Material) -> Section:
    """Filters, as-of, what was loaded, and whether it ties."""
    state, scope = material.scope.freshness, material.scope
    rows: list[tuple[Cell, ...]] = [
        ("Period", scope.period_in_words),
        ("Compared with", scope.comparison_in_words or "nothing: no earlier months"),
        ("Filters", scope.filters_in_words),
        ("As of", scope.as_of_in_words),
        (
            "Data",
            "Sample data: invented payers and patients" if state.is_sample else "Your exports",
        ),
        *(
            (
                f"Source: {one.kind}",
                f"{one.files:,} {'file' if one.files == 1 else 'files'}, {one.rows:,} rows",
            )
            for one in loaded_sources(material.engine)
        ),
        (
            "Remittances",
            f"{state.posted:,} posted; {state.quarantined:,} do not balance: set aside",
        ),
        ("Tie-out", f"All months, all payers: {scope.tie_out.lower()}"),
    ]
    if state.plb_only:
        rows.append(
            (
                "PLB-visible only",
                f"{state.plb_only:,} remittances of {state.plb_only_payers}: takings through claims cannot be seen",
            )
        )
    table = Table(
        name="Sources",
        alt="Period, filters, as-of, sources and tie-out",
        columns=(Column("what", "What", "text"), Column("value", "Value", "long text")),
        rows=tuple(rows),
    )
    tie = (
        f"ties to {exact_usd(state.deposits)} of deposits, to the cent"
        if state.ties
        else f"misses the deposits by {exact_usd(state.difference)}"
    )
    return Section(
        name="sources",
        heading="Filters and sources",
        title=f"Appendix: everything loaded {tie}",
        notes=told(table),
        tables=(table,),
        details=(table,),
    )


def _definition_table(targets: TargetBook, *, only_headlines: bool) -> Table:
    titles = {kpi.title for kpi in KPIS if kpi.headline or not only_headlines}
    rows = [
        (one.kpi.title, one.kpi.formula, one.kpi.definition, one.kpi.edge_cases, one.target)
        for one in kpis_in_words(targets)
        if one.kpi.title in titles
    ]
    columns = (
        Column("title", "Figure", "text"),
        Column("formula", "Formula", "long text"),
        Column("definition", "Definition", "long text"),
        Column("edge_cases", "Counted so", "long text"),
        Column("target", "Target", "text"),
    )
    return Table(
        name="Definitions",
        alt="Each figure with its formula, definition and target",
        columns=columns,
        rows=tuple(rows),
    )
