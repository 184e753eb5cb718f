"""Values by name as bars, each name in its own colour, largest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from charts.spec import Amount, ChartSpec, Series
from kpis.catalog import Unit
from kpis.format import exact_value


def ranked_bars(
    title: str,
    values: Sequence[tuple[str, Amount]],
    unit: Unit,
    places: Mapping[str, int],
    what: str,
) -> ChartSpec:
    """One bar per name in the order given; names without a place in the palette are drawn as "Other".

    `what` opens the text for readers who cannot see it, e.g. "Withheld by payer".
    """
    names = tuple(name for name, _ in values)
    return ChartSpec(
        kind="bars",
        title=title,
        x=names,
        series=tuple(
            Series(
                name,
                tuple(value if other == name else None for other in names),
                role="category",
                colour=places.get(name),
            )
            for name, value in values
        ),
        unit=unit,
        alt=f"{what}: " + ", ".join(f"{name} {exact_value(value, unit)}" for name, value in values),
        height=max(160, 44 * len(names) + 30),
        legend=False,
    )
