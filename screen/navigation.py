"""Which pages there are, and how one leads to another with its filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from screen.address import in_order, let_go

LOGO = Path(__file__).with_name("takeback.svg")
MEDIA = Path(__file__).with_name("media.css")
FRAMED = "_app_is_around_the_page"
PENDING = "_filters_to_set"
LEAVING_FOR = "_page_to_open"

Values = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class PageEntry:
    """A page in the menu: its script, its name there, the question it answers."""

    name: str
    title: str
    icon: str
    question: str
    section: str

    @property
    def script(self) -> str:
        return f"pages/{self.name}.py"


EXPOSURE, WORK, TRUST = "Exposure", "Work", "Trust"
PAGES = (
    PageEntry(
        "overview",
        "Overview",
        ":material/space_dashboard:",
        "How much did payers take, and did it get worse?",
        EXPOSURE,
    ),
    PageEntry(
        "payers", "Payers", ":material/account_balance:", "Which payers cost us most?", EXPOSURE
    ),
    PageEntry(
        "specialties",
        "Specialties",
        ":material/grid_on:",
        "Where in the house does it hit?",
        EXPOSURE,
    ),
    PageEntry("causes", "Causes", ":material/category:", "Why do they take it?", EXPOSURE),
    PageEntry(
        "lag",
        "Lag and notice",
        ":material/schedule:",
        "Do they warn us, and how long do we have?",
        EXPOSURE,
    ),
    PageEntry("appeals", "Appeals", ":material/gavel:", "What are we getting back?", EXPOSURE),
    PageEntry("outlook", "Outlook", ":material/update:", "What is still to come?", EXPOSURE),
    PageEntry("offsets", "Offsets", ":material/receipt_long:", "Show me every one", WORK),
    PageEntry("deck", "Board deck", ":material/co_present:", "What do I show?", WORK),
    PageEntry("controls", "Controls", ":material/verified:", "Can we trust the numbers?", TRUST),
    PageEntry("data", "Data", ":material/upload_file:", "What is loaded?", TRUST),
    PageEntry(
        "definitions", "Definitions", ":material/menu_book:", "What does this number mean?", TRUST
    ),
)
PAGE_BY_NAME = {page.name: page for page in PAGES}


def navigation() -> StreamlitPage:
    """The menu by section; the page to run.

    The browser tab has an emoji: for a :material/ icon of its page it would ask the internet.
    """
    st.set_page_config(
        page_title="Takeback", page_icon="↩️", layout="wide", initial_sidebar_state=220
    )
    st.logo(LOGO, size="large")
    st.html(MEDIA)
    sections: dict[str, list[StreamlitPage]] = {}
    for page in PAGES:
        sections.setdefault(page.section, []).append(
            st.Page(
                page.script,
                title=page.title,
                icon=page.icon,
                default=page is PAGES[0],
                help=page.question,
            )
        )
    return st.navigation(sections)


def ensure_frame() -> None:
    """Runs the page again inside app.py where it ran alone.

    Until st.navigation was called once, Streamlit takes a folder named pages for its own old kind of menu:
    when the first visit to a new server is a link to a page, it runs that page without app.py.
    """
    if not st.session_state.pop(FRAMED, False):
        navigation()
        st.rerun()


def link_to(page: str, label: str, icon: str) -> None:
    """A link that takes the filters along."""
    st.page_link(PAGE_BY_NAME[page].script, label=label, icon=icon)


def set_filters(values: Values) -> None:
    """Filter values to take effect at the next run, by filter key; an empty list clears one. For callbacks."""
    st.session_state[PENDING] = {**st.session_state.get(PENDING, {}), **values}


def go(page: str, **filters: str | Sequence[str]) -> NoReturn:
    """Opens a page with the filters as they are and those given set, e.g. go("offsets", payer=["Aetna"])."""
    will_open(page, **filters)
    st.rerun()


def will_open(page: str, **filters: str | Sequence[str]) -> None:
    """The same for callbacks, after which the page runs again by itself."""
    set_filters(filters)
    st.session_state[LEAVING_FOR] = page


def leave(values: Mapping[str, str | list[str]]) -> NoReturn:
    """Goes where `go` asked for, with nothing but these values in the address; called before the filter bar is drawn.

    Streamlit refuses st.switch_page while the address holds values bound to widgets.
    """
    let_go(values)
    page = st.session_state.pop(LEAVING_FOR)
    st.switch_page(PAGE_BY_NAME[page].script, query_params=in_order(values))
