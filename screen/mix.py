"""What was withheld over time by specialty or cause, the largest by name; a click narrows the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from charts.places import with_borrowed
from charts.spec import ChartSpec, Series
from charts.theme import OTHER, top_names
from kpis.filters import Filters
from kpis.format import exact_usd
from kpis.money import NOTHING
from screen.charts import clicked, show_chart
from screen.filters import current_filters, current_grain
from screen.narrow import months_as_filter, narrow_or_open
from screen.places import Named, places_of
from screen.session import kpi_rows
from screen.spans import Span, chart_notes, notes_below, span_at, spans_of


@dataclass(frozen=True)
class Mix:
    """USD withheld of each name in each span; the rest together under OTHER, which `others` lists."""

    spans: tuple[Span, ...]
    parts: Mapping[str, tuple[Decimal, ...]]
    others: tuple[str, ...]

    def total(self, at: int) -> Decimal:
        """USD withheld in one span."""
        return sum((values[at] for values in self.parts.values()), NOTHING)


def mix_over_time(
    dimension: Named, key: str, title: Callable[[Mix], str], height: int = 340
) -> None:
    """Stacked columns by month or quarter, with the notes of the period."""
    filters = current_filters()
    mix = mix_of(filters, dimension)
    show_chart(
        _chart(filters, mix, dimension, title(mix), height),
        key,
        on_select=partial(_narrow, filters, mix, dimension, key),
    )
    notes_below(filters)


def mix_of(filters: Filters, dimension: Named) -> Mix:
    """The parts under the filters, largest first."""
    rows = kpi_rows(filters, "month", dimension)
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[str(row[dimension])] = sums.get(str(row[dimension]), NOTHING) + row["withheld"]
    totals = {name: float(amount) for name, amount in sums.items() if amount}
    named = top_names(totals)
    spans = spans_of(filters)
    found: dict[tuple[str, date], Decimal] = {}
    for row in rows:
        name = str(row[dimension]) if row[dimension] in named else OTHER
        found[name, row["month"]] = found.get((name, row["month"]), NOTHING) + row["withheld"]
    parts = {
        name: tuple(
            sum((found.get((name, month), NOTHING) for month in span.months), NOTHING)
            for span in spans
        )
        for name in (*named, OTHER)
    }
    kept = {name: values for name, values in parts.items() if name != OTHER or any(values)}
    return Mix(spans, kept, tuple(sorted(set(totals) - set(named))))


def _chart(filters: Filters, mix: Mix, dimension: Named, title: str, height: int) -> ChartSpec:
    places = with_borrowed([name for name in mix.parts if name != OTHER], places_of(dimension))
    return ChartSpec(
        kind="stacked columns",
        title=title,
        x=tuple(span.first.isoformat() for span in mix.spans),
        series=tuple(
            Series(name, values, role="category", colour=places.get(name))
            for name, values in mix.parts.items()
        ),
        unit="usd",
        alt=f"Withheld by {current_grain()} and {dimension}: "
        + ", ".join(f"{span.name} {exact_usd(mix.total(at))}" for at, span in enumerate(mix.spans)),
        x_is_month=True,
        x_names=tuple(span.name for span in mix.spans) if current_grain() == "quarter" else (),
        notes=chart_notes(filters),
        height=height,
    )


def _narrow(filters: Filters, mix: Mix, dimension: Named, key: str) -> None:
    point = clicked(key)
    span = span_at(filters, point["x"]) if point else None
    if point is None or span is None:
        return
    name = list(mix.parts)[int(str(point["curve_number"]))]
    names: Sequence[str] = mix.others if name == OTHER else [name]
    narrow_or_open({**months_as_filter(span.months[0], span.months[-1]), dimension: list(names)})
