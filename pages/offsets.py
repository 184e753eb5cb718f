"""Offsets: show me every one. The list, and the life of the one that is opened."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from kpis.format import exact_usd
from kpis.offset_life import offset
from kpis.offset_list import (
    AS_OF_TODAY,
    SORTS,
    STATES,
    OffsetListTotals,
    OffsetListView,
    offset_rows,
    offset_totals,
)
from screen.column_widths import money_fitted
from screen.csv_files import ALL_ROWS, csv_button
from screen.filters import current_period, filters_of_any_day
from screen.header import page_header
from screen.nothing import nothing_here
from screen.offset_life import show_offset
from screen.pager import page_chosen
from screen.plain_text import plain
from screen.session import ask, ask_ahead
from screen.shortcuts import UP
from screen.tables import dollars, shown

ROWS_PER_PAGE = 25
OPENED = "offset"

STATE_IN_WORDS = {
    "Everything": "Every offset on which anything happened in the period, and letters dated in it that no "
    "remittance has answered.",
    "Withheld": "Offsets from which money was withheld in the period.",
    "Open": "Offsets put off or forwarded and not yet taken, as of today; the period does not limit them.",
    "Refunded": "Offsets settled in the period by our refund, or forgiven by the payer.",
    "Came back": "Offsets of which money came back in the period.",
    "No notice": "Offsets withheld in the period with no notice on file: no letter, and nothing put off before.",
    "Suspense": "Offsets that moved in the period with money that matches no claim, letter or earlier remittance.",
    "Letters": "Letters no remittance has answered yet, as of today; the period does not limit them.",
}
HEADINGS = {
    "payer": "Payer",
    "withheld": "Withheld",
    "status": "Status",
    "patient_control_number": "Account",
    "open_balance": "Open today",
    "came_back": "Came back",
    "cause": "Cause",
    "notice_date": "Notice",
    "notice": "Notice by",
    "first_withdrawal": "First withdrawal",
    "lag_days": "Lag, days",
    "payer_claim_control_number": "Payer claim no.",
    "reference": "Reference",
    "specialty": "Specialty",
    "facility": "Facility",
    "plan_type": "Plan type",
    "mechanism": "First taken by",
    "established": "Identified",
    "withheld_to_date": "Withheld to date",
}
EXPORTED = {
    "receivable_id": "Offset number",
    **HEADINGS,
    "refunded": "Refunded",
    "forgiven": "Forgiven",
    "letter_number": "Letter",
    "won_on": "Appeal won",
    "overturned": "Decided to come back",
    "owed_back": "Still to come back",
}


def page() -> None:
    opened = st.query_params.get(OPENED)
    page_header("offsets", opened or "")
    if opened:
        one_offset(opened)
    else:
        offset_list()


def offset_list() -> None:
    view = choices()
    ask_ahead(offset_rows, view, ROWS_PER_PAGE, 0)
    totals = ask(offset_totals, view)
    st.caption(STATE_IN_WORDS[view.state])
    if not totals.rows:
        nothing_found(view)
        return
    totals_line(totals, view)
    rows_of_page(view, totals)


def choices() -> OffsetListView:
    """Search, state and order; each in the URL. Choosing anything leaves an opened offset for the list."""
    search, state, order = st.columns([5, 3, 3], vertical_alignment="bottom")
    with search:
        text = st.text_input(
            "Search",
            key="offset_search",
            bind="query-params",
            on_change=close,
            placeholder="Claim, account, reference, letter, trace number, payer or amount",
            icon=":material/search:",
            type="search",
        )
    with state:
        chosen = st.selectbox(
            "Show", list(STATES), key="offset_state", bind="query-params", on_change=close
        )
    with order:
        sort = st.selectbox(
            "Order", list(SORTS), key="offset_sort", bind="query-params", on_change=close
        )
    return OffsetListView(filters_of_any_day(), chosen, text or "", sort)


def nothing_found(view: OffsetListView) -> None:
    if view.search:
        st.info(
            f"Nothing under these filters has “{plain(view.search)}” in any of its numbers, its payer or its amounts. "
            "Clear the search, or choose all months and all payers.",
            icon=":material/search_off:",
        )
    else:
        nothing_here("Nothing is in the register under these filters.")


def totals_line(totals: OffsetListTotals, view: OffsetListView) -> None:
    """What the rows add up to: under the same filters, the same as on the other pages."""
    period = "today" if view.state in AS_OF_TODAY else str(current_period())
    amounts = {
        "Offsets": (f"{totals.offsets:,}", f"Rows for {period}."),
        "Withheld": (exact_usd(totals.withheld), "In the period; ties to the withheld card."),
        "Came back": (exact_usd(totals.came_back), "In the period; ties to the recovered card."),
        "Open today": (exact_usd(totals.open_balance), "Put off or forwarded and not yet taken."),
        "Letters unanswered": (
            f"{totals.letters:,} · {exact_usd(totals.letter_amount)}",
            "Letters no remittance has answered; not part of the other amounts.",
        ),
    }
    with st.container(horizontal=True, gap="small", key="register_totals"):
        for label, (value, meaning) in amounts.items():
            st.metric(label, value.replace("$", r"\$"), help=meaning, border=True)


def rows_of_page(view: OffsetListView, totals: OffsetListTotals) -> None:
    """One page of rows, never all of them; what pages there are stands below it."""
    table = st.container()
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        first = (page_number(view, totals.rows) - 1) * ROWS_PER_PAGE
        last = min(first + ROWS_PER_PAGE, totals.rows)
        st.caption(f"Rows {first + 1:,} to {last:,} of {totals.rows:,}", width="content")
        export_button(view)
    rows = [with_words(r) for r in ask(offset_rows, view, ROWS_PER_PAGE, first).to_pylist()]
    with table:
        offset_table(rows)


def page_number(view: OffsetListView, rows: int) -> int:
    """The page of the list; another choice of rows is another list, at its first page."""
    pages = -(-rows // ROWS_PER_PAGE)
    return page_chosen(pages, f"offset_page_{hash(view)}", persist=True)


def offset_table(rows: list[dict[str, object]]) -> None:
    table = shown(rows, list(HEADINGS))
    table.insert(0, "open", ":material/open_in_full: Open")
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        row_height=36,
        column_config={
            "open": st.column_config.ButtonColumn(
                "",
                key="opened_row",
                on_click=open_row,
                args=([str(row["receivable_id"]) for row in rows],),
                pinned=True,
                type="tertiary",
            ),
            **money_fitted(rows, column_formats()),
        },
        placeholder="–",
        key="register",
        alt="The register of offsets, one row each; Open shows where each came from",
    )


def column_formats() -> dict[str, ColumnConfig | str]:
    dates = {
        name: st.column_config.DateColumn(HEADINGS[name], format="MMM D, YYYY")
        for name in ("notice_date", "first_withdrawal")
    }
    money = {
        "withheld": dollars(HEADINGS["withheld"], "Withheld in the period."),
        "came_back": dollars(HEADINGS["came_back"], "Came back in the period."),
        "open_balance": dollars(
            HEADINGS["open_balance"], "Put off or forwarded and not yet taken."
        ),
        "established": dollars(
            HEADINGS["established"], "Overpayment as of today; of a letter, what it claims."
        ),
        "withheld_to_date": dollars(HEADINGS["withheld_to_date"], "Withheld in all months."),
    }
    days = {"lag_days": st.column_config.NumberColumn(HEADINGS["lag_days"], format="%d")}
    return {**HEADINGS, **dates, **money, **days}


def with_words(row: dict[str, object]) -> dict[str, object]:
    """The row with its status and its notice in words."""
    return {**row, "status": status(row), "notice": notice(row)}


def status(row: dict[str, object]) -> str:
    if row["entry"] == "letter":
        return "letter only"
    if row["in_suspense"]:
        return "in suspense"
    if row["overturned"]:
        owed = Decimal(str(row["owed_back"]))
        return f"won, {exact_usd(owed)} to come back" if owed else "won, come back"
    if row["open_balance"]:
        return "partly taken" if row["withheld_to_date"] else "open"
    return "withheld" if row["withheld_to_date"] else "settled"


def notice(row: dict[str, object]) -> str:
    if row["notice_source"] == "letter":
        return f"letter {row['letter_number'] or 'without a number'}"
    return str(row["notice_source"] or "no notice on file")


def export_button(view: OffsetListView) -> None:
    """Everything the view holds, not only the page."""
    csv_button(
        lambda: [with_words(row) for row in ask(offset_rows, view).to_pylist()],
        EXPORTED,
        "offsets.csv",
        label=ALL_ROWS,
        narrowed="by no period" if view.state in AS_OF_TODAY else "by all",
    )


def open_row(receivable_ids: list[str]) -> None:
    click = st.session_state["opened_row"]
    if click is not None:
        st.query_params[OPENED] = receivable_ids[click.row]


def close() -> None:
    st.query_params.pop(OPENED, None)


def one_offset(receivable_id: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Back to the list",
            icon=":material/arrow_back:",
            on_click=close,
            type="tertiary",
            key="back",
            shortcut=UP,
        )
        with st.popover("Search the register", icon=":material/search:", type="tertiary"):
            choices()
    item = ask(offset, receivable_id)
    if item is None:
        st.warning(
            f"There is no offset with the number {plain(receivable_id)} in what is loaded now. "
            "It may belong to data that was replaced; go back to the list and search for the claim.",
            icon=":material/search_off:",
        )
        return
    show_offset(item)


page()
