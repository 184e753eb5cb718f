"""The filter bar: one row on every page, every choice in the URL, so that each view is a link.

What a widget offers is what the URL holds: Streamlit reads back the words it shows, nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import streamlit as st

from kpis.choices import Choices, choices
from kpis.filters import Filters
from kpis.periods import PRESETS, Period, add_months, parse_month, preset_period
from screen.navigation import FRAMED, LEAVING_FOR, PENDING, leave, set_filters
from screen.session import ask

DEFAULT_PERIOD = PRESETS["12m"]
CUSTOM_PERIOD = "Custom months"
PERIODS = (*(PRESETS[name] for name in ("12m", "24m", "6m", "3m", "ytd", "all")), CUSTOM_PERIOD)
PRESET_BY_LABEL = {label: name for name, label in PRESETS.items()}

PRIOR_PERIOD, PRIOR_YEAR, NO_COMPARISON = "vs prior period", "vs prior year", "no comparison"
COMPARISONS = (PRIOR_PERIOD, PRIOR_YEAR, NO_COMPARISON)


@dataclass(frozen=True)
class Dimension:
    """A filter of several values: its key in the URL, where its values are, what it is called."""

    key: str
    field: str
    label: str
    nothing: str


PAYER = Dimension("payer", "payers", "Payer", "All payers")
DIMENSIONS = (
    PAYER,
    Dimension("specialty", "specialties", "Specialty", "All specialties"),
    Dimension("plan", "plan_types", "Plan type", "All plan types"),
    Dimension("facility", "facilities", "Facility", "All facilities"),
    Dimension("cause", "causes", "Cause", "All causes"),
    Dimension("mechanism", "mechanisms", "Mechanism", "All mechanisms"),
)
KEYS = ("period", "from", "to", "compare", *(dimension.key for dimension in DIMENSIONS))

DEFAULTS = {"period": DEFAULT_PERIOD, "compare": PRIOR_PERIOD}


def filter_bar() -> None:
    """Draws the filters; the pages read them with `current_filters` and its neighbours."""
    st.session_state[FRAMED] = True
    offered = ask(choices)
    if LEAVING_FOR in st.session_state:
        _keep_for_next_page()
    else:
        _apply_pending()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="filters"):
        _one_of("Period", PERIODS, "period", width=170)
        if st.session_state["period"] == CUSTOM_PERIOD:
            _custom_months(offered)
        _one_of("Compare with", COMPARISONS, "compare", width=170)
        _several_of(PAYER, offered, width=330)
        _more_filters(offered)
        if _set_filters():
            st.button("Reset", icon=":material/restart_alt:", on_click=_reset, type="tertiary")
    leave(_in_url())
    _what_is_filtered()


def current_filters() -> Filters:
    """The period and values chosen."""
    period = current_period()
    chosen = {d.field: tuple(st.session_state.get(d.key) or ()) for d in DIMENSIONS}
    return Filters(since=period.start, until=period.end, **chosen)


def current_period() -> Period:
    """The months chosen; where nothing is loaded, the month this is asked in counts as the last."""
    offered = ask(choices)
    first, last = offered.first_month, offered.last_month
    if first is None or last is None:
        first = last = date.today().replace(day=1)
    label = st.session_state.get("period", DEFAULT_PERIOD)
    if label == CUSTOM_PERIOD:
        start = parse_month(st.session_state.get("from", f"{first:%Y-%m}"))
        end = parse_month(st.session_state.get("to", f"{last:%Y-%m}"))
        return Period(min(start, end), add_months(max(start, end), 1))
    return preset_period(PRESET_BY_LABEL[label], first, last)


def comparison_period() -> Period | None:
    """The months compared with; None where none are asked for or data does not reach back that far."""
    chosen = st.session_state.get("compare", PRIOR_PERIOD)
    if chosen == NO_COMPARISON:
        return None
    period = current_period()
    earlier = period.prior() if chosen == PRIOR_PERIOD else _year_before(period)
    first = ask(choices).first_month
    return earlier if first is not None and earlier.start >= first else None


def comparison_in_words() -> str:
    """What the figures are compared with, or why with nothing."""
    chosen = st.session_state.get("compare", PRIOR_PERIOD)
    if chosen == NO_COMPARISON:
        return "no comparison chosen"
    period = comparison_period()
    if period is None:
        return f"no data for the {chosen.removeprefix('vs ')}"
    return f"vs {period}"


def _year_before(period: Period) -> Period:
    return Period(add_months(period.start, -12), add_months(period.end, -12))


def _keep_for_next_page() -> None:
    """Hands all values on to the next page."""
    now = {key: st.session_state[key] for key in KEYS if key in st.session_state}
    set_filters({**now, **st.session_state.get(PENDING, {})})


def _in_url() -> dict[str, str | list[str]]:
    pending = st.session_state.get(PENDING, {})
    return {key: value for key, value in pending.items() if value and value != DEFAULTS.get(key)}


def _bound() -> Literal["query-params"] | None:
    """Values live in the URL, except in the run that leaves for another page, see `leave`."""
    return None if LEAVING_FOR in st.session_state else "query-params"


def _apply_pending() -> None:
    """Takes over values another page asked for, before the widgets exist."""
    for key, value in st.session_state.pop(PENDING, {}).items():
        st.session_state[key] = value if isinstance(value, str) else list(value)


def _one_of(label: str, options: Sequence[str], key: str, width: int) -> None:
    """A choice of one whose default is the first option: a default elsewhere may not be set from outside."""
    st.selectbox(
        label,
        options,
        key=key,
        bind=_bound(),
        label_visibility="collapsed",
        width=width,
    )


def _several_of(dimension: Dimension, offered: Choices, *, width: int | None = None) -> None:
    in_bar = width is not None
    st.multiselect(
        dimension.label,
        getattr(offered, dimension.field),
        key=dimension.key,
        bind=_bound(),
        placeholder=dimension.nothing,
        label_visibility="collapsed" if in_bar else "visible",
        width=width or "stretch",
    )


def _custom_months(offered: Choices) -> None:
    months = [f"{month:%Y-%m}" for month in offered.months]
    if months:
        _one_of("From month", months, "from", width=120)
        _one_of("To month", months[::-1], "to", width=120)


def _more_filters(offered: Choices) -> None:
    behind = DIMENSIONS[1:]
    set_ones = sum(bool(st.session_state.get(dimension.key)) for dimension in behind)
    label = f"More filters ({set_ones})" if set_ones else "More filters"
    with st.popover(label, icon=":material/tune:"):
        for dimension in behind:
            _several_of(dimension, offered)


def _set_filters() -> list[Dimension]:
    return [dimension for dimension in DIMENSIONS if st.session_state.get(dimension.key)]


def _what_is_filtered() -> None:
    """Names what the popover hides; the payers stand in the bar itself."""
    hidden = [dimension for dimension in _set_filters() if dimension is not PAYER]
    if hidden:
        parts = [f"**{d.label}:** {', '.join(st.session_state[d.key])}" for d in hidden]
        st.caption("Only " + " · ".join(parts))


def _reset() -> None:
    for dimension in DIMENSIONS:
        st.session_state[dimension.key] = []
