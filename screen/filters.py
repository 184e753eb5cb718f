"""The filter bar: one row on every page, every choice in the URL, so that each view is a link.

What a widget offers is what the URL holds: Streamlit reads back the words it shows, nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from kpis.choices import Choices, choices
from kpis.filters import Filters
from kpis.grain import Grain
from kpis.periods import PRESETS, Period, add_months, parse_month, preset_period, prior_to
from screen import clock
from screen.address import let_go, put_in_address
from screen.entered import fiscal_calendar
from screen.filter_words import FilterWords, filter_line
from screen.navigation import FRAMED, LEAVING_FOR, PENDING, leave, set_filters
from screen.session import ask
from screen.shortcuts import RESET
from screen.tables import escaped

DEFAULT_PERIOD = PRESETS["12m"]
CUSTOM_PERIOD = "Custom months"
_OFFERED = ("12m", "24m", "6m", "3m", "1m", "mtd", "qtd", "ytd", "fytd", "all")
PERIODS = (*(PRESETS[name] for name in _OFFERED), CUSTOM_PERIOD)
PRESET_BY_LABEL = {label: name for name, label in PRESETS.items()}

PRIOR_PERIOD, PRIOR_YEAR, NO_COMPARISON = "vs prior period", "vs prior year", "no comparison"
COMPARISONS = (PRIOR_PERIOD, PRIOR_YEAR, NO_COMPARISON)

BY_MONTH, BY_QUARTER = "by month", "by quarter"
GRAINS: dict[str, Grain] = {BY_MONTH: "month", BY_QUARTER: "quarter"}


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
KEYS = ("period", "from", "to", "compare", "grain", *(dimension.key for dimension in DIMENSIONS))

DEFAULTS = {"period": DEFAULT_PERIOD, "compare": PRIOR_PERIOD, "grain": BY_MONTH}


def filter_bar() -> None:
    """Draws the filters; the pages read them with `current_filters` and its neighbours."""
    st.session_state[FRAMED] = True
    offered = ask(choices)
    if LEAVING_FOR in st.session_state:
        _keep_for_next_page()
        leave(_to_link(st.session_state[PENDING]))
    _apply_pending()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="filters"):
        _one_of("Period", PERIODS, "period", width=180)
        if st.session_state["period"] == CUSTOM_PERIOD:
            _custom_months(offered)
        else:
            _remember_months(offered)
        _one_of("Compare with", COMPARISONS, "compare", width=160)
        _several_of(PAYER, offered, width=280)
        _one_of("Trends", tuple(GRAINS), "grain", width=125)
        _more_filters(offered)
        _chips()
        if chosen_values():
            st.button(
                "Reset",
                icon=":material/restart_alt:",
                on_click=reset,
                type="tertiary",
                shortcut=RESET,
            )
    put_in_address(chosen_values(), of=KEYS)
    let_go(KEYS)
    filter_line(_words())


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
        first = last = clock.today().replace(day=1)
    preset = _preset()
    if preset is None:
        start = parse_month(st.session_state.get("from", f"{first:%Y-%m}"))
        end = parse_month(st.session_state.get("to", f"{last:%Y-%m}"))
        return Period(min(start, end), add_months(max(start, end), 1))
    return preset_period(preset, first, last, fiscal_calendar())


def filters_of_any_day() -> Filters:
    """The filters for what may be older or later than every remittance, as a letter: all months leave nothing out."""
    filters = current_filters()
    return filters.over(None, None) if _preset() == "all" else filters


def current_grain() -> Grain:
    """Whether trends go by month or by quarter."""
    return GRAINS[st.session_state.get("grain", BY_MONTH)]


def comparison_period() -> Period | None:
    """The months compared with; None where none are asked for or data does not reach back that far."""
    chosen = st.session_state.get("compare", PRIOR_PERIOD)
    if chosen == NO_COMPARISON:
        return None
    period = current_period()
    earlier = prior_to(_preset(), period) if chosen == PRIOR_PERIOD else period.shifted(-12)
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


def is_prior_year() -> bool:
    """Whether figures are compared with those of a year before."""
    return bool(st.session_state.get("compare") == PRIOR_YEAR)


def chosen_values() -> dict[str, str | list[str]]:
    """Every value that is not the default, by its key in the URL: what a link to this view holds."""
    return _to_link({key: st.session_state.get(key) for key in KEYS})


def offered_values() -> dict[str, Sequence[str]]:
    """What each key of the URL may hold with the data loaded now."""
    offered = ask(choices)
    months = [f"{month:%Y-%m}" for month in offered.months]
    return {
        "period": PERIODS,
        "from": months,
        "to": months,
        "compare": COMPARISONS,
        "grain": tuple(GRAINS),
        **{dimension.key: getattr(offered, dimension.field) for dimension in DIMENSIONS},
    }


def all_values(values: Mapping[str, Sequence[str]]) -> dict[str, str | list[str]]:
    """A value for every filter: those given, and for the others their default or nothing."""
    several: dict[str, str | list[str]] = {d.key: list(values.get(d.key, ())) for d in DIMENSIONS}
    single: dict[str, str | list[str]] = {
        key: values[key][0] for key in ("from", "to") if values.get(key)
    }
    defaults: dict[str, str | list[str]] = {
        key: values[key][0] if values.get(key) else default for key, default in DEFAULTS.items()
    }
    return {**several, **single, **defaults}


def reset() -> None:
    """Every filter back to its default, at the next run."""
    set_filters(all_values({}))


def _preset() -> str | None:
    """The period chosen as kpis.periods names it; None for custom months."""
    return PRESET_BY_LABEL.get(st.session_state.get("period", DEFAULT_PERIOD))


def _keep_for_next_page() -> None:
    """Hands all values on to the next page."""
    now = {key: st.session_state[key] for key in KEYS if key in st.session_state}
    set_filters({**now, **st.session_state.get(PENDING, {})})


def _to_link(values: Mapping[str, str | list[str] | None]) -> dict[str, str | list[str]]:
    """What of some values a link holds: no defaults, and months only where they are the period."""
    custom = values.get("period") == CUSTOM_PERIOD
    return {
        key: value
        for key, value in values.items()
        if value and value != DEFAULTS.get(key) and (custom or key not in ("from", "to"))
    }


def _apply_pending() -> None:
    """Takes over values a click asked for, before the widgets exist, and tells the browser of all of them at once."""
    pending = st.session_state.pop(PENDING, {})
    for key, value in pending.items():
        st.session_state[key] = value if isinstance(value, str) else list(value)
    if pending:
        beside = {key: st.session_state[key] for key in pending if key not in KEYS}
        put_in_address({**_to_link(beside), **chosen_values()}, of={*KEYS, *beside})


def _one_of(label: str, options: Sequence[str], key: str, width: int) -> None:
    """A choice of one whose default is the first option: a default elsewhere may not be set from outside."""
    st.selectbox(
        label,
        options,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
        width=width,
    )


def _several_of(dimension: Dimension, offered: Choices, *, width: int | None = None) -> None:
    in_bar = width is not None
    st.multiselect(
        dimension.label,
        getattr(offered, dimension.field),
        key=dimension.key,
        bind="query-params",
        placeholder=dimension.nothing,
        label_visibility="collapsed" if in_bar else "visible",
        width=width or "stretch",
    )


def _custom_months(offered: Choices) -> None:
    months = [f"{month:%Y-%m}" for month in offered.months]
    if months:
        _one_of("From month", months, "from", width=120)
        _one_of("To month", months[::-1], "to", width=120)


def _remember_months(offered: Choices) -> None:
    """Keeps both months in the session while their widgets are not drawn.

    A month set later by a click reaches the URL only where its key was known before its widget.
    """
    if offered.months:
        st.session_state["from"] = f"{offered.months[0]:%Y-%m}"
        st.session_state["to"] = f"{offered.months[-1]:%Y-%m}"


def _more_filters(offered: Choices) -> None:
    behind = DIMENSIONS[1:]
    set_ones = sum(bool(st.session_state.get(dimension.key)) for dimension in behind)
    label = f"More filters ({set_ones})" if set_ones else "More filters"
    with st.popover(label, icon=":material/tune:"):
        for dimension in behind:
            _several_of(dimension, offered)


def _chips() -> None:
    """What is set where the bar does not show it, such as by a click on a chart: each goes with one click."""
    for dimension in DIMENSIONS[1:]:
        if chosen := st.session_state.get(dimension.key):
            more = f" and {len(chosen) - 1} more" if len(chosen) > 1 else ""
            _chip(f"{dimension.label}: {chosen[0]}{more}", {dimension.key: []}, dimension.key)
    if st.session_state.get("period") == CUSTOM_PERIOD:
        _chip(str(current_period()), {"period": DEFAULT_PERIOD}, "period")


def _chip(label: str, cleared: Mapping[str, str | Sequence[str]], name: str) -> None:
    st.button(
        escaped(label),
        icon=":material/close:",
        key=f"clear_{name}",
        on_click=set_filters,
        args=(cleared,),
    )


def _words() -> FilterWords:
    values = {d.label: tuple(st.session_state.get(d.key) or ()) for d in DIMENSIONS}
    return FilterWords(
        period=current_period(),
        chosen=st.session_state.get("period", DEFAULT_PERIOD),
        compared=comparison_in_words(),
        by_quarter=current_grain() == "quarter",
        calendar=fiscal_calendar(),
        values={label: chosen for label, chosen in values.items() if chosen},
    )
