"""What is still to come?"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from charts.forecasts import band_in_words, forecast_chart
from charts.places import with_borrowed
from charts.spec import ChartSpec, Series
from charts.theme import OTHER, top_names
from kpis.forecast import ERRORS_FOR_A_BAND, METHOD, MONTHS_BEHIND, MonthAhead, forecast
from kpis.format import exact_usd, short_usd
from kpis.freshness import freshness
from kpis.money import NOTHING
from kpis.outlook import (
    WAITS,
    Waiting,
    forward_balances,
    open_items,
    rising,
    waiting,
    whole_months,
    withheld_by_month,
)
from kpis.periods import day_in_words
from screen.charts import clicked, show_chart
from screen.filters import CUSTOM_PERIOD, current_filters
from screen.header import page_header
from screen.navigation import will_open
from screen.outlook_lists import (
    CHOSEN_WAIT,
    balances,
    every_open_item,
    items_in_words,
    who_takes_more,
)
from screen.paged_table import ROWS_PER_PAGE
from screen.places import places_of
from screen.session import ask, ask_ahead
from screen.tables import escaped

AHEAD, OPEN = "withheld_ahead", "open_by_wait"


def outlook() -> None:
    begin()
    page_header("outlook")
    found = ask(waiting, current_filters())
    headline(found)
    with st.grid(2, min_column_width=620, gap="small"):
        with st.container(border=True, height="stretch"):
            months_ahead()
        with st.container(border=True, height="stretch"):
            by_earliest_day(found)
    for dimension in ("payer", "specialty"):
        with st.container(border=True):
            who_takes_more(dimension)
    with st.container(border=True):
        balances()
    with st.container(border=True):
        every_open_item(found)


def begin() -> None:
    """Has the answers of the page worked out while its head is drawn."""
    filters = current_filters()
    ask_ahead(waiting, filters)
    ask_ahead(whole_months)
    ask_ahead(rising, filters, "payer")
    ask_ahead(rising, filters, "specialty")
    ask_ahead(open_items, filters, None, ROWS_PER_PAGE, 0)
    ask_ahead(forward_balances, filters)


def headline(found: Sequence[Waiting]) -> None:
    """What is open and how much of it may be taken already, in one sentence."""
    total = sum((one.amount for one in found), NOTHING)
    if not total:
        st.markdown(
            "**Nothing is open: no offset is put off or forwarded, and every letter is answered.**"
        )
        return
    now = sum((one.amount for one in found if one.wait == WAITS[0]), NOTHING)
    undated = sum((one.amount for one in found if one.wait in WAITS[4:]), NOTHING)
    items = items_in_words(sum(one.items for one in found))
    reached = ask(freshness).data_through
    st.markdown(
        escaped(
            f"**{exact_usd(total)}** announced and not yet taken, in {items}. "
            f"**{exact_usd(now)}** of it may be taken now; for **{exact_usd(undated)}** no rule gives a day."
        ),
        help=f"As of {day_in_words(reached) if reached else 'no day yet'}, the last day with remittances, whatever the "
        "period. The day comes from the rules about notice and time (see Lag and notice). A letter has the specialty "
        "of its provider, where the roster names it.",
    )


def months_ahead() -> None:
    """The last twelve whole months and what the method says of the next three."""
    period = ask(whole_months)
    withheld = ask(withheld_by_month, current_filters(), period) if period else ()
    ahead = forecast(period.last_month, withheld) if period else ()
    if period is None or not ahead:
        st.markdown("**No forecast: there is less than a year of whole months**")
        st.caption(
            f"A forecast needs {MONTHS_BEHIND} whole months; there are {len(withheld)}. Load earlier remittances "
            "on the Data page, or wait."
        )
        return
    show_chart(forecast_chart(period, withheld, ahead), AHEAD, on_select=_open_month)
    st.caption(
        escaped(f"{_on_what_it_rests(ahead)} Click a month to see its offsets."), help=METHOD
    )
    with st.expander("How it is worked out", icon=":material/function:"):
        st.markdown(METHOD)
        st.markdown(
            "It knows nothing of what is announced: set it beside the open amounts. Only whole months count; "
            "the filters narrow it, the period does not."
        )


def by_earliest_day(found: Sequence[Waiting]) -> None:
    """What is open by the day it may be taken, else by age, the largest payers by name."""
    totals: dict[str, Decimal] = {}
    for one in found:
        totals[one.payer] = totals.get(one.payer, NOTHING) + one.amount
    if not totals:
        st.markdown("**Nothing is put off, forwarded or announced**")
        return
    named = top_names({name: float(amount) for name, amount in totals.items()})
    names = [*named, OTHER] if len(named) < len(totals) else named
    places = with_borrowed(named, places_of("payer"))
    top = named[0]
    spec = ChartSpec(
        kind="stacked columns",
        title=f"{top} has {short_usd(totals[top])} of {short_usd(sum(totals.values()))} still to take",
        x=WAITS,
        x_names=WAITS,
        series=tuple(
            Series(name, _by_wait(found, name, named), role="category", colour=places.get(name))
            for name in names
        ),
        unit="usd",
        alt="Open by the earliest day it may be taken: "
        + ", ".join(f"{wait} {exact_usd(_sum_of(found, wait))}" for wait in WAITS),
        height=360,
    )
    show_chart(spec, OPEN, on_select=_choose_wait)
    st.caption(
        "By the earliest day a rule permits, else by age. Click a column to list what is in it."
    )


def _on_what_it_rests(ahead: Sequence[MonthAhead]) -> str:
    first = ahead[0]
    if any(one.low is None for one in ahead):
        return (
            f"The mean of the last {MONTHS_BEHIND} whole months. Where a month has no band, fewer than "
            f"{ERRORS_FOR_A_BAND} past errors are known to draw it from."
        )
    return (
        f"The mean of the last {MONTHS_BEHIND} whole months; the band from {ahead[-1].errors} to {first.errors} "
        f"past errors. {first.month:%b %Y}: {band_in_words(first)}."
    )


def _by_wait(found: Sequence[Waiting], name: str, named: Sequence[str]) -> tuple[Decimal, ...]:
    kept = [
        one
        for one in found
        if one.payer == name or (name == OTHER and name not in named and one.payer not in named)
    ]
    return tuple(_sum_of(kept, wait) for wait in WAITS)


def _sum_of(found: Sequence[Waiting], wait: str) -> Decimal:
    return sum((one.amount for one in found if one.wait == wait), NOTHING)


def _open_month() -> None:
    point = clicked(AHEAD)
    period = ask(whole_months)
    if point is None or period is None:
        return
    month = str(point["x"])[:7]
    if month > f"{period.last_month:%Y-%m}":
        will_open("offsets", offset_state="Open")
    else:
        will_open(
            "offsets", period=CUSTOM_PERIOD, offset_state="Withheld", **{"from": month, "to": month}
        )


def _choose_wait() -> None:
    point = clicked(OPEN)
    if point is not None:
        st.session_state[CHOSEN_WAIT] = str(point["x"])


outlook()
