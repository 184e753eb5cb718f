"""Values by row and column as a heatmap."""

from __future__ import annotations

from collections.abc import Sequence

from charts.spec import Amount, ChartSpec, Series
from kpis.catalog import Unit
from kpis.format import cell_value, exact_value


def heat_grid(
    title: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[Amount]]],
    unit: Unit,
    what: str,
) -> ChartSpec:
    """One series per row, values in the order of the columns; None is an empty cell."""
    told = "; ".join(
        f"{name}, {column} {exact_value(value, unit)}"
        for name, values in rows
        for column, value in zip(columns, values, strict=True)
        if cell_value(value, unit)
    )
    return ChartSpec(
        kind="heatmap",
        title=title,
        x=tuple(columns),
        series=tuple(Series(name, tuple(values)) for name, values in rows),
        unit=unit,
        alt=f"{what}: {told or 'nothing'}",
        height=150 + 34 * len(rows),
    )
