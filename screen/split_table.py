"""How a withdrawal is divided between offsets, on screen: before it is tied, after, and on each of the offsets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from data.ledger.decisions import MatchDecision
from data.workspace import DecisionEntry, Workspace
from kpis.format import exact_usd
from kpis.matches import MatchedLine, WithdrawalLine
from kpis.money import NOTHING
from kpis.periods import day_in_words
from kpis.split import Part, Place, Proposal, decided_parts, proposed_parts
from kpis.suspense import KnownDecision, known_decisions
from screen.plain_text import plain
from screen.session import ask, warehouse
from screen.tables import escaped

REST = "Rest, tied to nothing"


def proposed_split(line: WithdrawalLine, receivable_id: str) -> None:
    """What tying a withdrawal to an offset would do, to be seen before it is confirmed."""
    with st.spinner("Working out how it would be divided"):
        parts = _as_if_tied(line, receivable_id)
    if not parts:
        st.warning(
            "The payer's history does not allow this: the rules would decide instead.",
            icon=":material/block:",
        )
        return
    st.markdown(f"**If you tie it, {_in_words(line, parts)}**")
    split_table(line, parts)


def split_of(line: WithdrawalLine, entry: DecisionEntry | None) -> None:
    """How a withdrawal is divided now; nothing where one offset has all of it."""
    place = (line.remittance_id, line.adjustment_no)
    if entry is not None and entry.receivable_id is not None:
        parts = _as_if_tied(line, entry.receivable_id)
    else:
        parts = ask(decided_parts, (place,)).get(place, ())
    if len(parts) > 1 or any(part.beyond for part in parts):
        st.markdown(f"**Divided: {_in_words(line, parts)}**")
        split_table(line, parts)


def split_table(line: WithdrawalLine, parts: Sequence[Part]) -> None:
    """A row per offset with its amount, and what is left."""
    rest = line.amount - sum((part.amount for part in parts if not part.is_suspense), NOTHING)
    rows = [_row(part) for part in parts if not part.is_suspense]
    rows.append({"Offset": REST, "Amount": _usd(rest), "Of what was open": "", "Owed besides": ""})
    st.table(rows, border="horizontal", hide_index=True, alt="Amount of the withdrawal by offset")


def shared_lines(receivable_id: str, lines: Sequence[MatchedLine]) -> None:
    """The withdrawals an offset shares with others: the whole, its own part and theirs."""
    places = tuple(dict.fromkeys((line.remittance_id, line.adjustment_no) for line in lines))
    divided = ask(decided_parts, places) if places else {}
    for line in lines:
        parts = divided.get((line.remittance_id, line.adjustment_no), ())
        if len(parts) > 1:
            reference = f":{plain(line.reference)}" if line.reference else ""
            st.markdown(
                f"- Part of {plain(line.reason_code)}{reference} {_usd(line.amount)}, "
                f"{day_in_words(line.payment_date)}: {_parts_in_words(parts, receivable_id)}"
            )


def splits_by_entry(
    entries: Sequence[DecisionEntry], known: Mapping[int, KnownDecision]
) -> dict[int, str]:
    """How the withdrawals of decisions in the figures are divided, in words, by number of the entry."""
    places = {n: one.place for n, one in known.items() if one.place and not one.against}
    divided = ask(decided_parts, tuple(dict.fromkeys(places.values()))) if places else {}
    return {
        entry.entry_no: ", ".join(
            f"{part.receivable_id} {exact_usd(part.amount)}" for part in divided[place]
        )
        for entry in entries
        if (place := places.get(entry.entry_no)) in divided
    }


def _as_if_tied(line: WithdrawalLine, receivable_id: str) -> tuple[Part, ...]:
    place = (line.remittance_id, line.adjustment_no)
    proposal = Proposal(place, line.payer_key, line.payment_date, receivable_id)
    return ask(proposed_parts, proposal, _decisions_today())


def _decisions_today() -> tuple[MatchDecision, ...]:
    """Every decision in force, at the place its withdrawal has now."""
    known = ask(known_decisions)
    found = []
    for entry in Workspace(warehouse()).entries_in_force():
        decision = known.get(entry.entry_no)
        place: Place | None = (
            decision.place if decision else (entry.remittance_id, entry.adjustment_no)
        )
        if place is not None:
            found.append(
                MatchDecision(*place, entry.receivable_id, entry.made_by, entry.made_at, entry.why)
            )
    return tuple(found)


def _in_words(line: WithdrawalLine, parts: Sequence[Part]) -> str:
    named = [part for part in parts if not part.is_suspense]
    if len(named) == 1 and named[0].amount == line.amount:
        return f"all of {_usd(line.amount)} is taken from one offset"
    return f"{_usd(line.amount)} is taken from {len(named)} offsets"


def _row(part: Part) -> dict[str, str]:
    account = f", account {plain(part.account)}" if part.account else ""
    return {
        "Offset": f"{plain(part.receivable_id)}{account}",
        "Amount": _usd(part.amount),
        "Of what was open": _usd(part.amount - part.beyond),
        "Owed besides": _usd(part.beyond),
    }


def _parts_in_words(parts: Sequence[Part], own: str) -> str:
    first = sorted(parts, key=lambda part: part.receivable_id != own)
    return ", ".join(
        f"**{_usd(part.amount)}** here"
        if part.receivable_id == own
        else f"{_usd(part.amount)} on {plain(part.receivable_id)}"
        + (f" ({plain(part.account)})" if part.account else "")
        for part in first
    )


def _usd(amount: Decimal) -> str:
    return escaped(exact_usd(amount))
