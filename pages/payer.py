"""One payer's page, shown by Payers when one payer is in the filter bar: what it takes, what comes back."""

from __future__ import annotations

import streamlit as st

from charts.spec import Band, ChartSpec, Series
from kpis.cards import band_in_words, cards
from kpis.catalog import KPI_BY_NAME
from kpis.filters import payer_key
from kpis.format import counted, exact_usd, short_usd, short_value
from kpis.overview import open_exposure
from kpis.payers import LAG_EDGES, LagDistribution, appeal_standing, lag_distribution, lag_label
from kpis.rules import rule_standings
from screen.audit import audit_button
from screen.cards import kpi_cards
from screen.charts import clicked, show_chart
from screen.csv_files import csv_button
from screen.entered import target_of
from screen.filters import PAYER, comparison_in_words, comparison_period, current_filters
from screen.header import header
from screen.narrow import HOW, narrow_or_open
from screen.navigation import link_to, set_filters
from screen.offset_words import FORWARDED, PUT_OFF
from screen.places import places_of
from screen.rules_in_force import rule_row
from screen.session import ask, kpi_rows
from screen.shortcuts import UP
from screen.tables import escaped, shown
from screen.trend import RATE, show_trend

CAUSES = "payer_causes"
RULE_COLUMNS = {
    "kind": "About",
    "scope": "For",
    "time": "Time",
    "clock_start": "Counted from",
    "confidence": "Confidence",
    "source": "Whose",
    "decided": "Applied",
    "citation": "Source",
}


def one_payer(name: str) -> None:
    header("payers", name, "What does this payer take, and what comes back?")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        link_to("offsets", "Show its offsets", ":material/receipt_long:")
        st.button(
            "All payers",
            icon=":material/arrow_back:",
            type="tertiary",
            shortcut=UP,
            on_click=set_filters,
            args=({PAYER.key: []},),
        )
        audit_button(current_filters(), payer_key(name).lower())
    kpi_cards(ask(cards, current_filters(), comparison_period()), comparison_in_words())
    with st.grid(2, min_column_width=420, gap="small"):
        with st.container(border=True, height="stretch"):
            trend(name)
        with st.container(border=True, height="stretch"):
            causes()
        with st.container(border=True, height="stretch"):
            lag()
        with st.container(border=True, height="stretch"):
            appeals()
            open_items()
    plan_rules()


def trend(name: str) -> None:
    """Its offset volume rate by month or quarter, in its own colour; a click narrows the page."""
    show_trend(RATE, "payer_trend", places_of("payer").get(name))


def causes() -> None:
    """Withheld by cause; a click narrows the page to one."""
    rows = [row for row in kpi_rows(current_filters(), "cause") if row["withheld"]]
    rows.sort(key=lambda row: (-row["withheld"], row["cause"]))
    if not rows:
        st.markdown("**Nothing withheld in this period, so there are no causes**")
        return
    total = sum(row["withheld"] for row in rows)
    top = rows[0]
    spec = ChartSpec(
        kind="bars",
        title=f"{top['cause']} is {top['withheld'] / total * 100:.0f} % of {short_usd(total)} withheld",
        x=tuple(row["cause"] for row in rows),
        series=(
            Series(
                "Withheld",
                tuple(row["withheld"] for row in rows),
                detail=tuple(counted(row["taken_count"], "receivable") for row in rows),
            ),
        ),
        unit="usd",
        alt="Withheld by cause: "
        + ", ".join(f"{row['cause']} {exact_usd(row['withheld'])}" for row in rows),
        height=max(160, 30 * len(rows) + 30),
    )
    show_chart(spec, CAUSES, on_select=_narrow_to_cause)
    st.caption(HOW)


def lag() -> None:
    """Days from notice to withdrawal, and how often there was a notice at all."""
    found = ask(lag_distribution, current_filters())
    if not found.withdrawn:
        st.markdown("**Nothing was first withdrawn in this period, so there is no lag**")
        return
    target = target_of("recoupment_lag_days", current_filters().payers)
    labels = tuple(lag_label(edge) for edge in LAG_EDGES)
    spec = ChartSpec(
        kind="columns",
        title=_lag_title(found),
        x=labels,
        series=(
            Series("Receivables", found.counts, detail=tuple(f"{label} days" for label in labels)),
        ),
        unit="count",
        alt="Days from notice to withdrawal: "
        + ", ".join(f"{label} days {n}" for label, n in zip(labels, found.counts, strict=True)),
        band=Band(target.at_least, target.at_most, f"Target {band_in_words(target, 'days')}")
        if target
        else None,
        band_on=tuple(
            at
            for at, edge in enumerate(LAG_EDGES)
            if target and _inside(edge, target.at_least, target.at_most)
        ),
        height=260,
    )
    show_chart(spec, "payer_lag")
    known = found.withdrawn - found.without_notice
    left_out = ", ".join(f"{n:,} {state}" for state, n in found.left_out)
    st.caption(
        f"A notice is on file for {known:,} of {found.withdrawn:,} ({known / found.withdrawn * 100:.0f} %)."
        + (f" Left out of the lag: {left_out}." if left_out else "")
    )


def appeals() -> None:
    """Decided in the period, and what stands apart."""
    found = ask(appeal_standing, current_filters())
    st.markdown(
        f"**{counted(found.decided, 'appeal')} decided, {found.full + found.partial:,} won in full or in part**"
    )
    with st.container(horizontal=True, gap="medium"):
        for label, count in (
            ("Full", found.full),
            ("Partial", found.partial),
            ("Upheld", found.upheld),
        ):
            st.metric(label, f"{count:,}", width="content")
    come_back()
    st.caption(
        f"Not decisions, as of now: {found.pending:,} pending, {found.withdrawn:,} withdrawn, "
        f"{found.dismissed:,} dismissed."
    )


def come_back() -> None:
    """What came back in the period against what was taken in it, and how the decisions went in full and by dollars."""
    row = kpi_rows(current_filters())[0]
    decided = row["appeals_full"] + row["appeals_partial"] + row["appeals_upheld"]
    parts = {
        "recovery_rate_cash": f"{exact_usd(row['recovered'])} of {exact_usd(row['withheld'])}",
        "appeal_success_rate_strict": f"{decided:,} cases, "
        f"{exact_usd(row['amount_at_issue'])} at issue",
        "appeal_dollars_rate": f"{exact_usd(row['amount_overturned'])} of {exact_usd(row['amount_at_issue'])}",
    }
    st.caption(
        escaped(
            "; ".join(
                f"{KPI_BY_NAME[name].title} {short_value(row[name], 'share')} ({rests_on})"
                for name, rests_on in parts.items()
            )
            + "."
        )
    )


def open_items() -> None:
    """What it has announced and not yet taken."""
    rows = ask(open_exposure, current_filters())
    if not rows:
        st.markdown("**Nothing still to come**")
        return
    row = rows[0]
    st.markdown(escaped(f"**Still to come: {exact_usd(row.total)}**"))
    with st.container(horizontal=True, gap="medium"):
        for label, amount, why in (
            ("Put off", row.put_off, PUT_OFF),
            ("Forwarded", row.forwarded, FORWARDED),
            ("Letters", row.announced, "Announced by letters that no remittance has answered yet"),
        ):
            st.metric(
                label,
                escaped(short_usd(amount)),
                help=f"{escaped(exact_usd(amount))}. {why}.",
                width="content",
            )
    st.caption(
        f"{counted(row.items, 'open item')} and {counted(row.letters, 'letter')}, as of now, whatever the period."
    )
    link_to("outlook", "When it may be taken", ":material/update:")


def plan_rules() -> None:
    """The rules that decided dates of this payer's withdrawals in the period, and those written for it alone."""
    found = [
        one
        for one in ask(rule_standings, current_filters())
        if one.decided or one.rule.payer_key in {payer_key(p) for p in current_filters().payers}
    ]
    with st.container(border=True):
        st.markdown("**Its rules about notice and time**")
        if not found:
            st.caption("No rule gave a date to a withdrawal of this period.")
            return
        rows = [rule_row(one, RULE_COLUMNS) for one in found]
        st.dataframe(
            shown(rows, list(RULE_COLUMNS)),
            hide_index=True,
            height="content",
            placeholder="–",
            column_config=RULE_COLUMNS,
            alt="Rules that decided dates of this payer, those applied most first",
        )
        csv_button(rows, RULE_COLUMNS, "payer-rules.csv")


def _lag_title(found: LagDistribution) -> str:
    if found.median is None:
        return "No withdrawal of this period has a known notice"
    return f"Half of the withdrawals came within {found.median:.0f} days, nine in ten within {found.ninetieth:.0f}"


def _inside(edge: tuple[int, int | None], low: float | None, high: float | None) -> bool:
    start, end = edge
    return (low is None or start >= low) and (high is None or (end is not None and end <= high))


def _narrow_to_cause() -> None:
    point = clicked(CAUSES)
    if point is not None:
        narrow_or_open({"cause": [str(point["y"])]})
