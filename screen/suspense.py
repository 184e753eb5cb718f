"""Withdrawals tied to nothing: the list, and the one that is opened with its segment, candidates and decisions."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from data.workspace import DecisionEntry, Workspace
from kpis.format import counted, exact_usd
from kpis.matches import Tie, WithdrawalLine, ties, withdrawal_line
from kpis.offset_life import Source
from kpis.periods import day_in_words
from kpis.suspense import (
    SuspenseTotals,
    candidates,
    known_decisions,
    suspense_rows,
    suspense_totals,
)
from screen.csv_files import ALL_ROWS, csv_button
from screen.decision_log import decision_log
from screen.filters import current_filters
from screen.match_decision import (
    decided_in_words,
    decision_about,
    decision_form,
    undo_form,
)
from screen.navigation import go
from screen.plain_text import plain
from screen.segments import remittance_lines, show_lines
from screen.session import Row, ask, warehouse
from screen.settings import may_edit, say_who_may_edit
from screen.shortcuts import UP
from screen.split_table import split_of
from screen.tables import dollars, escaped, shown

OPENED = "withdrawal"
HEADINGS = {
    "payer": "Payer",
    "amount": "Amount",
    "payment_date": "Withdrawn",
    "age_days": "Age, days",
    "reason_code": "Code",
    "reference": "Reference",
    "trace_number": "Trace number",
    "candidates": "Candidates",
    "best_reason": "Best candidate by",
    "state": "State",
}
EXPORTED = {
    **HEADINGS,
    "decided_by": "Decided by",
    "decided_at": "Decided (UTC)",
    "decided_why": "Why",
    "receivable_id": "Offset number until tied",
}
NOT_KEPT = "The file behind it is not in this warehouse's archive, so its text cannot be shown."
TIE_IN_WORDS = {
    "taken": "taken from",
    "put_off": "put off on",
    "brought_in": "brought in for",
    "given_back": "given back on",
    "forwarded": "forwarded on",
    "refunded": "refund for",
    "forgiven": "forgiven on",
}


def suspense() -> None:
    """The list, or the withdrawal whose place stands in the URL."""
    opened = st.query_params.get(OPENED)
    if opened:
        one_withdrawal(opened)
    else:
        suspense_list()
        decision_log()


def suspense_list() -> None:
    filters = current_filters()
    totals = ask(suspense_totals, filters)
    st.caption(
        "Money a payer took (or credited) that no claim, letter or earlier remittance explains for certain. It counts "
        "as withheld and stays apart until somebody says what it is: a tie is never broken by a guess. As of today; "
        "the period does not limit it. Age counts up to the last payment date that is loaded."
    )
    if not totals.withdrawals and not totals.credits:
        st.success("Every withdrawal is tied to an offset.", icon=":material/check_circle:")
        return
    st.markdown(escaped(_taken_in_words(totals) + _credits_in_words(totals)))
    rows = [{**row, "state": state(row)} for row in ask(suspense_rows, filters).to_pylist()]
    table = shown(rows, list(HEADINGS))
    table.insert(0, "open", ":material/open_in_full: Open")
    st.dataframe(
        table,
        hide_index=True,
        row_height=36,
        column_config={
            **HEADINGS,
            "open": st.column_config.ButtonColumn(
                "",
                key="opened_withdrawal",
                on_click=open_row,
                args=([place_in_url(row) for row in rows],),
                pinned=True,
                type="tertiary",
            ),
            "amount": dollars(HEADINGS["amount"], "Taken; negative was credited."),
            "payment_date": st.column_config.DateColumn(
                HEADINGS["payment_date"], format="MMM D, YYYY"
            ),
        },
        placeholder="–",
        key="suspense",
        alt="Withdrawals tied to nothing, one row each; Open shows its candidates",
    )
    csv_button(lambda: rows, EXPORTED, "suspense.csv", label=ALL_ROWS, narrowed="by no period")


def _taken_in_words(totals: SuspenseTotals) -> str:
    if not totals.withdrawals:
        return "Every withdrawal is tied to an offset"
    return (
        f"**{exact_usd(totals.taken)}** in {counted(totals.withdrawals, 'withdrawal')}, "
        f"{totals.with_candidates:,} with candidates, the oldest {counted(totals.oldest_days, 'day')} old"
    )


def _credits_in_words(totals: SuspenseTotals) -> str:
    if not totals.credits:
        return "."
    return (
        f"; {exact_usd(totals.credited)} in {counted(totals.credits, 'credit')} nothing explains."
    )


def state(row: Row) -> str:
    if row["decided_by"]:
        return f"left in suspense by {row['decided_by']}"
    return "to decide" if row["candidates"] else "nothing resembles it"


def place_in_url(row: Row) -> str:
    return f"{row['remittance_id']}-{row['adjustment_no']}"


def open_row(places: list[str]) -> None:
    click = st.session_state["opened_withdrawal"]
    if click is not None:
        st.query_params[OPENED] = places[click.row]


def close() -> None:
    st.query_params.pop(OPENED, None)


def one_withdrawal(place: str) -> None:
    """One withdrawal: what it is, what it is tied to, what it could be, what was decided."""
    st.button(
        "Back to the list",
        icon=":material/arrow_back:",
        on_click=close,
        type="tertiary",
        key="back",
        shortcut=UP,
    )
    line = _line_at(place)
    if line is None:
        st.warning(
            "This withdrawal is not in what is loaded now. It may belong to data that was replaced.",
            icon=":material/search_off:",
        )
        return
    made_of_it = ask(ties, line.remittance_id, line.adjustment_no)
    _title(line)
    _tied_to(made_of_it)
    _segment(line)
    _decide(line, made_of_it)


def _line_at(place: str) -> WithdrawalLine | None:
    remittance_id, _, number = place.partition("-")
    if not (remittance_id.isascii() and remittance_id.isdigit() and number.isascii() and number.isdigit()):  # fmt: skip
        return None
    if int(remittance_id) >= 1 << 63 or int(number) >= 1 << 31:
        return None
    return ask(withdrawal_line, int(remittance_id), int(number))


def _title(line: WithdrawalLine) -> None:
    amount = exact_usd(line.amount)
    st.subheader(escaped(f"{plain(line.payer)}, {amount}"), anchor=False)
    reference = f":{plain(line.reference)}" if line.reference else " without a reference"
    st.markdown(
        f"{plain(line.reason_code)}{reference} on remittance {plain(line.trace_number) or 'without a trace number'}, "
        f"{day_in_words(line.payment_date)}"
    )


def _tied_to(made_of_it: Sequence[Tie]) -> None:
    if not made_of_it:
        st.caption("No offset is moved by this provider adjustment.")
    for number, tie in enumerate(made_of_it):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_tie_in_words(tie), width="content")
            if st.button(
                "Open the offset",
                icon=":material/open_in_full:",
                type="tertiary",
                key=f"open_offset_{number}",
            ):
                go("offsets", offset=tie.receivable_id)


def _tie_in_words(tie: Tie) -> str:
    amount = escaped(exact_usd(abs(tie.amount)))
    left = "left there by decision" if tie.decided_by else plain(tie.method)
    if tie.is_suspense:
        return f":orange[:material/hourglass_empty:] **In suspense:** {amount}, {left}"
    how = f"{plain(tie.method)} (**{plain(tie.confidence)}**)"
    words = TIE_IN_WORDS.get(tie.kind, f"{plain(tie.kind)} on")
    return f":green[:material/link:] {amount} {words} offset {plain(tie.receivable_id)}: {how}"


def _segment(line: WithdrawalLine) -> None:
    if line.archive is None:
        st.caption(NOT_KEPT)
        return
    source = Source(
        "provider adjustment",
        line.archive,
        line.byte_start,
        line.byte_end,
        line.reason_code,
        line.reference,
        line.amount,
    )
    show_lines(remittance_lines(warehouse(), line.remittance_start, [source]), NOT_KEPT)


def _decide(line: WithdrawalLine, made_of_it: Sequence[Tie]) -> None:
    workspace = Workspace(warehouse())
    entry = decision_about(line, workspace.entries_in_force(), ask(known_decisions))
    split_of(line, entry)
    if may_edit():
        if entry is not None:
            undo_form(entry)
        decision_form(line, ask(candidates, line.remittance_id, line.adjustment_no), made_of_it)
    else:
        say_who_may_edit()
    place = (line.remittance_id, line.adjustment_no)
    if entry is not None:
        place = (entry.remittance_id, entry.adjustment_no)
    _history(workspace.decision_history(*place))


def _history(entries: Sequence[DecisionEntry]) -> None:
    if entries:
        st.markdown("**Everything decided about it, latest first**")
        st.markdown("\n".join(f"- {decided_in_words(entry)}" for entry in entries))
