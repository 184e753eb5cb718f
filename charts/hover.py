"""What hover says of each value: where it stands, the exact figure, and one line more where there is one."""

from __future__ import annotations

from charts.spec import Amount, ChartSpec, Series
from kpis.format import exact_value


def hover_texts(spec: ChartSpec, series: Series) -> list[str]:
    """One text per value of the series, in Plotly's mark-up."""
    details = series.detail or ("",) * len(spec.x)
    return [
        _hover_text(spec, series, at, value, details[at]) for at, value in enumerate(series.values)
    ]


def _hover_text(spec: ChartSpec, series: Series, at: int, value: Amount, detail: str) -> str:
    where = spec.x[at][:7] if spec.x_is_month else spec.x[at]
    where = spec.x_names[at] if spec.x_names else where
    who = f"{series.name}, {where}" if len(spec.series) > 1 or spec.kind == "line" else where
    lines = [f"<b>{who}</b>", exact_value(value, spec.unit)]
    return "<br>".join([*lines, detail] if detail else lines)
