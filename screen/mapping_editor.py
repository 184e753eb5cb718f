"""The form in which the columns of an export are named: a proposal per column, to be corrected and saved."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

import streamlit as st

from loaders.tables.layouts import LAYOUTS
from loaders.tables.mapping_files import Mapping
from screen.field_words import field_label, kind_in_words, known_layouts, needed_in_words
from screen.load_outcome import finding
from screen.mapping_draft import Draft, mapping_of, missing_of, read_so
from screen.plain_text import plain
from screen.unread_tables import UnreadTable, cells_to_tell_by

NOT_USED = ""
WIDTHS = (4, 4, 3)
DAY_ORDERS = {
    "Decide by the column": None,
    "Month first: 03/31/2026": False,
    "Day first: 31/03/2026": True,
}
SIGNS = {
    "Decide by the balance": None,
    "Positive amounts reduce the payment": True,
    "Negative amounts reduce the payment": False,
}


@dataclass(frozen=True)
class Actions:
    """What the form can ask for: a proposal for another kind, to be saved (and what that is called), to be put away."""

    propose: Callable[[str], None]
    save_label: str
    save: Callable[[Mapping], None]
    cancel: Callable[[], None]


def mapping_editor(
    unread: UnreadTable, draft: Draft, actions: Actions, names_taken: Collection[str]
) -> None:
    """Draws the form over a draft, which takes every correction; names_taken: mappings that are there."""
    _kind(draft, actions.propose)
    _columns(unread, draft)
    _constants(draft)
    _choices(draft)
    missing = missing_of(draft)
    if missing:
        st.warning(
            f"Still missing: **{plain(', '.join(missing))}**. Choose the column above, or give one value for "
            "every row.",
            icon=":material/rule:",
        )
    else:
        _first_rows(unread, draft)
    _name(draft, names_taken)
    _save(unread, draft, actions, is_complete=not missing)


def _kind(draft: Draft, propose: Callable[[str], None]) -> None:
    kinds = [layout.kind for layout in known_layouts()]

    st.session_state["mapping_kind"] = draft.kind
    st.selectbox(
        "Kind of export",
        kinds,
        format_func=kind_in_words,
        key="mapping_kind",
        on_change=lambda: propose(st.session_state["mapping_kind"]),
    )
    st.caption(f"Needs {plain(needed_in_words(LAYOUTS[draft.kind]))}.")


def _columns(unread: UnreadTable, draft: Draft) -> None:
    """A line per column: its header and samples, the field it is taken for, and why."""
    st.markdown("**Columns of the file**")
    st.caption(
        "Up to three cells of each. Where they may point to a person, letters show as A and digits as 9."
    )
    if draft.moved:
        st.info(plain(draft.moved), icon=":material/swap_horiz:")
    for place in unread.places:
        with st.container(border=True, gap=None, key=f"mapping_column_{place}"):
            _column(unread, draft, place)
    left = [
        header.strip()
        for place, header in enumerate(unread.table.headers)
        if place not in unread.places and header.strip()
    ]
    if left:
        st.caption(f"Second columns of the same name cannot be read: {plain(', '.join(left))}.")


def _column(unread: UnreadTable, draft: Draft, place: int) -> None:
    header = unread.table.headers[place].strip()
    field = draft.fields.get(place)
    cells = cells_to_tell_by(unread.table, place, field, draft.kind)
    found, chosen, why = st.columns(WIDTHS, gap="small", vertical_alignment="center")
    with found, st.container(gap=None):
        st.markdown(f"**{plain(header)}**")
        st.caption(plain(" · ".join(cells)) if cells else "No cell has a value.")
    with chosen:
        _field(unread, draft, place)
    with why:
        reason = draft.reason(place)
        st.caption(plain(reason[:1].upper() + reason[1:]) if reason else "Not used, and not kept")


def _field(unread: UnreadTable, draft: Draft, place: int) -> None:
    headers, layout = unread.table.headers, LAYOUTS[draft.kind]
    needed = {field.name for field in layout.fields if field.required}
    key = f"mapping_field_{draft.kind}_{place}"

    def shown(name: str) -> str:
        if name == NOT_USED:
            return "Not used"
        elsewhere = draft.place_of(name)
        if elsewhere is not None and elsewhere != place:
            return f"{field_label(name)} (now from {headers[elsewhere].strip()})"
        return field_label(name) + (" (needed)" if name in needed else "")

    def changed() -> None:
        name = st.session_state[key]
        before = draft.choose(place, name)
        draft.moved = (
            f"{field_label(name)} is now read from {headers[place].strip()}, no longer from "
            f"{headers[before].strip()}: a field can be used once."
            if before is not None
            else ""
        )

    st.session_state[key] = draft.fields.get(place, NOT_USED)
    st.selectbox(
        f"What {headers[place].strip()} is",
        [NOT_USED, *(field.name for field in layout.fields)],
        format_func=shown,
        key=key,
        on_change=changed,
        label_visibility="collapsed",
    )


def _constants(draft: Draft) -> None:
    """Fields that have one value for every row, because the file has no such column."""
    used = set(draft.fields.values())
    offered = [field.name for field in LAYOUTS[draft.kind].fields if field.name not in used]
    chosen_key = f"mapping_constants_{draft.kind}"

    def changed() -> None:
        chosen = st.session_state[chosen_key]
        draft.constants = {name: draft.constants.get(name, "") for name in chosen}

    st.session_state[chosen_key] = [name for name in offered if name in draft.constants]
    st.multiselect(
        "The same for every row",
        offered,
        format_func=field_label,
        key=chosen_key,
        on_change=changed,
        placeholder="For what has no column, e.g. the payer's name",
    )
    for name in st.session_state[chosen_key]:
        _bound_text(
            f"{field_label(name)} of every row",
            f"mapping_constant_{draft.kind}_{name}",
            draft.constants[name],
            partial(draft.constants.__setitem__, name),
        )


def _choices(draft: Draft) -> None:
    """What the headers do not say: how amounts and dates are written, and what a positive adjustment means."""
    with st.container(horizontal=True, gap="medium", key="mapping_choices"):
        _one_of("Dates", "mapping_day_first", DAY_ORDERS, draft, "day_first")
        if draft.kind == "remittance":
            _one_of("Adjustments", "mapping_sign", SIGNS, draft, "adjustments_reduce")
    st.session_state["mapping_comma"] = draft.decimal_comma
    st.checkbox(
        "Amounts have a decimal comma: 1.234,56",
        key="mapping_comma",
        on_change=lambda: setattr(draft, "decimal_comma", st.session_state["mapping_comma"]),
    )


def _one_of(
    label: str, key: str, choices: dict[str, bool | None], draft: Draft, attribute: str
) -> None:
    def changed() -> None:
        setattr(draft, attribute, choices[st.session_state[key]])

    said = {value: words for words, value in choices.items()}
    st.session_state[key] = said[getattr(draft, attribute)]
    st.radio(label, list(choices), key=key, on_change=changed)


def _bound_text(label: str, key: str, value: str, take: Callable[[str], None]) -> None:
    st.session_state[key] = value
    st.text_input(label, key=key, on_change=lambda: take(st.session_state[key]))


def _first_rows(unread: UnreadTable, draft: Draft) -> None:
    """Whether the first rows can be read so, before anything is saved."""
    rows = len(unread.table.rows)
    bad, problems = read_so(draft, unread.table)
    if not problems:
        st.success(f"The first {rows:,} rows can be read so.", icon=":material/check_circle:")
        return
    st.warning(
        f"{bad:,} of the first {rows:,} rows cannot be read so. A table loads whole or not at all: choose "
        "another column, or correct the file."
        if bad
        else "A column cannot be read so.",
        icon=":material/rule:",
    )
    for problem in problems:
        finding({**vars(problem), "file": unread.path})


def _name(draft: Draft, names_taken: Collection[str]) -> None:
    _bound_text(
        "Name of the mapping",
        "mapping_name",
        draft.name,
        lambda value: setattr(draft, "name", value),
    )
    if not draft.name.strip():
        st.warning("Give the mapping a name.", icon=":material/rule:")
    elif draft.name.strip() in names_taken:
        st.caption("There is a mapping of this name; this one takes its place.")


def _save(unread: UnreadTable, draft: Draft, actions: Actions, *, is_complete: bool) -> None:
    st.caption(
        "Only the headers and your choices are kept, no row of the file. The next file with these columns loads "
        f"by itself: {plain(kind_in_words(draft.kind))}."
    )
    with st.container(horizontal=True):
        st.button(
            actions.save_label,
            type="primary",
            icon=":material/save:",
            key="save_mapping",
            disabled=not (is_complete and draft.name.strip()),
            on_click=lambda: actions.save(mapping_of(draft, unread.table)),
        )
        st.button("Cancel", type="tertiary", key="cancel_mapping", on_click=actions.cancel)
