"""Saved views: give this page with its filters a name, open one, rename it, delete it, copy its link."""

from __future__ import annotations

import streamlit as st

from data.saved_views import SavedView, delete_view, rename_view, save_view
from kpis.periods import minute_in_words
from kpis.views import kept, query_of, values_of
from screen.entered import journal, views
from screen.filters import DEFAULTS, all_values, chosen_values, offered_values
from screen.navigation import PAGE_BY_NAME, PAGES, will_open
from screen.plain_text import plain
from screen.user import user_name

OPEN, NAME, CHOSEN, NEW_NAME, REFUSED = (
    "views",
    "view_name",
    "view_chosen",
    "view_new_name",
    "view_refused",
)
LONGEST = 60
NO_NAME = "Give the view a name first."


def views_menu(page: str) -> None:
    """A button that opens the saved views; page: the name of the page it stands on."""
    menu = st.popover(
        "Views", icon=":material/bookmark:", type="tertiary", key=OPEN, on_change="rerun"
    )
    if menu.open:
        with menu:
            _save_form(page)
            _saved()
            if refused := st.session_state.pop(REFUSED, None):
                st.error(refused, icon=":material/error:")


def link_of(view: SavedView) -> str:
    """The address that opens a view."""
    here = (st.context.url or "").rstrip("/")
    base, _, page_here = here.rpartition("/")
    if page_here not in PAGE_BY_NAME:
        base = here
    path = "" if view.page == PAGES[0].name else view.page
    return f"{base}/{path}" + (f"?{view.query}" if view.query else "")


def _save_form(page: str) -> None:
    with st.form("save_view", border=False):
        st.text_input(
            "Save this page with its filters as",
            key=NAME,
            max_chars=LONGEST,
            placeholder="e.g. Board, Medicare only",
        )
        st.form_submit_button(
            "Save view", icon=":material/bookmark_add:", type="primary", key="view_save",
            on_click=_save, args=(page,),
        )  # fmt: skip


def _saved() -> None:
    known = {view.view_id: view for view in views()}
    if not known:
        st.caption("No view is saved yet. A view keeps the filters, not the figures.")
        return
    chosen = st.selectbox(
        "Saved views", list(known), format_func=lambda number: known[number].name, key=CHOSEN
    )
    view = known[chosen]
    st.caption(
        f"{PAGE_BY_NAME[view.page].title if view.page in PAGE_BY_NAME else view.page}, saved by "
        f"{plain(view.made_by)}, {minute_in_words(view.made_at)}"
    )
    st.button(
        "Open", icon=":material/open_in_new:", key="view_open", on_click=_open, args=(view,),
        width="stretch",
    )  # fmt: skip
    st.code(link_of(view), language=None, wrap_lines=True)
    with st.form("change_view", border=False):
        st.text_input("Name", view.name, key=f"{NEW_NAME}_{view.view_id}", max_chars=LONGEST)
        with st.container(horizontal=True):
            st.form_submit_button(
                "Rename", icon=":material/edit:", key="view_rename", on_click=_rename, args=(view,)
            )
            st.form_submit_button(
                "Delete", icon=":material/delete:", key="view_delete", on_click=_delete, args=(view,)
            )  # fmt: skip


def _save(page: str) -> None:
    name = _name(NAME)
    if name is None:
        return
    query = query_of(chosen_values(), DEFAULTS)
    st.session_state[CHOSEN] = save_view(journal(), name, page, query, user_name())
    st.session_state[NAME] = ""
    st.toast(f"Saved as {plain(name)}", icon=":material/bookmark_added:")


def _open(view: SavedView) -> None:
    """Goes to the view's page with its filters; values the data no longer holds are left out, and named."""
    values, gone = kept(values_of(view.query), offered_values())
    if gone:
        st.toast(f"No longer in the data: {plain(', '.join(gone))}", icon=":material/warning:")
    page = view.page if view.page in PAGE_BY_NAME else PAGES[0].name
    will_open(page, **all_values(values))
    st.session_state[OPEN] = False


def _rename(view: SavedView) -> None:
    name = _name(f"{NEW_NAME}_{view.view_id}", besides=view.view_id)
    if name is not None:
        rename_view(journal(), view, name, user_name())


def _delete(view: SavedView) -> None:
    delete_view(journal(), view, user_name())


def _name(key: str, besides: str | None = None) -> str | None:
    """The name typed, on one line; None, and why, where there is none or another view has it."""
    name = " ".join(str(st.session_state.get(key) or "").split())
    taken = {view.name.casefold() for view in views() if view.view_id != besides}
    if not name:
        st.session_state[REFUSED] = NO_NAME
    elif name.casefold() in taken:
        st.session_state[REFUSED] = f"There is a view named {name}: rename or delete it first."
    else:
        return name
    return None
