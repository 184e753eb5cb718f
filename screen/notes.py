"""The form for notes on dates: add one, change it, take it away; all are kept with who and when."""

from __future__ import annotations

from datetime import date

import streamlit as st

from data.annotations import Annotation, add_annotation, annotations_in_force, change_annotation
from data.annotations import remove_annotation as take_away
from kpis.choices import choices
from kpis.freshness import freshness
from kpis.periods import day_in_words, minute_in_words
from screen.entered import journal
from screen.plain_text import plain
from screen.session import ask
from screen.settings import may_edit, say_who_may_edit
from screen.user import user_name

ALL_PAYERS = "All payers"
NEW = "New note"
CHOSEN, REFUSED, OPEN = "note_chosen", "note_refused", "notes"
NO_TEXT = "Say what happened, e.g. “New audit policy from 1 June”."
LONGEST = 200


def notes_menu() -> None:
    """A button that opens the form."""
    menu = st.popover(
        "Notes", icon=":material/edit_note:", type="tertiary", key=OPEN, on_change="rerun"
    )
    if menu.open:
        with menu:
            if may_edit():
                note_form()
            else:
                say_who_may_edit()


def note_form() -> None:
    """One form for a new note and for those there are."""
    known = {note.annotation_id: note for note in annotations_in_force(journal())}
    chosen = st.selectbox(
        "Note",
        [NEW, *known],
        format_func=lambda number: _in_one_line(known[number]) if number in known else NEW,
        key=CHOSEN,
    )
    note = known.get(chosen)
    if note is not None:
        st.caption(f"By {plain(note.made_by)}, {minute_in_words(note.made_at)}")
    with st.form("note", border=False):
        _fields(note)
        with st.container(horizontal=True):
            st.form_submit_button(
                "Save" if note else "Add", icon=":material/check:", type="primary", key="note_save",
                on_click=_save, args=(note,),
            )  # fmt: skip
            if note is not None:
                st.form_submit_button(
                    "Remove", icon=":material/delete:", key="note_remove",
                    on_click=_remove, args=(note,),
                )  # fmt: skip
    if refused := st.session_state.pop(REFUSED, None):
        st.error(refused, icon=":material/error:")


def _fields(note: Annotation | None) -> None:
    """Keys carry the note's id, so that each opens with its own words."""
    payers = [ALL_PAYERS, *ask(choices).payers]
    own = note.payer if note and note.payer in payers else ALL_PAYERS
    st.session_state.setdefault(_key("date", note), _first_choice(note))
    st.session_state.setdefault(_key("text", note), note.text if note else "")
    st.session_state.setdefault(_key("payer", note), own)
    st.date_input("Date", None, key=_key("date", note))
    st.text_input("What happened", max_chars=LONGEST, key=_key("text", note))
    st.selectbox("Payer", payers, key=_key("payer", note))


def _first_choice(note: Annotation | None) -> date | None:
    return note.on_date if note else ask(freshness).data_through


def _save(note: Annotation | None) -> None:
    text = " ".join(str(st.session_state.get(_key("text", note)) or "").split())
    on_date = st.session_state.get(_key("date", note))
    if not text or not isinstance(on_date, date):
        st.session_state[REFUSED] = NO_TEXT
        return
    payer = st.session_state[_key("payer", note)]
    payer = "" if payer == ALL_PAYERS else payer
    if note is None:
        add_annotation(journal(), on_date, text, payer, user_name())
        st.session_state[_key("text", note)] = ""
    else:
        change_annotation(journal(), note, on_date, text, payer, user_name())
    st.session_state[CHOSEN] = NEW


def _remove(note: Annotation) -> None:
    take_away(journal(), note, user_name())
    st.session_state[CHOSEN] = NEW


def _key(field: str, note: Annotation | None) -> str:
    return f"note_{field}_{note.annotation_id if note else 'new'}"


def _in_one_line(note: Annotation) -> str:
    return f"{day_in_words(note.on_date)}: {note.text}"
