"""What does this number mean?"""

from __future__ import annotations

import streamlit as st

from kpis.catalog import MEASURES
from kpis.definitions import (
    BALANCE,
    MATCHING_TIERS,
    MECHANISMS,
    KpiInWords,
    SecondaryInWords,
    causes,
    kpis_in_words,
    secondary_in_words,
)
from screen.entered import target_book_in_force
from screen.header import page_header
from screen.session import ask
from screen.shortcuts import keys_table
from screen.tables import escaped

UNITS = {"usd": "USD", "share": "share", "days": "days", "count": "count"}
GOOD = {
    "higher": "higher is better",
    "lower": "lower is better",
    "neither": "neither is better by itself",
}


def definitions() -> None:
    page_header("definitions")
    st.markdown(
        "All figures are cash, booked on the payment date of the remittance (BPR16). Money is exact to the cent. "
        "A denominator of zero gives no value, never 0. Late data restates history."
    )
    with st.grid(2, min_column_width=420, gap="small"):
        for kpi in kpis_in_words(target_book_in_force()):
            with st.container(border=True, height="stretch"):
                one_kpi(kpi)
    secondary()
    measures()
    balance()
    mechanisms()
    root_causes()
    matching()
    st.subheader("Keys", anchor="keys")
    keys_table()


def one_kpi(words: KpiInWords) -> None:
    """Formula, its parts in words, edge cases, target and where the target comes from."""
    kpi = words.kpi
    st.subheader(kpi.title, anchor=kpi.name)
    st.markdown(kpi.definition)
    lines = [
        f"**Formula** {kpi.formula}",
        f"**Numerator** {words.numerator}",
        f"**Denominator** {words.denominator}",
        f"**Unit** {UNITS[kpi.unit]}; {GOOD[kpi.good]}",
        f"**Edge cases** {kpi.edge_cases}",
        f"**Target** {words.target}" + (f" · {words.provenance}" if words.provenance else ""),
    ]
    st.markdown(escaped("\n".join(f"- {line}" for line in lines)))


def secondary() -> None:
    """The figures beside the headline KPIs."""
    st.subheader("Secondary figures", anchor="secondary")
    st.markdown(
        "Ages and deadlines are counted to the data's last payment date. From a shell, "
        "`python -m kpis --secondary` gives these figures by payer and month, as of any day."
    )
    with st.grid(2, min_column_width=420, gap="medium"):
        for one in secondary_in_words():
            st.markdown(escaped(_secondary_in_lines(one)))


def _secondary_in_lines(one: SecondaryInWords) -> str:
    unit = UNITS[one.unit]
    lines = (
        f"**{one.title}** ({unit}, {one.booked}) = {one.formula}",
        one.definition,
        one.edge_cases,
    )
    return "  \n".join(lines)


def measures() -> None:
    """The sums every KPI is made of."""
    st.subheader("Measures", anchor="measures")
    st.table(
        [
            {"Measure": measure.title, "Unit": UNITS[measure.unit], "Meaning": measure.definition}
            for measure in MEASURES
        ],
        hide_index=True,
        alt="Measures and what they mean",
    )


def balance() -> None:
    """From claim payments to the deposit, remittance by remittance."""
    st.subheader("How a remittance balances", anchor="balance")
    st.table(
        [{"Term": term, "Meaning": meaning} for term, meaning in BALANCE],
        hide_index=True,
        alt="Terms of the balance of a remittance",
    )


def mechanisms() -> None:
    """The ways money is taken."""
    st.subheader("Mechanisms", anchor="mechanisms")
    st.table(
        [{"Mechanism": name, "Meaning": meaning} for name, meaning in MECHANISMS],
        hide_index=True,
        alt="Mechanisms and what they mean",
    )


def root_causes() -> None:
    """Why money is taken, what leads to it and what prevents it."""
    st.subheader("Causes", anchor="causes")
    st.markdown(
        "Read from the correction's codes: the adjustment reason that moved most dollars between the original and the "
        "correction decides, then a remark. A cause in the offset register overrides. What nothing explains stays "
        "unclassified."
    )
    st.table(
        [
            {
                "Cause": cause.cause,
                "Preventive control": cause.preventive_control,
                "Adjustment reasons (CARC)": cause.claim_adjustment_reasons,
                "Remarks (RARC)": cause.remarks,
            }
            for cause in ask(causes)
        ],
        hide_index=True,
        alt="Causes, their preventive control and their codes",
    )


def matching() -> None:
    """How a withdrawal finds its claim and its notice."""
    st.subheader("Matching tiers", anchor="matching")
    st.markdown("Tried in this order; the first that finds exactly one answer wins.")
    st.table(
        [
            {"Tier": str(tier), "Method": method, "Confidence": confidence, "Meaning": meaning}
            for tier, method, confidence, meaning in MATCHING_TIERS
        ],
        hide_index=True,
        alt="Matching tiers and how sure each is",
    )


definitions()
