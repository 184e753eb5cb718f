"""Builds a report's files with progress and keeps them for download until what they rest on changes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from kpis.filters import Filters
from reports.content import Report
from reports.deck import deck
from reports.deck_template import TemplateError
from reports.pdf_summary import summary_pdf
from reports.underlying import underlying
from reports.workbook import write_workbook
from screen.plain_text import plain
from screen.session import engine

BUILT, WANTED = "deck_built", "deck_wanted"
NAME = "takeback-board"


@dataclass(frozen=True)
class Kind:
    """One kind of file: its name on screen, ending and MIME type, and what makes it."""

    label: str
    ending: str
    mime: str
    make: Callable[[Report, Filters, bytes | None], bytes]


def files(report: Report, filters: Filters) -> None:
    """The user's template, the button that builds, and the files once they are built."""
    given = st.file_uploader(
        "Your own template for the slides",
        type=["pptx", "potx"],
        key="deck_template",
        help="A PowerPoint file whose design the deck takes over. Without one it has a plain design.",
    )
    template = given.getvalue() if given else None
    rests_on = (report.scope, tuple(one.name for one in report.sections), template)
    st.button(
        "Build the files",
        type="primary",
        icon=":material/build:",
        on_click=_want_files,
        key="deck_build",
    )
    if st.session_state.pop(WANTED, False):
        st.session_state.pop(BUILT, None)
        made = _build(report, filters, template)
        if made:
            st.session_state[BUILT] = (rests_on, made)
    built = st.session_state.get(BUILT)
    if built is None:
        st.caption("Slides, workbook and one-page summary, with the filters of the bar above.")
    elif built[0] != rests_on:
        st.info("Filters, data or sections have changed since. Build the files again.")
    else:
        _downloads(built[1])


def _want_files() -> None:
    st.session_state[WANTED] = True


def _build(report: Report, filters: Filters, template: bytes | None) -> dict[str, bytes]:
    """Every kind of file, {} where one could not be made: then it says what to do."""
    made: dict[str, bytes] = {}
    bar = st.progress(0.0, text="Beginning …")
    try:
        for at, kind in enumerate(KINDS):
            bar.progress(at / len(KINDS), text=f"Writing the {kind.label.lower()} …")
            made[kind.ending] = kind.make(report, filters, template)
    except TemplateError as error:
        st.error(f"{plain(str(error))} Choose another template, or none.", icon=":material/error:")
        return {}
    except OSError as error:
        st.error(
            f"The disk refused: {plain(error.strerror or str(error))}. Make room in {plain(tempfile.gettempdir())}, "
            "then build again.",
            icon=":material/error:",
        )
        return {}
    finally:
        bar.empty()
    return made


def _downloads(made: dict[str, bytes]) -> None:
    with st.container(horizontal=True, gap="small"):
        for kind in KINDS:
            st.download_button(
                f"{kind.label} ({kind.ending[1:].upper()})",
                made[kind.ending],
                f"{NAME}{kind.ending}",
                kind.mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"deck_download{kind.ending}",
            )


def _slides(report: Report, filters: Filters, template: bytes | None) -> bytes:  # noqa: ARG001
    if template is None:
        return deck(report)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.pptx"
        file.write_bytes(template)
        return deck(report, file)


def _workbook(report: Report, filters: Filters, template: bytes | None) -> bytes:  # noqa: ARG001
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "workbook.xlsx"
        write_workbook(report, underlying(engine(), filters), file)
        return file.read_bytes()


def _summary(report: Report, filters: Filters, template: bytes | None) -> bytes:  # noqa: ARG001
    return summary_pdf(engine(), filters)


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = (
    Kind("Slides", ".pptx", f"{_OFFICE}.presentationml.presentation", _slides),
    Kind("Workbook", ".xlsx", f"{_OFFICE}.spreadsheetml.sheet", _workbook),
    Kind("Summary", ".pdf", "application/pdf", _summary),
)
