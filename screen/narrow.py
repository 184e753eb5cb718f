"""What a click on a chart does: it narrows the whole page, and where it is narrowed so already, opens the offsets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from kpis.filters import Filters
from screen.charts import clicked
from screen.filters import CUSTOM_PERIOD, DIMENSIONS, current_period
from screen.navigation import Values, set_filters, will_open
from screen.spans import span_at

HOW = "Click to narrow the page to it, again to see its offsets."
_KEYS = tuple(dimension.key for dimension in DIMENSIONS)


def narrow_or_open(values: Values) -> None:
    """Sets filters by their keys, e.g. {"cause": ["Upcoding"]}; where they are set, opens the list of offsets."""
    if _are_set(values):
        will_open("offsets", **values)
    else:
        set_filters(values)


def narrow_to_clicked(key: str, filters: Filters) -> None:
    """Narrows the period to the month or quarter clicked in the trend drawn under `key`. For its callback."""
    point = clicked(key)
    span = span_at(filters, point["x"]) if point else None
    if span is not None:
        narrow_or_open(months_as_filter(span.months[0], span.months[-1]))


def months_as_filter(first: date, last: date) -> dict[str, str | Sequence[str]]:
    """Some months, both included, as values of the filter bar."""
    return {"period": CUSTOM_PERIOD, "from": f"{first:%Y-%m}", "to": f"{last:%Y-%m}"}


def _are_set(values: Values) -> bool:
    names = {key: value for key, value in values.items() if key in _KEYS}
    if any(
        sorted(st.session_state.get(key) or ()) != sorted(value) for key, value in names.items()
    ):
        return False
    if "from" not in values:
        return True
    now = current_period()
    return (f"{now.start:%Y-%m}", f"{now.last_month:%Y-%m}") == (values["from"], values["to"])
