"""What do I show?"""

from __future__ import annotations

import tempfile
from functools import partial

import streamlit as st

from kpis.freshness import freshness
from reports.content import Section
from reports.deck_template import TemplateError
from reports.files import KINDS, Kind, Order
from reports.sections import HEADINGS, build_report
from screen.deck_preview import preview
from screen.deck_sections import chosen_sections
from screen.entered import target_book_in_force
from screen.filters import chosen_values, current_filters
from screen.header import page_header
from screen.plain_text import plain
from screen.session import ask, engine
from screen.usage_log import logged

BUILT, WANTED, SLIDE, WHOLE = "deck_built", "deck_wanted", "deck_slide", "deck_whole"
NAME = "takeback-board"
NO_SECTION = "No section is chosen. Tick at least one, then build the files."
Made = dict[str, bytes]


def deck_page() -> None:
    page_header("deck")
    left, right = st.columns([2, 5], gap="medium")
    with left:
        above = st.container()
        names = sections()
        if names:
            with above:
                files(names)
    with right:
        shown(names)


def sections() -> tuple[str, ...]:
    """The sections ticked, in the order of the rows; none of them is worked out for that."""
    st.subheader("Sections", anchor=False)
    st.caption("Period and payers are those of the bar above.")
    return chosen_sections([Section(name, heading, "", "") for name, heading in HEADINGS.items()])


def files(names: tuple[str, ...]) -> None:
    """Which files, in whose design; the button that builds them, and the files once they are built."""
    kinds = st.pills(
        "Files",
        list(KINDS),
        selection_mode="multi",
        default=list(KINDS),
        format_func=lambda name: KINDS[name].label,
        key="deck_kinds",
        help="A workbook holds every row behind the figures: with years of data it takes some seconds.",
    )
    given = st.file_uploader(
        "Your own template for the slides",
        type=["pptx", "potx"],
        key="deck_template",
        help="A PowerPoint file whose design the deck takes over. Without one it has a plain design.",
    )
    st.button(
        "Build the files",
        type="primary",
        icon=":material/build:",
        on_click=_want_files,
        disabled=not kinds,
        key="deck_build",
    )
    template = given.getvalue() if given else None
    order = Order(current_filters(), names, target_book_in_force(), template)
    rests_on = (order, ask(freshness), tuple(kinds))
    if st.session_state.pop(WANTED, False):
        st.session_state.pop(BUILT, None)
        made = _build(order, [KINDS[name] for name in KINDS if name in kinds])
        if made:
            st.session_state[BUILT] = (rests_on, made)
    _offer(rests_on)


def _want_files() -> None:
    st.session_state[WANTED] = True


def _offer(rests_on: object) -> None:
    """The files, as long as they are what would be built now."""
    built = st.session_state.get(BUILT)
    if built is None:
        st.caption("Built when you ask for them, with the filters of the bar above.")
    elif built[0] != rests_on:
        st.info("Filters, data or sections have changed since. Build the files again.")
    else:
        _downloads(built[1])


def _build(order: Order, kinds: list[Kind]) -> Made:
    """Every kind of file wanted, {} where one could not be made: then it says what to do."""
    made: Made = {}
    bar = st.progress(0.0, text="Beginning …")
    try:
        for at, kind in enumerate(kinds):
            bar.progress(at / len(kinds), text=f"Writing the {kind.label.lower()} …")
            made[kind.ending] = kind.make(engine(), order)
    except TemplateError as error:
        st.error(f"{plain(str(error))} Choose another template, or none.", icon=":material/error:")
        return {}
    except OSError as error:
        st.error(
            f"The disk refused: {plain(error.strerror or str(error))}. "
            f"Make room in {plain(tempfile.gettempdir())}, then build again.",
            icon=":material/error:",
        )
        return {}
    finally:
        bar.empty()
    return made


def _downloads(made: Made) -> None:
    with st.container(horizontal=True, gap="small"):
        for kind in (one for one in KINDS.values() if one.ending in made):
            file = f"{NAME}{kind.ending}"
            st.download_button(
                f"{kind.label} ({kind.ending[1:].upper()})",
                logged(partial(made.__getitem__, kind.ending), file, chosen_values()),
                file,
                kind.mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"deck_download{kind.ending}",
            )


def shown(names: tuple[str, ...]) -> None:
    """One section at a time, worked out when it is looked at; every one of them where that is asked for."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Preview", anchor=False)
        is_whole = st.toggle("Every section", key=WHOLE)
    if not names:
        st.info(NO_SECTION)
        return
    if st.session_state.get(SLIDE) not in names:
        st.session_state[SLIDE] = names[0]
    looked_at = names if is_whole else (_turned_to(names),)
    with st.spinner("Working out the preview …"):
        report = ask(build_report, current_filters(), looked_at, target_book_in_force())
    if all(card.value is None for card in report.cards):
        st.info(
            "Nothing was paid, taken or decided within these filters: the files will say so. "
            "Choose another period or other payers in the bar above."
        )
    preview(report)


def _turned_to(names: tuple[str, ...]) -> str:
    """The section looked at, chosen from a list or by turning from one to the next."""
    at = names.index(st.session_state[SLIDE])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _turn("←", "Back", names[max(0, at - 1)], at == 0)
        st.selectbox(
            "Section",
            names,
            format_func=HEADINGS.__getitem__,
            key=SLIDE,
            label_visibility="collapsed",
        )
        _turn("→", "On", names[min(len(names) - 1, at + 1)], at == len(names) - 1)
    return names[at]


def _turn(sign: str, label: str, name: str, is_end: bool) -> None:
    st.button(
        sign,
        help=f"{label} to {HEADINGS[name]}" if not is_end else None,
        disabled=is_end,
        on_click=_look_at,
        args=(name,),
        key=f"deck_{label.lower()}",
    )


def _look_at(name: str) -> None:
    st.session_state[SLIDE] = name


deck_page()
