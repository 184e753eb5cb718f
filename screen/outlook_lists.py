"""The lists of Outlook: who takes more than before, balances carried, every open item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial

import streamlit as st

from kpis.format import counted, exact_usd
from kpis.money import NOTHING
from kpis.outlook import (
    RECENT,
    USUAL,
    WAITS,
    Risk,
    Waiting,
    forward_balances,
    open_items,
    rising,
    whole_months,
)
from kpis.periods import Period, add_months
from screen.click_table import IN_FULL, ROW_PIXELS, click_table, pinned
from screen.csv_files import csv_button
from screen.filters import CUSTOM_PERIOD, current_filters
from screen.navigation import will_open
from screen.offset_words import PUT_OFF
from screen.paged_table import paged_table
from screen.session import ask
from screen.tables import dollars, escaped, shown, with_total

CHOSEN_WAIT = "open_wait"
EVERYTHING = "Everything open"
RISK_COLUMNS = {
    "name": "",
    "rise": "More per month",
    "recent": f"Per month, last {RECENT}",
    "usual": f"Per month, {USUAL} before",
    "trend": "Withheld by month",
    "sign": "Against the year before",
}
BALANCE_COLUMNS = {
    "payer": "Payer",
    "open_balance": "Open",
    "put_off": "Put off",
    "last_forwarded": "Forwarded, as printed",
    "difference": "Difference",
}
ITEM_COLUMNS = {
    "payer": "Payer",
    "amount": "Open",
    "earliest": "May be taken from",
    "announced": "Announced",
    "wait": "Stands",
    "what": "What",
    "patient_control_number": "Account",
    "reference": "Reference",
    "specialty": "Specialty",
    "rule": "Rule",
}


def who_takes_more(dimension: str) -> None:
    """The payers or specialties whose last months took more than the year before; a click opens the offsets."""
    what = {"payer": "payers", "specialty": "specialties"}[dimension]
    period = ask(whole_months)
    if period is None or period.months < RECENT + USUAL:
        st.markdown(
            f"**Rising {what}: there is no year before the last three months to compare with**"
        )
        return
    risks = ask(rising, current_filters(), dimension)
    if not risks:
        st.markdown(f"**No {dimension} took more a month than in the year before**")
        return
    st.markdown(escaped(_risk_sentence(risks, what)))
    rows = [_risk_row(risk) for risk in risks]
    click_table(
        rows,
        RISK_COLUMNS,
        {
            "name": pinned(dimension.capitalize()),
            "rise": dollars(RISK_COLUMNS["rise"]),
            "recent": dollars(RISK_COLUMNS["recent"], "Mean of a month, whole months only"),
            "usual": dollars(RISK_COLUMNS["usual"], f"Mean of a month over the {USUAL} before"),
            "trend": st.column_config.LineChartColumn(RISK_COLUMNS["trend"], y_min=0, width=130),
            "sign": st.column_config.TextColumn(RISK_COLUMNS["sign"], width=190),
        },
        key=f"rising_{dimension}",
        on_row=partial(_open_risk, dimension, period),
        alt=f"Rising {what}, largest rise first; a click opens the offsets of the last {RECENT} months",
    )
    exported = {name: title for name, title in RISK_COLUMNS.items() if name != "trend"}
    csv_button(
        rows,
        {**exported, "name": dimension.capitalize()},
        f"rising-{what}.csv",
        narrowed="by no period",
    )


def balances() -> None:
    """What each payer carries, beside what it printed last as forwarded."""
    st.markdown("**Balances carried forward**")
    filters = current_filters()
    found = ask(forward_balances, filters)
    if not found:
        st.caption(
            "No payer has anything open, and none printed a balance it has not brought in since."
        )
        return
    rows = with_total([asdict(one) for one in found], "payer")
    st.dataframe(
        shown(rows, list(BALANCE_COLUMNS)),
        hide_index=True,
        height="content" if len(rows) <= IN_FULL else ROW_PIXELS * (IN_FULL + 1),
        column_config={
            "payer": st.column_config.TextColumn("Payer", pinned=True),
            "open_balance": dollars("Open", "Put off or forwarded on a remittance, not yet taken"),
            "put_off": dollars("Put off", PUT_OFF),
            "last_forwarded": dollars(
                BALANCE_COLUMNS["last_forwarded"],
                "The last FB that each payee was sent with a payment of zero and that no remittance brought in since",
            ),
            "difference": dollars("Difference", "What the payer's own balance does not show"),
        },
        alt="Balances by payer: open, put off, forwarded as printed, difference",
    )
    csv_button(rows, BALANCE_COLUMNS, "forward-balances.csv", narrowed="by no period")
    st.caption(
        "Open = put off + forwarded as printed + difference. Letters are not in it."
        + (" Only the payer filter narrows these balances." if filters.splits_remittances else "")
    )


def every_open_item(found: Sequence[Waiting]) -> None:
    """The open offsets and letters themselves, soonest first; each opens."""
    options = (EVERYTHING, *WAITS)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Every open offset and letter**")
        chosen = st.selectbox(
            "Which", options, key=CHOSEN_WAIT, label_visibility="collapsed", width=260
        )
    kept = [one for one in found if chosen in (EVERYTHING, one.wait)]
    count = sum(one.items for one in kept)
    if not count:
        st.caption("Nothing that is open stands there.")
        return
    wait = None if chosen == EVERYTHING else chosen
    filters = current_filters()
    paged_table(
        lambda limit, offset: [
            {**asdict(item), "what": "letter only" if item.entry == "letter" else "offset"}
            for item in ask(open_items, filters, wait, limit, offset)
        ],
        count,
        ITEM_COLUMNS,
        {
            "amount": dollars("Open"),
            **{
                name: st.column_config.DateColumn(ITEM_COLUMNS[name], format="MMM D, YYYY")
                for name in ("earliest", "announced")
            },
        },
        name="open_items",
        narrowed="by no period",
        alt="Open offsets and letters, soonest first",
    )
    total = sum((one.amount for one in kept), NOTHING)
    st.caption(escaped(f"In all {exact_usd(total)} in {items_in_words(count)}."))


def _risk_sentence(risks: Sequence[Risk], what: str) -> str:
    top = risks[0]
    beyond = sum(risk.beyond for risk in risks)
    sentence = f"**Rising {what}: {top.name} takes {exact_usd(top.rise)} more a month than in the year before**"
    return sentence + (f"; {beyond} of {len(risks)} beyond that year's worst" if beyond else "")


def items_in_words(count: int) -> str:
    """How many offsets and letters."""
    return counted(count, "offset or letter", "offsets and letters")


def _risk_row(risk: Risk) -> dict[str, object]:
    return {
        "name": risk.name,
        "rise": risk.rise,
        "recent": risk.recent,
        "usual": risk.usual,
        "trend": [float(amount) for amount in risk.trend],
        "sign": "beyond any three months before" if risk.beyond else "within its year's range",
    }


def _open_risk(dimension: str, period: Period, row: Mapping[str, object]) -> None:
    months = {
        "from": f"{add_months(period.end, -RECENT):%Y-%m}",
        "to": f"{period.last_month:%Y-%m}",
    }
    will_open("offsets", period=CUSTOM_PERIOD, **months, **{dimension: [str(row["name"])]})
