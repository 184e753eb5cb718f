"""Parts of a whole by name or month as stacked columns."""

from __future__ import annotations

from collections.abc import Sequence

from charts.spec import Amount, ChartSpec, Role, Series
from kpis.catalog import Unit
from kpis.format import exact_value

Part = tuple[str, Sequence[Amount], Role, int | None]


def stacked_parts(
    title: str,
    x: Sequence[str],
    parts: Sequence[Part],
    unit: Unit,
    what: str,
    *,
    x_is_month: bool = False,
) -> ChartSpec:
    """One column per x; each part is its name, its values, its role and its place in the palette."""
    told = "; ".join(
        f"{where}: "
        + ", ".join(f"{name} {exact_value(values[at], unit)}" for name, values, _, _ in parts)
        for at, where in enumerate(x)
    )
    return ChartSpec(
        kind="stacked columns",
        title=title,
        x=tuple(x),
        series=tuple(
            Series(name, tuple(values), role=role, colour=place)
            for name, values, role, place in parts
        ),
        unit=unit,
        alt=f"{what}: {told or 'nothing'}",
        x_is_month=x_is_month,
    )
