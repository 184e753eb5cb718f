"""One offset on screen: what it is, how it is known, and every step with the segments that say so."""

from __future__ import annotations

import streamlit as st

from kpis.format import exact_usd
from kpis.offset_life import Bridge, Evidence, Movement, Offset, Step, bridge, evidence, steps
from kpis.periods import day_in_words
from kpis.won import Win, win
from screen.csv_files import csv_button
from screen.match_links import match_links
from screen.offset_rules import show_rules
from screen.offset_words import (
    MOVEMENTS,
    how_we_know,
    lag_in_words,
    money,
    sentence,
    title,
    won_in_words,
)
from screen.packet_files import packet_button
from screen.plain_text import plain
from screen.segments import remittance_lines, row_lines, show_lines
from screen.session import ask, warehouse
from screen.tables import dollars, shown

ICONS = {
    "payment": ":material/payments:",
    "letter": ":material/mail:",
    "remittance": ":material/receipt_long:",
    "appeal filed": ":material/gavel:",
    "appeal decided": ":material/gavel:",
}
NOT_KEPT = (
    "The file behind this step is not in this warehouse's archive, so its text cannot be shown."
)


def show_offset(item: Offset) -> None:
    """Draws one offset from its sentence to its last segment."""
    found = ask(steps, item)
    known = ask(evidence, item)
    st.subheader(plain(title(item)), anchor=False)
    st.markdown(sentence(item, known))
    won = ask(win, item.receivable_id)
    if won is not None:
        st.success(won_in_words(won), icon=":material/gavel:")
    packet_button(item.receivable_id)
    if not item.is_letter:
        _balance(item, won)
    _facts(item, known)
    show_rules(item)
    _overview(item, found)
    st.subheader("The proof, step by step", anchor=False)
    for step in found:
        _step(step)


def _balance(item: Offset, won: Win | None) -> None:
    """The amounts as they stand today; the first is the sum of the next three."""
    settled = item.refunded + item.forgiven
    came_back = item.returned + item.recovered + item.corrected
    amounts = {
        "Identified": (item.established, "Overpayment the payer says it is owed."),
        "Withheld": (item.withheld, "Taken by paying less; not reduced by what comes back."),
        "Settled": (settled, "Refunded by us, or forgiven by the payer: no cash withheld."),
        "Open": (item.open_balance, "Put off or forwarded, and not yet taken."),
        "Came back": (came_back, "Given back, paid again or credited after it was withheld."),
    }
    if won is not None:
        amounts["Still to come back"] = (won.owed_back, "Decided on appeal, and not come back yet.")
    with st.container(horizontal=True, gap="small"):
        for label, (amount, meaning) in amounts.items():
            st.metric(label, exact_usd(amount).replace("$", r"\$"), help=meaning, border=True)
    st.caption(
        f"{money(item.established)} identified = {money(item.withheld)} withheld + "
        f"{money(settled)} settled + {money(item.open_balance)} open"
    )


def _facts(item: Offset, known: list[Evidence]) -> None:
    with st.grid(2, min_column_width=420, gap="small"):
        with st.container(border=True, height="stretch"):
            _what_it_is(item)
        with st.container(border=True, height="stretch"):
            st.markdown("**How we know**")
            st.markdown("\n".join(f"- {line}" for line in how_we_know(item, known)))
            match_links(item.receivable_id)


def _what_it_is(item: Offset) -> None:
    st.markdown("**What it is**")
    facts = {
        "Account": item.patient_control_number,
        "Payer claim control number": item.payer_claim_control_number,
        "Reference": item.reference,
        "Plan type": item.plan_type,
        "Specialty": item.specialty,
        "Facility": item.facility,
        "First taken by": item.mechanism,
        "Lag": lag_in_words(item),
        "Offset number": item.receivable_id,
    }
    st.table(
        {name: plain(value) if value else "none on file" for name, value in facts.items()},
        border="horizontal",
        alt="What the offset is",
    )


def _overview(item: Offset, found: list[Step]) -> None:
    """Every movement of every step in one table, with what it left."""
    st.subheader("Every step", anchor=False)
    rows = [_overview_row(step, movement) for step in found for movement in step.movements]
    columns = {
        "date": "Date",
        "what": "What happened",
        "amount": "Amount",
        "withheld": "Withheld so far",
        "open": "Open after it",
        "trace": "Trace number",
        "file": "File",
    }
    st.dataframe(
        shown(rows, list(columns)),
        hide_index=True,
        height="content",
        column_config={
            "date": st.column_config.DateColumn(columns["date"], format="MMM D, YYYY"),
            "what": columns["what"],
            "amount": dollars(columns["amount"]),
            "withheld": dollars(columns["withheld"], "After all of the remittance is booked."),
            "open": dollars(columns["open"], "After all of the remittance is booked."),
            "trace": columns["trace"],
            "file": columns["file"],
        },
        placeholder="–",
        alt="Every step of the offset with amounts and files",
    )
    csv_button(rows, columns, f"offset-{item.receivable_id}.csv", narrowed="by nothing")


def _overview_row(step: Step, movement: Movement) -> dict[str, object]:
    balance = step.balance
    row = f" row {step.row_number}" if step.row_number else ""
    return {
        "date": step.on,
        "what": MOVEMENTS.get(movement.kind, movement.kind),
        "amount": movement.amount,
        "withheld": balance.withheld if balance else None,
        "open": balance.open if balance else None,
        "trace": step.trace_number,
        "file": f"{step.file}{row}",
    }


def _step(step: Step) -> None:
    with st.container(border=True):
        when = day_in_words(step.on) if step.on else "No date"
        what = ", ".join(_movement(movement) for movement in step.movements)
        st.markdown(f"{ICONS[step.kind]} **{when}** · {what}")
        st.caption(_where(step))
        if step.kind == "appeal decided":
            st.caption("The same row as the filing.")
        elif step.row_text is not None:
            show_lines(row_lines(step.row_text), NOT_KEPT)
        else:
            lines = remittance_lines(warehouse(), step.remittance_start, step.sources)
            show_lines(lines, NOT_KEPT)
        if step.kind == "remittance" and step.remittance_id is not None:
            found = ask(bridge, step.remittance_id)
            if found:
                _bridge(found)


def _movement(movement: Movement) -> str:
    words = MOVEMENTS.get(movement.kind, plain(movement.kind))
    return f"{words} **{money(movement.amount)}**" if movement.amount is not None else words


def _where(step: Step) -> str:
    parts = []
    if step.trace_number:
        parts.append(f"Remittance {plain(step.trace_number)}")
    if step.note:
        parts.append(plain(step.note))
    row = f", row {step.row_number}" if step.row_number else ""
    parts.append(f"{plain(step.file)}{row}")
    if step.balance:
        parts.append(
            f"then {money(step.balance.withheld)} withheld, {money(step.balance.open)} open"
        )
    return " · ".join(parts)


def _bridge(found: Bridge) -> None:
    """The whole remittance for context, from what was paid to what reached the bank."""
    with st.expander(f"This remittance: {money(found.payment_amount)} reached the bank"):
        rows = {
            "Payments before offsets (P)": found.payments,
            "Identified through claims (R)": found.identified,
            "Provider adjustments that take or put off (W)": found.adjustments,
            "Net withheld (C = R + W)": found.net_withheld,
            "Other provider adjustments (O)": found.other,
            "Deposit, BPR02 (P − C − O)": found.payment_amount,
        }
        st.table(
            {name: money(amount) for name, amount in rows.items()},
            border="horizontal",
            width="content",
            alt="Cash bridge of the remittance",
        )
