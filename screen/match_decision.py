"""The form over one withdrawal: tie it to an offset, leave it in suspense, or undo what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import streamlit as st

from data.ledger.decisions import MatchDecision
from data.workspace import DecisionEntry, Withdrawal, Workspace
from kpis.filters import Filters
from kpis.format import exact_usd
from kpis.matches import Tie, WithdrawalLine
from kpis.offset_list import OffsetListView, offset_rows
from kpis.periods import day_in_words, minute_in_words
from kpis.suspense import Candidate, KnownDecision
from screen.plain_text import plain
from screen.rebuild_job import begin_rebuild
from screen.session import Row, ask, warehouse
from screen.split_table import proposed_split
from screen.tables import escaped
from screen.user import user_name

CHOSEN, SEARCH, WHY, UNDO_WHY = "tie_to", "tie_to_search", "decision_why", "undo_why"
REFUSED, UNDO_REFUSED = "decision_refused", "undo_refused"
NO_REASON = "Say why: whoever checks this later has only these words."
FOUND_SHOWN = 10


def decision_form(
    line: WithdrawalLine, candidates: Sequence[Candidate], made_of_it: Sequence[Tie]
) -> None:
    """Offers the candidates and what is searched for, none chosen beforehand, and asks for a reason."""
    own = {tie.receivable_id for tie in made_of_it}
    options = {each.receivable_id: in_words(each) for each in candidates}
    with st.container(border=True, key="decision"):
        st.markdown("**Which offset does it belong to?**")
        if not options:
            st.caption("Nothing open resembles it by amount, by reference or as part of a sum.")
        options = {**found_in_words(line), **options}
        offered = {number: words for number, words in options.items() if number not in own}
        choice(offered)
        if (chosen := st.session_state.get(CHOSEN)) in offered:
            proposed_split(line, chosen)
        with st.form("decide", border=False):
            st.text_input(
                "Why (required)", key=WHY, placeholder="e.g. confirmed by the payer, call 4711"
            )
            buttons(line)
        say_refused(REFUSED)
        st.caption(
            f"Kept as decided by {plain(user_name())}. The ledger is worked out again at once; it can be undone."
        )


def choice(options: Mapping[str, str]) -> None:
    if options:
        st.radio(
            "Offsets it could belong to",
            list(options),
            index=None,
            format_func=lambda number: options.get(number, number),
            key=CHOSEN,
            label_visibility="collapsed",
        )


def found_in_words(line: WithdrawalLine) -> dict[str, str]:
    """Offsets of the same payer with the text searched for in one of their numbers, in words by number."""
    text = st.text_input(
        "Search the payer's other offsets and letters",
        key=SEARCH,
        placeholder="Claim, account, reference, letter or offset number",
        icon=":material/search:",
        type="search",
    )
    if not text:
        return {}
    view = OffsetListView(Filters(payers=(line.payer,)), search=text)
    found = ask(offset_rows, view, FOUND_SHOWN, 0).to_pylist()
    if not found:
        st.caption("No offset of this payer has that in one of its numbers.")
    return {row["receivable_id"]: row_in_words(row) for row in found}


def buttons(line: WithdrawalLine) -> None:
    with st.container(horizontal=True):
        st.form_submit_button(
            "Tie it to this offset",
            type="primary",
            icon=":material/link:",
            on_click=tie,
            args=(line,),
            key="tie",
        )
        st.form_submit_button(
            "Leave it in suspense",
            icon=":material/hourglass_empty:",
            on_click=leave_in_suspense,
            args=(line,),
            key="leave_in_suspense",
        )


def say_refused(key: str) -> None:
    """Why the last click changed nothing, once."""
    if refused := st.session_state.pop(key, None):
        st.error(refused, icon=":material/error:")


def undo_form(entry: DecisionEntry) -> None:
    """What is in force about this withdrawal, and the way back."""
    with st.form("undo", border=True):
        st.markdown(f"**Decided:** {decided_in_words(entry)}")
        st.text_input("Why undo it (required)", key=UNDO_WHY)
        st.form_submit_button(
            "Undo", icon=":material/undo:", on_click=undo, args=(entry,), key="undo_decision"
        )
        say_refused(UNDO_REFUSED)


def tie(line: WithdrawalLine) -> None:
    """Puts the offset chosen in force."""
    number = st.session_state.get(CHOSEN)
    if number is None:
        st.session_state[REFUSED] = "Choose an offset first, or search for it."
        return
    _record(line, number)


def leave_in_suspense(line: WithdrawalLine) -> None:
    """Says that it belongs to none of them."""
    _record(line, None)


def undo(entry: DecisionEntry) -> None:
    """Leaves the withdrawal to the rules again."""
    why = (st.session_state.get(UNDO_WHY) or "").strip()
    if not why:
        st.session_state[UNDO_REFUSED] = NO_REASON
        return
    Workspace(warehouse()).undo_decision(entry.remittance_id, entry.adjustment_no, user_name(), why)
    begin_rebuild(warehouse())


def decision_about(
    line: WithdrawalLine, in_force: Sequence[DecisionEntry], known: dict[int, KnownDecision]
) -> DecisionEntry | None:
    """The decision in force about a withdrawal, under whatever numbers it was made."""
    place = (line.remittance_id, line.adjustment_no)
    for entry in reversed(in_force):
        decision = known.get(entry.entry_no)
        today = decision.place if decision else (entry.remittance_id, entry.adjustment_no)
        if today == place:
            return entry
    return None


def decided_in_words(entry: DecisionEntry) -> str:
    """What was decided, by whom, when and why, as Markdown."""
    deeds = {
        "tied": f"tied to offset {plain(entry.receivable_id)}",
        "left in suspense": "left in suspense",
        "undone": "left to the rules again",
    }
    return (
        f"{deeds[entry.deed]} by {plain(entry.made_by)}, {minute_in_words(entry.made_at)}: "
        f"“{plain(entry.why)}”"
    )


def in_words(candidate: Candidate) -> str:
    """A candidate in one line of Markdown."""
    known = f" since {day_in_words(candidate.known_since)}" if candidate.known_since else ""
    names = _names(candidate.account, candidate.payer_claim_control_number, candidate.reference)
    return (
        f"**{escaped(exact_usd(candidate.candidate_amount))}** open then{known}: {plain(candidate.reason)} · "
        f"{plain(candidate.origin or 'offset')}{names} · {plain(candidate.receivable_id)}"
    )


def row_in_words(row: Row) -> str:
    """A row of the register in one line of Markdown."""
    names = _names(
        row["patient_control_number"], row["payer_claim_control_number"], row["reference"]
    )
    what = "letter" if row["entry"] == "letter" else "offset"
    return (
        f"**{escaped(exact_usd(row['established']))}** identified, {escaped(exact_usd(row['open_balance']))} open "
        f"today · {what}{names} · {plain(row['receivable_id'])}"
    )


def _names(account: str | None, claim: str | None, reference: str | None) -> str:
    names = {"account": account, "payer claim no.": claim, "reference": reference}
    return "".join(f", {what} {plain(name)}" for what, name in names.items() if name)


def _record(line: WithdrawalLine, receivable_id: str | None) -> None:
    why = (st.session_state.get(WHY) or "").strip()
    if not why:
        st.session_state[REFUSED] = NO_REASON
        return
    decision = MatchDecision(
        line.remittance_id,
        line.adjustment_no,
        receivable_id,
        user_name(),
        datetime.now(UTC).replace(tzinfo=None),
        why,
    )
    Workspace(warehouse()).record_decision(decision, _said(line))
    begin_rebuild(warehouse())


def _said(line: WithdrawalLine) -> Withdrawal:
    return Withdrawal(
        line.payer_as_printed,
        line.trace_number,
        line.payment_date,
        line.reason_code,
        line.reference,
        line.amount,
    )
