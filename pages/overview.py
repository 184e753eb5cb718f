"""How much did payers take, and did it get worse?"""

from __future__ import annotations

import streamlit as st

from charts.bridge import CUT_AXIS, bridge_chart
from charts.plotly_traces import is_cut
from kpis.cards import cards
from kpis.cube import kpi_table
from kpis.filters import Filters
from kpis.format import counted, exact_usd
from kpis.freshness import freshness
from kpis.money import NOTHING
from kpis.overview import (
    CashBridge,
    Exposure,
    cash_bridge,
    in_sentences,
    open_exposure,
    what_changed,
)
from kpis.periods import add_months
from screen.cards import kpi_cards
from screen.charts import show_chart
from screen.filters import (
    comparison_in_words,
    comparison_period,
    current_filters,
    current_period,
    is_prior_year,
)
from screen.header import page_header
from screen.known_on import first_reported
from screen.notes import notes_menu
from screen.nothing import nothing_here
from screen.offset_words import FORWARDED, PUT_OFF
from screen.session import Row, ask, ask_ahead, kpi_rows
from screen.tables import dollars, escaped, shown
from screen.targets import targets_menu
from screen.trend import narrow_to_clicked, notes_below, rate_trend

TREND = "rate_trend"


def overview() -> None:
    begin()
    page_header("overview")
    is_empty = ask(freshness).data_through is None
    if is_empty:
        nothing_here("Nothing is posted.")
    kpi_cards(ask(cards, current_filters(), comparison_period()), comparison_in_words())
    if not is_empty:
        what_happened()
    with st.container(border=True):
        first_reported(current_filters(), current_period())


def begin() -> None:
    """Has the answers of the page worked out while its head is drawn."""
    filters = current_filters()
    ask_ahead(cards, filters, comparison_period())
    ask_ahead(cash_bridge, Filters(filters.since, filters.until, filters.payers))
    ask_ahead(kpi_table, filters, ("month",))
    ask_ahead(open_exposure, filters)


def what_happened() -> None:
    """From what was paid to what arrived, over time; what moved the month; what is still to come."""
    with st.grid(2, min_column_width=420, gap="small"):
        with st.container(border=True, height="stretch"):
            bridge()
        with st.container(border=True, height="stretch"):
            trend()
        with st.container(border=True, height="stretch"):
            changes()
        with st.container(border=True, height="stretch"):
            exposure()


def bridge() -> None:
    """From payments before offsets to the deposit, with its tie-out."""
    filters = current_filters()
    cash = ask(cash_bridge, Filters(filters.since, filters.until, filters.payers))
    spec = bridge_chart(cash)
    show_chart(spec, "cash_bridge")
    if filters.splits_remittances:
        st.caption(
            ":material/info: A deposit pays all specialties and plans at once and cannot be split: "
            "the bridge keeps only the payer and the period."
        )
    st.caption(_tie_out(cash) + (f" {CUT_AXIS}" if is_cut(spec) else ""))
    if not filters.splits_remittances:
        to_the_card(cash, filters)


def to_the_card(cash: CashBridge, filters: Filters) -> None:
    """How what offsets took net becomes the net cash impact of the card and the net withheld of Controls."""
    recovered = sum((row["recovered"] for row in kpi_rows(filters, "month")), NOTHING)
    paid_again = recovered - cash.given_back
    taken = -(cash.withheld + cash.given_back)
    lines = []
    if paid_again:
        lines.append(
            f"The card's {exact_usd(paid_again - taken)} = {exact_usd(-taken)} taken net + {exact_usd(paid_again)} "
            "recovered through re-processed claims, which the bridge counts in payments."
        )
    if cash.credits:
        lines.append(
            f"The {exact_usd(taken - cash.credits)} net withheld on Controls = {exact_usd(taken)} taken net − "
            f"{exact_usd(cash.credits)} other credits."
        )
    if lines:
        st.caption(escaped(" ".join(lines)))


def trend() -> None:
    """The offset volume rate by month or quarter, its target band, notes, and the period before."""
    filters = current_filters()
    show_chart(
        rate_trend(filters, comparison_period(), comparison_in_words()), TREND, on_select=_narrow
    )
    notes_below(filters)
    with st.container(horizontal=True, gap="small"):
        targets_menu()
        notes_menu()


def changes() -> None:
    """Who and what moved the last month of the period, against the month before or the same of the year before."""
    month = current_period().last_month
    against = add_months(month, -12) if is_prior_year() else None
    changed = ask(what_changed, current_filters(), month, against)
    st.markdown(f"**{escaped(changed.headline)}**")
    for label, moves in changed.told_of:
        moved = [move for move in moves if move.change]
        if moved:
            st.markdown(
                f"{label}\n" + "\n".join(f"- {escaped(line)}" for line in in_sentences(moved, 3))
            )


def exposure() -> None:
    """What is announced and not yet taken, by payer."""
    rows = ask(open_exposure, current_filters())
    total, items = sum(row.total for row in rows), sum(row.items + row.letters for row in rows)
    on_items = f" on {counted(items, 'item')}" if items else ""
    st.markdown(
        f"**Still to come: {escaped(exact_usd(total))} announced and not yet taken{on_items}**"
    )
    if not rows:
        st.caption("Nothing is put off or forwarded, and every letter is answered.")
        return
    st.dataframe(
        shown([_exposure_row(row) for row in rows], list(_exposure_row(rows[0]))),
        hide_index=True,
        column_config={
            "Put off": dollars("Put off", PUT_OFF),
            "Forwarded": dollars("Forwarded", FORWARDED),
            "Letters": dollars("Letters", "Announced by letters no remittance has answered yet"),
            "Total": dollars("Total"),
        },
        alt="Open exposure by payer",
    )
    st.caption(
        "As of now, whatever the period. A letter has the specialty of its provider, where the roster names it."
    )


def _tie_out(cash: CashBridge) -> str:
    if cash.difference:
        return f":red[:material/error: The bridge misses the deposits by {escaped(exact_usd(cash.difference))}.]"
    return (
        f":material/check_circle: Ties to the cent: {escaped(exact_usd(cash.deposits))} "
        f"in {counted(cash.remittances, 'deposit')}."
    )


def _narrow() -> None:
    narrow_to_clicked(TREND, current_filters())


def _exposure_row(row: Exposure) -> Row:
    return {
        "Payer": row.payer,
        "Total": row.total,
        "Put off": row.put_off,
        "Forwarded": row.forwarded,
        "Letters": row.announced,
    }


overview()
