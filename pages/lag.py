"""Lag and notice: do they warn us, and how long do we have?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from charts.spec import Band, ChartSpec, Series
from data.rules import STATES_FILE
from kpis.cards import band_in_words
from kpis.catalog import KPI_BY_NAME
from kpis.checks import CHECKS, LETTER_AFTER, check_counts, checked_withdrawals
from kpis.format import exact_usd, short_usd, short_value
from kpis.lag import (
    LagBucket,
    NoticeStanding,
    PostingDelay,
    lag_buckets,
    notice_standings,
    notice_total,
    posting_delay,
)
from kpis.payers import lag_label
from kpis.rules import has_rules, rule_standings
from screen.charts import clicked, show_chart
from screen.entered import target_of
from screen.filters import current_filters, current_period
from screen.header import page_header
from screen.navigation import go
from screen.rules_in_force import rules_in_force
from screen.session import Row, ask, kpi_rows
from screen.tables import csv_button, csv_bytes, escaped, shown
from screen.withdrawal_columns import (
    EXPORTED,
    MARKED_COLUMNS,
    STANDING_COLUMNS,
    marked_formats,
    standing_formats,
)

LAG = KPI_BY_NAME["recoupment_lag_days"]
BUCKETS, STANDINGS, MARKED, CHECK = "lag_buckets", "lag_standings", "lag_marked", "lag_check"
SHOWN_ROWS = 100


def lag() -> None:
    page_header("Lag and notice", "Do they warn us, and how long do we have?")
    if not ask(has_rules):
        st.info(
            "This warehouse was built before rules were kept. Load any file on the Data page: the "
            "ledger is then built again, with them."
        )
        return
    total = ask(notice_total, current_filters())
    if not total.withdrawn:
        st.info(
            "Nothing was first withdrawn in this period. Widen the period or reset the filters."
        )
    else:
        figures(total, ask(posting_delay, current_filters()))
        with st.grid(2, min_column_width=420, gap="small"):
            with st.container(border=True, height="stretch"):
                how_long(ask(lag_buckets, current_filters()), total)
            with st.container(border=True, height="stretch"):
                by_month()
        by_payer(ask(notice_standings, current_filters()))
        marked(ask(check_counts, current_filters()))
    rules_in_force(ask(rule_standings, current_filters()))


def figures(total: NoticeStanding, delay: PostingDelay) -> None:
    """What the page comes to, in five figures; n and dollars always."""
    with st.container(horizontal=True, gap="small"):
        _figure(
            "Median lag",
            _days(total.median),
            f"{total.counted:,} of {total.withdrawn:,} withdrawals have a lag",
            "Days from the notice to the first withdrawal. Left out: no notice on file, settled by refund, "
            "immediate recoupment elected, letters dated after the withdrawal.",
        )
        _figure(
            "No notice on file",
            short_usd(total.no_notice_amount),
            f"{total.no_notice:,} receivables",
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
            f"{delay.remittances:,} remittances, nine in ten within {_days(delay.ninetieth)}"
            if delay.remittances
            else "only history so far",
            "Median days from payment date to load. What the first day of loading brought is history and left out.",
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


def by_month() -> None:
    """The mean lag of each month's first withdrawals, with the target band."""
    rows = kpi_rows(current_filters(), "month")
    target = target_of(LAG.name, current_filters().payers)
    known = [row for row in rows if row[LAG.name] is not None]
    title = "No withdrawal of this period has a known notice"
    if known:
        last = known[-1]
        title = f"The mean lag was {short_value(last[LAG.name], LAG.unit)} in {last['month']:%b %Y}"
    spec = ChartSpec(
        kind="line",
        title=title,
        x=tuple(f"{row['month']:%Y-%m-%d}" for row in rows),
        series=(
            Series(
                LAG.title,
                tuple(row[LAG.name] for row in rows),
                detail=tuple(f"{row['lag_count']:,} withdrawals" for row in rows),
            ),
        ),
        unit=LAG.unit,
        alt="Mean lag by month: "
        + ", ".join(f"{row['month']:%b %Y} {short_value(row[LAG.name], LAG.unit)}" for row in rows),
        band=Band(target.at_least, target.at_most, f"Target {band_in_words(target, LAG.unit)}")
        if target
        else None,
        x_is_month=True,
        height=320,
    )
    show_chart(spec, "lag_by_month")


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
    st.dataframe(
        shown(rows, list(STANDING_COLUMNS)),
        key=STANDINGS,
        hide_index=True,
        height="content" if len(rows) <= 12 else 460,
        on_select=_open_standing,
        selection_mode="single-cell",
        placeholder="none",
        column_config=standing_formats(),
        alt="Notice and lag by payer and plan type, most withheld first",
    )
    csv_button(rows, STANDING_COLUMNS, "lag-and-notice.csv")


def marked(counts: dict[str, int]) -> None:
    """The withdrawals behind one of the counts; a click on a cell opens the offset."""
    if not any(counts.values()):
        st.markdown(
            "**No withdrawal is marked: each has a notice on file, in time as far as the rules tell.**"
        )
        return
    st.caption(" · ".join(f"{name}: {count:,}" for name, count in counts.items()))
    check = st.selectbox(
        "Show withdrawals", list(CHECKS), key=CHECK, bind="query-params", width=420
    )
    rows = ask(checked_withdrawals, current_filters(), check, SHOWN_ROWS).to_pylist()
    if not rows:
        st.markdown(f"Nothing is marked so in {current_period()}.")
        return
    st.dataframe(
        shown(rows, list(MARKED_COLUMNS)),
        key=MARKED,
        hide_index=True,
        height="content" if len(rows) <= 12 else 460,
        on_select=_open_marked,
        selection_mode="single-cell",
        placeholder="–",
        column_config=marked_formats(),
        alt=f"{check}, most withheld first; a click opens the offset",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        more = counts[check] - len(rows)
        note = f" {more:,} more are in the CSV." if more > 0 else ""
        tail = (
            " A letter dated after the withdrawal is a question to the register, not a lag."
            if check == LETTER_AFTER
            else ""
        )
        st.caption(f"{len(rows):,} of {counts[check]:,}, most withheld first.{note}{tail}")
        st.download_button(
            "CSV of all rows",
            data=lambda: csv_bytes(
                ask(checked_withdrawals, current_filters(), check).to_pylist(), EXPORTED
            ),
            file_name="withdrawals.csv",
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            key="download_marked",
        )


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


def _days(value: float | None) -> str:
    return "no value" if value is None else f"{value:,.0f} day{'' if value == 1 else 's'}"


def _how_long_title(total: NoticeStanding) -> str:
    if total.median is None:
        return "No withdrawal of this period has a known notice"
    text = f"Half of the withdrawals came within {total.median:.0f} days, nine in ten within {total.ninetieth:.0f}"
    if not total.judged:
        return text
    return f"{text}; {total.early:,} of {total.judged:,} before the configured earliest date"


def _open_bucket() -> None:
    if clicked(BUCKETS) is not None:
        go("offsets", offset_state="Withheld", offset_sort="Longest lag")


def _open_standing() -> None:
    cells = st.session_state[STANDINGS]["selection"]["cells"]
    if cells:
        one = ask(notice_standings, current_filters())[cells[0][0]]
        go("offsets", payer=[one.payer], plan=[one.plan_type])


def _open_marked() -> None:
    cells = st.session_state[MARKED]["selection"]["cells"]
    if cells:
        check = st.session_state[CHECK]
        found: list[Row] = ask(
            checked_withdrawals, current_filters(), check, SHOWN_ROWS
        ).to_pylist()
        go("offsets", offset=str(found[cells[0][0]]["receivable_id"]))


lag()
