"""Causes: why do they take it, and what would prevent it?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from charts.spec import ChartSpec, Series
from charts.theme import OTHER
from kpis.causes import (
    UNCLASSIFIED,
    CauseStanding,
    CodeBehind,
    RepeatedCause,
    cause_standings,
    codes_behind,
    repeated_causes,
)
from kpis.cube import kpi_table
from kpis.format import counted, exact_usd, short_usd
from kpis.grown_codes import grown_codes
from kpis.money import NOTHING
from kpis.secondary_withdrawals import REPEATED_WITHIN_DAYS
from screen.charts import clicked, show_chart
from screen.click_table import click_table, pinned
from screen.csv_files import csv_button
from screen.filters import current_filters, current_grain, current_period
from screen.header import page_header
from screen.hidden_takebacks import hidden_takebacks
from screen.mix import Mix, mix_over_time
from screen.narrow import HOW, narrow_or_open
from screen.navigation import will_open
from screen.nothing import nothing_here
from screen.session import ask, ask_ahead
from screen.tables import Row, counts, dollars, escaped, percent

BARS, TABLE, CODES, REPEATED = "cause_bars", "cause_table", "cause_codes", "cause_repeated"
COLUMNS = {
    "cause": "Cause",
    "withheld": "Withheld",
    "share": "Share of withheld",
    "trend": "Withheld by month",
    "taken_count": "Receivables withdrawn from",
    "recovered": "Recovered",
    "appeal_success_rate": "Appeal success rate",
    "control": "What would prevent it",
}
CODE_COLUMNS = {
    "cause": "Cause",
    "method": "Read from",
    "receivables": "Receivables",
    "withheld": "Withheld",
}
REPEATED_COLUMNS = {
    "payer": "Payer",
    "cause": "Cause",
    "receivables": "Receivables",
    "repeated": f"Again within {REPEATED_WITHIN_DAYS} days",
    "months": "In how many months",
    "withheld": "Withheld to date",
    "repeated_withheld": "Withheld again",
}


def causes() -> None:
    begin()
    page_header("causes")
    standings = ask(cause_standings, current_filters())
    if not standings:
        nothing_here("Nothing was withheld or came back in this period.")
        return
    with st.grid(2, min_column_width=420, gap="small"):
        with st.container(border=True, height="stretch"):
            why(standings)
        with st.container(border=True, height="stretch"):
            over_time(standings)
    controls(standings)
    hidden_takebacks(ask(grown_codes, current_filters()))
    repeated(ask(repeated_causes, current_filters()))
    codes(ask(codes_behind, current_filters()))


def begin() -> None:
    """Has the answers of the page worked out while its head is drawn."""
    filters = current_filters()
    ask_ahead(cause_standings, filters)
    ask_ahead(grown_codes, filters)
    ask_ahead(kpi_table, filters, ("month", "cause"))
    ask_ahead(repeated_causes, filters)
    ask_ahead(codes_behind, filters)


def why(standings: Sequence[CauseStanding]) -> None:
    """Withheld by cause; a click narrows the page to one."""
    taken = [one for one in standings if one.withheld]
    if not taken:
        st.markdown("**Nothing was withheld in this period: what is below only came back**")
        return
    top = taken[0]
    total = sum((one.withheld for one in taken), NOTHING)
    spec = ChartSpec(
        kind="bars",
        title=f"{top.cause} is {(top.share or 0) * 100:.0f} % of {short_usd(total)} withheld, "
        f"{current_period()}",
        x=tuple(one.cause for one in taken),
        series=(
            Series(
                "Withheld",
                tuple(one.withheld for one in taken),
                detail=tuple(counted(one.taken_count, "receivable") for one in taken),
            ),
        ),
        unit="usd",
        alt="Withheld by cause: "
        + ", ".join(f"{one.cause} {exact_usd(one.withheld)}" for one in taken),
        height=max(160, 32 * len(taken) + 30),
    )
    show_chart(spec, BARS, on_select=_narrow_to_bar)
    st.caption(HOW)


def over_time(standings: Sequence[CauseStanding]) -> None:
    """Withheld by month or quarter, the largest causes by name and the rest together."""
    mix_over_time("cause", "cause_trend", _trend_title, max(340, 32 * len(standings) + 80))


def controls(standings: Sequence[CauseStanding]) -> None:
    """Every cause with what would prevent it; a click on a cell opens its offsets."""
    unknown = next((one for one in standings if one.cause == UNCLASSIFIED), None)
    if unknown is not None and unknown.withheld:
        st.markdown(
            escaped(
                f"{exact_usd(unknown.withheld)} is unclassified: neither the register nor a code says why. "
                "It is shown, never spread over the other causes."
            )
        )
    rows = [_cause_row(one) for one in standings]
    click_table(
        rows,
        COLUMNS,
        {
            "cause": pinned("Cause"),
            "withheld": dollars("Withheld"),
            "share": percent("Share", COLUMNS["share"]),
            "trend": st.column_config.LineChartColumn(
                "By month", help=COLUMNS["trend"], y_min=0, width=90
            ),
            "taken_count": counts("Offsets", COLUMNS["taken_count"]),
            "recovered": dollars("Recovered"),
            "appeal_success_rate": percent("Appeals won", COLUMNS["appeal_success_rate"]),
        },
        key=TABLE,
        alt="Causes with what would prevent each, most withheld first",
        on_row=_open_cause,
        in_full=20,
        nothing="no value",
    )
    csv_button(rows, {k: v for k, v in COLUMNS.items() if k != "trend"}, "causes.csv")


def repeated(found: Sequence[RepeatedCause]) -> None:
    """Payer and cause that came again; a click opens their offsets."""
    st.subheader("Repeat causes", anchor=False)
    if not found:
        st.markdown(
            f"**No payer withdrew again for the same cause within {REPEATED_WITHIN_DAYS} days.**"
        )
        return
    top = found[0]
    st.markdown(
        escaped(
            f"**{top.payer} came again for {top.cause}: {top.repeated:,} of {counted(top.receivables, 'withdrawal')} "
            f"within {REPEATED_WITHIN_DAYS} days of the one before, {exact_usd(top.repeated_withheld)}.**"
        )
    )
    rows = [{name: getattr(one, name) for name in REPEATED_COLUMNS} for one in found]
    click_table(
        rows,
        REPEATED_COLUMNS,
        {
            "payer": pinned("Payer"),
            "withheld": dollars(REPEATED_COLUMNS["withheld"]),
            "repeated_withheld": dollars(REPEATED_COLUMNS["repeated_withheld"]),
        },
        key=REPEATED,
        alt="Payers and causes that came again, most withheld again first",
        on_row=_open_repeated,
    )
    csv_button(rows, REPEATED_COLUMNS, "repeat-causes.csv")


def codes(found: Sequence[CodeBehind]) -> None:
    """What each cause was read from; the amounts add up to what was withheld."""
    if not found:
        return
    st.subheader("What says so", anchor=False)
    rows = [{name: getattr(one, name) for name in CODE_COLUMNS} for one in found]
    click_table(
        rows,
        CODE_COLUMNS,
        {"withheld": dollars(CODE_COLUMNS["withheld"])},
        key=CODES,
        alt="What each cause was read from, most withheld first",
        on_row=_open_cause,
    )
    csv_button(rows, CODE_COLUMNS, "codes-behind-causes.csv")
    st.caption(
        "The register's cause wins; else the reason code that grew most between reversal and correction, then "
        "the correction's remark codes, then the register's code."
    )


def _cause_row(one: CauseStanding) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(one, name) for name in COLUMNS}
    for name in ("share", "appeal_success_rate"):
        value = row[name]
        row[name] = None if value is None else round(float(str(value)) * 100, 4)
    row["trend"] = list(one.trend)
    row["control"] = one.control or None
    return row


def _trend_title(mix: Mix) -> str:
    totals = [mix.total(at) for at in range(len(mix.spans))]
    if not any(totals):
        return "Nothing was withheld in any month of the period"
    at = totals.index(max(totals))
    named = {name: values[at] for name, values in mix.parts.items() if name != OTHER}
    largest = max(named, key=lambda name: named[name], default=OTHER)
    return (
        f"{short_usd(totals[at])} in {mix.spans[at].name}, the highest {current_grain()}; "
        f"the largest part for {largest}"
    )


def _narrow_to_bar() -> None:
    point = clicked(BARS)
    if point is not None:
        narrow_or_open({"cause": [str(point["y"])]})


def _open_cause(row: Row) -> None:
    will_open("offsets", cause=[str(row["cause"])])


def _open_repeated(row: Row) -> None:
    will_open("offsets", payer=[str(row["payer"])], cause=[str(row["cause"])])


causes()
