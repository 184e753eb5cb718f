"""What each deposit is made of, and the remittances that do not balance."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from kpis.controls import (
    TIE_OUT_SHOWS,
    TieOutView,
    tie_out,
    tie_out_rows,
)
from kpis.format import counted, exact_usd
from kpis.unbalanced import unbalanced
from screen.csv_files import ALL_ROWS, csv_button
from screen.filters import current_filters, current_period
from screen.journal_file import journal_button
from screen.paged_table import paged_table
from screen.segments import payment_and_adjustments, show_lines
from screen.session import Row, ask, warehouse
from screen.tables import dollars, escaped, shown

HEADINGS = {
    "payment_date": "Payment date",
    "payer": "Payer",
    "trace_number": "Trace number",
    "payments": "Payments (P)",
    "net_withheld": "Net withheld (C)",
    "other": "Other (O)",
    "worked_out": "P − C − O",
    "payment_amount": "Deposit (BPR02)",
    "difference": "Difference",
    "visible": "What is visible",
}
EXPORTED = {
    **HEADINGS,
    "identified": "Identified through claims (R)",
    "adjustments": "Adjustments that take or put off (W)",
}
UNBALANCED_HEADINGS = {
    "payment_date": "Payment date",
    "payer": "Payer",
    "trace_number": "Trace number",
    "payment_amount": "Payment (BPR02)",
    "claim_paid": "Claims paid",
    "provider_adjustment_total": "Provider adjustments",
    "worked_out": "Worked out",
    "difference": "Difference",
    "why": "Why",
    "file": "File",
}
OF_DATE = st.column_config.DateColumn(HEADINGS["payment_date"], format="MMM D, YYYY")


def tie_out_list() -> None:
    """Deposit by deposit: BPR02 = P − C − O; the totals are the Overview's."""
    left, right = st.columns([3, 5], vertical_alignment="bottom")
    with left:
        show = st.selectbox("Show", list(TIE_OUT_SHOWS), key="tie_out_show", bind="query-params")
    with right:
        search = st.text_input(
            "Trace number",
            key="tie_out_search",
            bind="query-params",
            icon=":material/search:",
            type="search",
        )
    view = TieOutView(current_filters(), show, search or "")
    totals = ask(tie_out, view)
    st.caption(
        "Every remittance posted in the period, from payments before offsets to what reached the bank. A deposit "
        "cannot be split: of the filters, payer and period apply."
    )
    if not totals.remittances:
        st.info("No remittance is posted under these filters.", icon=":material/filter_alt_off:")
        return
    verdict = (
        ":green[:material/check_circle:] ties to the cent"
        if not totals.off
        else f":red[:material/error:] {counted(totals.off, 'remittance')} off by "
        f"{exact_usd(totals.difference)} together"
    )
    st.markdown(
        escaped(
            f"{current_period()}, {counted(totals.remittances, 'remittance')}: "
            f"{exact_usd(totals.payments)} payments before "
            f"offsets {_less(totals.net_withheld)} net withheld {_less(totals.other)} other = "
            f"**{exact_usd(totals.deposits)}** deposits · {verdict}"
        )
    )
    money = ("payments", "net_withheld", "other", "worked_out", "payment_amount", "difference")
    paged_table(
        lambda limit, offset: rows_with_words(view, limit, offset),
        totals.remittances,
        HEADINGS,
        {
            **{name: dollars(HEADINGS[name]) for name in money},
            "payment_date": OF_DATE,
            "net_withheld": dollars(HEADINGS["net_withheld"], "C = R + W, see the CSV for both."),
            "other": dollars(HEADINGS["other"], "Every other adjustment; positive reduces."),
            "visible": st.column_config.TextColumn(
                HEADINGS["visible"],
                help="PLB only: from a table without claims, takings through reversed claims cannot be seen.",
            ),
        },
        name="tie-out",
        alt="Remittances with what their deposit is made of, latest first",
        exported=EXPORTED,
    )
    journal_button()


def rows_with_words(view: TieOutView, limit: int | None, offset: int) -> list[Row]:
    """Rows of the tie-out that say what their remittance shows."""
    return [
        {**row, "visible": "PLB only" if row["is_plb_only"] else "claims and PLB"}
        for row in ask(tie_out_rows, view, limit, offset).to_pylist()
    ]


def _less(amount: Decimal) -> str:
    """An amount that is taken off: a negative one is added."""
    return f"{'−' if amount >= 0 else '+'} {exact_usd(abs(amount))}"


def do_not_balance() -> None:
    """Remittances set aside, by how much they are off, and what would explain it."""
    rows = ask(unbalanced).to_pylist()
    st.caption(
        "Difference = BPR02 − (claims paid − provider adjustments), signed. What does not balance is stored, shown "
        "here and in no figure; neither payer nor period limit the list."
    )
    if not rows:
        st.success("Every remittance loaded balances, to the cent.", icon=":material/check_circle:")
        return
    money = (
        "payment_amount",
        "claim_paid",
        "provider_adjustment_total",
        "worked_out",
        "difference",
    )
    st.dataframe(
        shown(rows, list(UNBALANCED_HEADINGS)),
        hide_index=True,
        column_config={
            **UNBALANCED_HEADINGS,
            **{name: dollars(UNBALANCED_HEADINGS[name]) for name in money},
            "payment_date": OF_DATE,
        },
        placeholder="not known",
        key="unbalanced",
        alt="Remittances that do not balance with their signed differences and what would explain them",
    )
    csv_button(
        lambda: rows,
        UNBALANCED_HEADINGS,
        "unbalanced-remittances.csv",
        label=ALL_ROWS,
        narrowed="by nothing",
    )
    names = [
        f"{number}. {row['payer']}, {row['trace_number'] or 'no trace number'}"
        for number, row in enumerate(rows, start=1)
    ]
    chosen = st.selectbox("Segments or rows of", names, key="unbalanced_remittance")
    row = rows[names.index(chosen) if chosen in names else 0]
    lines = payment_and_adjustments(warehouse(), row["archive"], row["byte_start"], row["byte_end"])
    show_lines(lines, "The file is not in this warehouse's archive.")
