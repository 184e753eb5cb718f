"""What are we getting back?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from charts.grids import heat_grid
from charts.spec import ChartSpec, Series
from kpis.appeals import Stage, Success, SuccessBy, appeal_funnel, success_by
from kpis.format import counted, exact_usd, short_usd, short_value
from kpis.periods import add_months
from kpis.report_recovery import MONTHS_SHOWN, Cohort, recovery_triangle
from screen.appeal_lists import (
    begin_lists,
    deadlines_missed_or_near,
    won_but_unpaid,
)
from screen.charts import clicked, show_chart
from screen.click_table import click_table, pinned
from screen.csv_files import csv_button
from screen.entered import fiscal_calendar
from screen.filters import current_filters, current_grain
from screen.header import page_header
from screen.narrow import HOW, months_as_filter, narrow_or_open
from screen.navigation import will_open
from screen.nothing import nothing_here
from screen.session import ask, ask_ahead
from screen.tables import counts, dollars, escaped, percent

FUNNEL, SUCCESS_TABLE, TRIANGLE = "appeal_funnel", "appeal_success", "recovery_triangle"
STATE_OF_STAGE = {"Withdrawn": "Withheld", "Paid": "Came back"}
BY: dict[str, SuccessBy] = {"Payer": "payer", "Cause": "cause", "Level": "level"}
SUCCESS = {
    "name": "",
    "rate": "Success rate",
    "strict_rate": "Success rate, full wins only",
    "decided": "Decided",
    "full": "Full",
    "partial": "Partial",
    "upheld": "Upheld",
    "amount_at_issue": "At issue",
    "amount_overturned": "Overturned",
    "dollar_rate": "Success by dollars",
}


def appeals() -> None:
    begin()
    page_header("appeals")
    stages = ask(appeal_funnel, current_filters())
    cohorts = ask(recovery_triangle, current_filters(), current_grain(), fiscal_calendar())
    if not stages[0].count:
        nothing_here("Nothing was first withdrawn in this period, so there is nothing to appeal.")
    else:
        with st.container(border=True):
            funnel(stages)
        with st.container(border=True):
            success()
    if cohorts:
        with st.container(border=True):
            triangle(cohorts)
    won_but_unpaid()
    deadlines_missed_or_near()


def begin() -> None:
    """Has the answers of the page worked out while its head is drawn."""
    filters = current_filters()
    ask_ahead(recovery_triangle, filters, current_grain(), fiscal_calendar())
    ask_ahead(appeal_funnel, filters)
    begin_lists()


def funnel(stages: Sequence[Stage]) -> None:
    """From withdrawal to money back: how many get to each stage."""
    first, last = stages[0], stages[-1]
    spec = ChartSpec(
        kind="bars",
        title=f"{last.count:,} of {counted(first.count, 'withdrawal')} paid back after an appeal, "
        f"{short_usd(last.amount)} of {short_usd(first.amount)}",
        x=tuple(stage.name for stage in stages),
        series=(
            Series(
                "Receivables",
                tuple(stage.count for stage in stages),
                detail=tuple(f"{exact_usd(stage.amount)}: {stage.meaning}" for stage in stages),
            ),
        ),
        unit="count",
        alt="Receivables by stage: "
        + ", ".join(f"{stage.name} {stage.count:,}, {exact_usd(stage.amount)}" for stage in stages),
        height=260,
    )
    show_chart(spec, FUNNEL, on_select=_open_stage)
    st.caption(
        escaped(" → ".join(f"{stage.name} {exact_usd(stage.amount)}" for stage in stages))
        + ". Receivables first withdrawn from in the period, and what became of them by now. "
        "Click Withdrawn or Paid to see the offsets."
    )


def success() -> None:
    """Decisions of the period by payer, cause or level."""
    chosen = st.segmented_control(
        "Success by",
        list(BY),
        key="success_by",
        default="Payer",
        required=True,
        bind="query-params",
    )
    by = BY[chosen or "Payer"]
    found = ask(success_by, current_filters(), by)
    if not found:
        st.markdown("**No appeal was decided in this period**")
        return
    st.markdown(escaped(f"**{_success_in_words(found)}**"))
    rows = [_success_row(one) for one in found]
    titles = {**SUCCESS, "name": chosen or "Payer"}
    click_table(
        rows,
        titles,
        {
            "name": pinned(titles["name"]),
            "rate": percent("Success rate", "(full + partial) ÷ decided"),
            "strict_rate": percent("In full", "full ÷ decided"),
            **{name: counts(titles[name]) for name in ("decided", "full", "partial", "upheld")},
            "amount_at_issue": dollars("At issue"),
            "amount_overturned": dollars("Overturned"),
            "dollar_rate": percent("By dollars", "overturned ÷ at issue"),
        },
        key=SUCCESS_TABLE,
        alt=f"Appeal decisions by {titles['name'].lower()}; a click on a payer or cause narrows the page",
        on_row=partial(_narrow_to_row, by),
        in_full=8,
        nothing="no value",
    )
    csv_button(rows, titles, f"appeals-by-{by}.csv")
    st.caption(
        "Every decision of a level counts, also one that a higher level overruled."
        if by == "level"
        else "One per case, by the month of its latest decision."
    )


def triangle(cohorts: Sequence[Cohort]) -> None:
    """How much of each month's takings has come back, by how long after; what is not known yet is empty."""
    ages = max(len(cohort.by_age) for cohort in cohorts)
    span = "month" if cohorts[0].months == 1 else "quarter"
    withheld = sum(cohort.withheld for cohort in cohorts)
    back = sum(cohort.come_back for cohort in cohorts)
    oldest = cohorts[0]
    share = short_value(float(back / withheld), "share") if withheld else "Nothing"
    spec = heat_grid(
        f"{share} of {short_usd(withheld)} has come back so far; {oldest.label}, the oldest {span}, stands at "
        f"{short_value(oldest.share(len(oldest.by_age) - 1), 'share')}",
        tuple(f"+{age}" for age in range(ages)),
        tuple(
            (
                _cohort_name(cohort),
                tuple(cohort.share(age) for age in range(ages)),
            )
            for cohort in cohorts
        ),
        "share",
        f"Share come back by {span}s since the withdrawal",
    )
    show_chart(spec, TRIANGLE, on_select=partial(_narrow_to_cohort, cohorts))
    st.caption(
        f"{HOW} {_why_quarters(span)}Rows: the {span} of the withdrawal and what was withheld. Columns: {span}s since. "
        "A row ends where the data ends: the younger the row, the less mature. What comes back is set against the "
        "oldest taking of its item first."
    )
    csv_button(
        [_cohort_row(cohort, ages) for cohort in cohorts],
        {"cohort": "Withheld in", "maturity": f"Known {span}s", "withheld": "Withheld"}
        | {f"age_{age}": f"Come back by +{age}" for age in range(ages)},
        "recovery-triangle.csv",
    )


def _why_quarters(span: str) -> str:
    if span == current_grain():
        return ""
    return f"By quarter, as there are more than {MONTHS_SHOWN} months of takings. "


def _open_stage() -> None:
    """The register knows who was withdrawn from and what came back; the stages between it does not tell apart."""
    point = clicked(FUNNEL)
    state = STATE_OF_STAGE.get(str(point["y"])) if point else None
    if state:
        will_open("offsets", offset_state=state)


def _narrow_to_row(by: SuccessBy, row: Mapping[str, object]) -> None:
    if by in ("payer", "cause"):
        narrow_or_open({by: [str(row["name"])]})


def _narrow_to_cohort(cohorts: Sequence[Cohort]) -> None:
    point = clicked(TRIANGLE)
    found = next((one for one in cohorts if point and _cohort_name(one) == point["y"]), None)
    if found is not None:
        last = add_months(found.start, found.months - 1)
        narrow_or_open(months_as_filter(found.start, last))


def _cohort_name(cohort: Cohort) -> str:
    return f"{cohort.label}, {short_usd(cohort.withheld)}"


def _success_in_words(found: Sequence[Success]) -> str:
    decided = sum(one.decided for one in found)
    won = sum(one.full + one.partial for one in found)
    full = sum(one.full for one in found)
    overturned = sum(one.amount_overturned for one in found)
    at_issue = sum(one.amount_at_issue for one in found)
    return (
        f"{won:,} of {counted(decided, 'decision')} won in full or in part ({won / decided * 100:.1f} %), "
        f"{full:,} in full ({full / decided * 100:.1f} %); "
        f"{short_usd(overturned)} of {short_usd(at_issue)} overturned"
        + (f" ({overturned / at_issue * 100:.1f} %)" if at_issue else "")
    )


def _success_row(one: Success) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(one, name) for name in SUCCESS}
    for name in ("rate", "strict_rate", "dollar_rate"):
        share = getattr(one, name)
        row[name] = None if share is None else round(share * 100, 4)
    return row


def _cohort_row(cohort: Cohort, ages: int) -> dict[str, object]:
    known = {
        f"age_{age}": cohort.by_age[age] if age < len(cohort.by_age) else None
        for age in range(ages)
    }
    return {
        "cohort": cohort.label,
        "maturity": len(cohort.by_age) - 1,
        "withheld": cohort.withheld,
        **known,
    }


appeals()
