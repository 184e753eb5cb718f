"""Causes: why do they take it, and what would prevent it?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import streamlit as st

from charts.spec import ChartSpec, Series
from charts.theme import OTHER, colour_places, top_names
from kpis.causes import (
    REPEATED_WITHIN_DAYS,
    UNCLASSIFIED,
    CauseStanding,
    CodeBehind,
    RepeatedCause,
    cause_standings,
    codes_behind,
    grown_codes,
    repeated_causes,
)
from kpis.choices import choices
from kpis.format import exact_usd, short_usd
from kpis.periods import month_in_words
from kpis.rules import has_rules
from screen.charts import clicked, show_chart
from screen.filters import current_filters, current_period
from screen.header import page_header
from screen.hidden_takebacks import hidden_takebacks
from screen.navigation import go
from screen.session import ask, kpi_rows
from screen.tables import csv_button, dollars, escaped, percent, shown

BARS, TABLE, CODES, REPEATED = "cause_bars", "cause_table", "cause_codes", "cause_repeated"
NOTHING = Decimal("0.00")
TALLEST = 420
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
    "repeated": "Again within 90 days",
    "months": "In how many months",
    "withheld": "Withheld to date",
    "repeated_withheld": "Withheld again",
}


def causes() -> None:
    page_header("Causes", "Why do they take it?")
    standings = ask(cause_standings, current_filters())
    if not standings:
        st.info(
            "Nothing was withheld or came back in this period. Widen the period or reset the filters."
        )
        return
    with st.grid(2, min_column_width=420, gap="small"):
        with st.container(border=True, height="stretch"):
            why(standings)
        with st.container(border=True, height="stretch"):
            over_time(standings)
    controls(standings)
    if ask(has_rules):
        hidden_takebacks(ask(grown_codes, current_filters()))
    repeated(ask(repeated_causes, current_filters()))
    codes(ask(codes_behind, current_filters()))


def why(standings: Sequence[CauseStanding]) -> None:
    """Withheld by cause; a click opens the offsets behind one."""
    taken = [one for one in standings if one.withheld]
    if not taken:
        st.markdown("**Nothing was withheld in this period: what is below only came back**")
        return
    top = taken[0]
    total = sum((one.withheld for one in taken), NOTHING)
    spec = ChartSpec(
        kind="bars",
        title=f"{top.cause} is {(top.share or 0) * 100:.0f} % of {short_usd(total)} withheld, "
        f"{current_period()}: click a cause to see its offsets",
        x=tuple(one.cause for one in taken),
        series=(
            Series(
                "Withheld",
                tuple(one.withheld for one in taken),
                detail=tuple(f"{one.taken_count:,} receivables" for one in taken),
            ),
        ),
        unit="usd",
        alt="Withheld by cause: "
        + ", ".join(f"{one.cause} {exact_usd(one.withheld)}" for one in taken),
        height=max(340, 32 * len(taken) + 30),
    )
    show_chart(spec, BARS, on_select=_open_bar)


def over_time(standings: Sequence[CauseStanding]) -> None:
    """Withheld by month, the largest causes by name and the rest together."""
    named = top_names({one.cause: float(one.withheld) for one in standings if one.withheld})
    months: dict[str, dict[str, Decimal]] = {
        f"{row['month']:%Y-%m-%d}": {} for row in kpi_rows(current_filters(), "month")
    }
    for row in kpi_rows(current_filters(), "month", "cause"):
        name = str(row["cause"]) if row["cause"] in named else OTHER
        month = months[f"{row['month']:%Y-%m-%d}"]
        month[name] = month.get(name, NOTHING) + row["withheld"]
    has_other = any(month.get(OTHER) for month in months.values())
    places = colour_places(ask(choices).causes)
    spec = ChartSpec(
        kind="stacked columns",
        title=_trend_title(months),
        x=tuple(months),
        series=tuple(
            Series(
                name,
                tuple(month.get(name, NOTHING) for month in months.values()),
                role="category",
                colour=places.get(name),
            )
            for name in ([*named, OTHER] if has_other else named)
        ),
        unit="usd",
        alt="Withheld by month and cause: "
        + ", ".join(
            f"{month[:7]} {exact_usd(sum(parts.values(), NOTHING))}"
            for month, parts in months.items()
        ),
        x_is_month=True,
        height=max(340, 32 * len(standings) + 30),
    )
    show_chart(spec, "cause_trend")


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
    st.dataframe(
        shown(rows, list(COLUMNS)),
        key=TABLE,
        hide_index=True,
        height="content",
        on_select=_open_row,
        selection_mode="single-cell",
        placeholder="no value",
        column_config={
            "cause": st.column_config.TextColumn("Cause", pinned=True),
            "withheld": dollars("Withheld"),
            "share": percent("Share", COLUMNS["share"]),
            "trend": st.column_config.LineChartColumn(
                "By month", help=COLUMNS["trend"], y_min=0, width=90
            ),
            "taken_count": st.column_config.NumberColumn("n", help=COLUMNS["taken_count"]),
            "recovered": dollars("Recovered"),
            "appeal_success_rate": percent("Appeals won", COLUMNS["appeal_success_rate"]),
            "control": COLUMNS["control"],
        },
        alt="Causes with what would prevent each, most withheld first",
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
            f"**{top.payer} came again for {top.cause}: {top.repeated:,} of {top.receivables:,} withdrawals "
            f"within {REPEATED_WITHIN_DAYS} days of the one before, {exact_usd(top.repeated_withheld)}.**"
        )
    )
    rows = [{name: getattr(one, name) for name in REPEATED_COLUMNS} for one in found]
    st.dataframe(
        shown(rows, list(REPEATED_COLUMNS)),
        key=REPEATED,
        hide_index=True,
        height="content" if len(rows) <= 10 else TALLEST,
        on_select=_open_repeated,
        selection_mode="single-cell",
        column_config={
            **REPEATED_COLUMNS,
            "payer": st.column_config.TextColumn("Payer", pinned=True),
            "withheld": dollars(REPEATED_COLUMNS["withheld"]),
            "repeated_withheld": dollars(REPEATED_COLUMNS["repeated_withheld"]),
        },
        alt="Payers and causes that came again, most withheld again first",
    )
    csv_button(rows, REPEATED_COLUMNS, "repeat-causes.csv")


def codes(found: Sequence[CodeBehind]) -> None:
    """What each cause was read from; the amounts add up to what was withheld."""
    if not found:
        return
    st.subheader("What says so", anchor=False)
    rows = [{name: getattr(one, name) for name in CODE_COLUMNS} for one in found]
    st.dataframe(
        shown(rows, list(CODE_COLUMNS)),
        key=CODES,
        hide_index=True,
        height="content" if len(rows) <= 10 else TALLEST,
        on_select=_open_code,
        selection_mode="single-cell",
        column_config={**CODE_COLUMNS, "withheld": dollars(CODE_COLUMNS["withheld"])},
        alt="What each cause was read from, most withheld first",
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


def _trend_title(months: dict[str, dict[str, Decimal]]) -> str:
    totals = {month: sum(parts.values(), NOTHING) for month, parts in months.items()}
    peak = max(totals, key=lambda month: totals[month])
    if not totals[peak]:
        return "Nothing was withheld in any month of the period"
    named = {name: amount for name, amount in months[peak].items() if name != OTHER}
    largest = max(named, key=lambda name: named[name], default=OTHER)
    month = month_in_words(date.fromisoformat(peak))
    return (
        f"{short_usd(totals[peak])} in {month}, the highest month; the largest part for {largest}"
    )


def _open_bar() -> None:
    point = clicked(BARS)
    if point is not None:
        go("offsets", cause=[str(point["y"])])


def _row_of(table: str) -> int | None:
    cells = st.session_state[table]["selection"]["cells"]
    return int(cells[0][0]) if cells else None


def _open_row() -> None:
    at = _row_of(TABLE)
    if at is not None:
        go("offsets", cause=[ask(cause_standings, current_filters())[at].cause])


def _open_code() -> None:
    at = _row_of(CODES)
    if at is not None:
        go("offsets", cause=[ask(codes_behind, current_filters())[at].cause])


def _open_repeated() -> None:
    at = _row_of(REPEATED)
    if at is not None:
        one = ask(repeated_causes, current_filters())[at]
        go("offsets", payer=[one.payer], cause=[one.cause])


causes()
