"""A chart being drawn: plain dictionaries in Plotly's own form.

Plotly's figure checks every value as it is set, which takes many times as long as drawing. Here nothing is checked
until a test does it for every kind of chart; what is handed on is what Plotly reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import plotly.graph_objects as go
from plotly.basedatatypes import BaseFigure

Part = dict[str, object]


class Drawing:
    """Traces and layout; the methods are those of Plotly's figure that the charts use."""

    def __init__(self) -> None:
        self.traces: list[Part] = []
        self.layout: Part = {}

    def add(self, kind: str, **values: object) -> None:
        """A trace of Plotly's type `kind`."""
        given = {name: value for name, value in values.items() if value is not None}
        self.traces.append({"type": kind, **given})

    def update_layout(self, values: Mapping[str, object] | None = None, **named: object) -> None:
        """Sets what is given; parts within parts are merged."""
        _merge(self.layout, {**(values or {}), **named})

    def update_xaxes(self, **values: object) -> None:
        """Sets it on every x axis."""
        self._update_axes("xaxis", values)

    def update_yaxes(self, **values: object) -> None:
        """Sets it on every y axis."""
        self._update_axes("yaxis", values)

    def add_shape(self, **values: object) -> None:
        self._append("shapes", values)

    def add_annotation(self, **values: object) -> None:
        self._append("annotations", values)

    def as_dict(self) -> Part:
        """Plotly's form of it."""
        return {"data": self.traces, "layout": {"template": _template(), **self.layout}}

    def _update_axes(self, axis: str, values: Mapping[str, object]) -> None:
        names = [name for name in self.layout if name.startswith(axis)] or [axis]
        for name in names:
            _merge(self.layout, {name: values})

    def _append(self, name: str, values: Part) -> None:
        there = self.layout.setdefault(name, [])
        assert isinstance(there, list)
        there.append(values)


class Drawn(BaseFigure):  # type: ignore[misc]  # Streamlit takes a figure without checking it again
    """A finished chart as a figure of Plotly's that is only ever asked for its dictionary."""

    def __init__(self, drawing: Drawing) -> None:
        self._finished = drawing.as_dict()

    def to_dict(self) -> Part:
        return self._finished


@cache
def _template() -> Part:
    """What Plotly would put under every figure: in the app, the template that Streamlit colours."""
    template: Part = go.Figure().to_dict()["layout"].get("template", {})
    return template


def _merge(there: Part, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        inner = there.get(name)
        if isinstance(value, Mapping):
            if not isinstance(inner, dict):
                inner = {}
                there[name] = inner
            _merge(inner, value)
        elif value is None:
            there.pop(name, None)
        else:
            there[name] = value
