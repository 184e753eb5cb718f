"""Lag and notice: do they warn us, and how long do we have?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from charts.spec import Band, ChartSpec, Series
from data.rules import STATES_FILE
from kpis.cards import band_in_words
from kpis.catalog import KPI_BY_NAME
from kpis.checks import check_counts
from kpis.cube import kpi_table
from kpis.format import NO_VALUE, Value, counted, exact_usd, short_usd, short_value
from kpis.lag import (
    LagBucket,
    NoticeStanding,
    PostingDelay,
    lag_buckets,
    lag_figures,
    notice_standings,
    posting_delay,
)
from kpis.payers import lag_label
from kpis.rules import rule_standings
from kpis.secondary import Figure
from screen.charts import clicked, show_chart
from screen.click_table import click_table
from screen.csv_files import csv_button
from screen.entered import target_of
from screen.filters import current_filters
from screen.header import page_header
from screen.marked_withdrawals import marked
from screen.navigation import will_open
from screen.nothing import nothing_here
from screen.rules_in_force import rules_in_force
from screen.session import ask, ask_ahead
from screen.tables import escaped
from screen.trend import show_trend
from screen.withdrawal_columns import STANDING_COLUMNS, standing_formats

LAG = KPI_BY_NAME["recoupment_lag_days"]
LAG_FIGURES = {
    "Median lag": "recoupment_lag_median_days",
    "Nine in ten within": "recoupment_lag_p90_days",
    "Lag by dollars": "recoupment_lag_weighted_days",
    "Notice on file": "known_notice_share",
}
BUCKETS, STANDINGS = "lag_buckets", "lag_standings"


def lag() -> None:
    begin()
    page_header("lag")
    standings = ask(notice_standings, current_filters())
    total = standings.total
    if not total.withdrawn:
        nothing_here("Nothing was first withdrawn in this period.")
    else:
        figures(total, ask(lag_figures, current_filters()), ask(posting_delay, current_filters()))
        with st.grid(2, min_column_width=420, gap="small"):
            with st.container(border=True, height="stretch"):
                how_long(ask(lag_buckets, current_filters()), total)
            with st.container(border=True, height="stretch"):
                show_trend(LAG, "lag_by_month")
        by_payer(standings.each)
        marked(ask(check_counts, current_filters()))
    rules_in_force(ask(rule_standings, current_filters()))


def begin() -> None:
    """Has the answers of the page worked out while its head is drawn."""
    filters = current_filters()
    ask_ahead(notice_standings, filters)
    ask_ahead(lag_figures, filters)
    ask_ahead(posting_delay, filters)
    ask_ahead(lag_buckets, filters)
    ask_ahead(kpi_table, filters, ("month",))
    ask_ahead(check_counts, filters)
    ask_ahead(rule_standings, filters)


def figures(total: NoticeStanding, lags: Mapping[str, Figure], delay: PostingDelay) -> None:
    """What the page comes to; n and dollars always."""
    with st.grid(4, min_column_width=170, gap="small"):
        for label, name in LAG_FIGURES.items():
            _lag_figure(label, lags[name], total.withdrawn)
        _figure(
            "No notice on file",
            short_usd(total.no_notice_amount),
            counted(total.no_notice, "receivable"),
            f"{exact_usd(total.no_notice_amount)} withheld in the period: no letter, and nothing put off before. "
            "It does not show that no notice was sent.",
        )
        _figure(
            "Before earliest date",
            short_usd(total.early_amount) if total.judged else "no value",
            _covered(total.early, total.judged),
            f"{exact_usd(total.early_amount)} withheld to date from receivables first withdrawn from before "
            "the configured earliest date. Immediate recoupment that was elected never counts.",
        )
        _figure(
            "After look-back",
            short_usd(total.late_amount) if total.late_judged else "no value",
            _covered(total.late, total.late_judged),
            f"{exact_usd(total.late_amount)} withheld to date. Look-back rules are state law for insured plans: "
            f"say in {STATES_FILE} in which state you are.",
        )
        _figure(
            "Posting delay",
            _days(delay.median),
            f"{counted(delay.remittances, 'remittance')}, nine in ten within {_days(delay.ninetieth)}"
            if delay.remittances
            else "only history so far",
            "Median days from payment date to load. What the first day of loading brought is history and left out.",
        )


def _lag_figure(label: str, figure: Figure, withdrawn: int) -> None:
    """One figure about lags or notices, with how many withdrawals and which dollars it rests on."""
    kpi = figure.kpi
    value = _days(figure.value) if kpi.unit == "days" else short_value(figure.value, kpi.unit)
    which = "with a lag" if kpi.unit == "days" else "with a notice"
    of = counted(withdrawn, "withdrawal")
    _figure(
        label,
        value,
        f"{figure.count:,} of {of} {which} · {exact_usd(figure.amount)} withheld at first",
        f"{kpi.formula}. {kpi.definition} {kpi.edge_cases}",
    )


def how_long(buckets: Sequence[LagBucket], total: NoticeStanding) -> None:
    """Withdrawals by days since their notice, against the target band and the earliest date of their plan."""
    labels = tuple(lag_label((bucket.low, bucket.high)) for bucket in buckets)
    target = target_of(LAG.name, current_filters().payers)
    low, high = (target.at_least, target.at_most) if target else (None, None)
    parts = (
        ("On or after the earliest date", "on_time", "actual"),
        ("Before the earliest date", "early", "bad"),
        ("No rule gives one", "untold", "category"),
    )
    spec = ChartSpec(
        kind="stacked columns",
        title=_how_long_title(total),
        x=labels,
        series=tuple(
            Series(
                name,
                tuple(getattr(bucket, field) for bucket in buckets),
                role=role,  # type: ignore[arg-type]
                detail=tuple(f"{label} days after the notice" for label in labels),
            )
            for name, field, role in parts
        ),
        unit="count",
        alt="Withdrawals by days after their notice: "
        + "; ".join(
            f"{label} days {bucket.counted}, {bucket.early} of them before the earliest date"
            for label, bucket in zip(labels, buckets, strict=True)
        ),
        band=Band(low, high, f"Target {band_in_words(target, LAG.unit)}") if target else None,
        band_on=tuple(
            at
            for at, bucket in enumerate(buckets)
            if target
            and (low is None or bucket.low >= low)
            and (high is None or (bucket.high is not None and bucket.high <= high))
        ),
        height=320,
    )
    show_chart(spec, BUCKETS, on_select=_open_bucket)
    st.caption("Click to see the withdrawals, longest lag first.")


def by_payer(standings: Sequence[NoticeStanding]) -> None:
    """Each payer and plan type; a click on a cell opens their offsets."""
    worst = max(standings, key=lambda one: one.no_notice_amount)
    if worst.no_notice_amount:
        st.markdown(
            escaped(
                f"**{worst.payer}, {worst.plan_type}, has most with no notice on file: "
                f"{exact_usd(worst.no_notice_amount)}.** Click a row to see its offsets."
            )
        )
    else:
        st.markdown("**A notice is on file for every withdrawal.** Click a row to see its offsets.")
    rows = [{name: getattr(one, name) for name in STANDING_COLUMNS} for one in standings]
    click_table(
        rows,
        STANDING_COLUMNS,
        standing_formats(),
        key=STANDINGS,
        alt="Notice and lag by payer and plan type, most withheld first",
        on_row=_open_standing,
        nothing="none",
    )
    csv_button(rows, STANDING_COLUMNS, "lag-and-notice.csv")


def _figure(label: str, value: str, rests_on: str, meaning: str) -> None:
    with st.container(border=True, height="stretch"):
        st.metric(label, escaped(value), help=escaped(meaning))
        st.caption(escaped(rests_on))


def _covered(marked: int, told: int) -> str:
    return (
        f"{marked:,} of {told:,} that a rule covers"
        if told
        else "cannot be told: no rule covers any"
    )


def _days(value: Value) -> str:
    return NO_VALUE if value is None else f"{value:,.0f} day{'' if value == 1 else 's'}"


def _how_long_title(total: NoticeStanding) -> str:
    if total.median is None:
        return "No withdrawal of this period has a known notice"
    text = f"Half of the withdrawals came within {total.median:.0f} days, nine in ten within {total.ninetieth:.0f}"
    if not total.judged:
        return text
    return f"{text}; {total.early:,} of {total.judged:,} before the configured earliest date"


def _open_bucket() -> None:
    if clicked(BUCKETS) is not None:
        will_open("offsets", offset_state="Withheld", offset_sort="Longest lag")


def _open_standing(row: Mapping[str, object]) -> None:
    will_open("offsets", payer=[str(row["payer"])], plan=[str(row["plan_type"])])


lag()
