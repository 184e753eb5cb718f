"""The mappings that loads use: those saved here, to be looked at and deleted, and those that ship."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from loaders.problems import Problem
from loaders.tables.mapping_files import BUILT_IN, Mapping, read_mapping, read_mappings
from screen.field_words import field_label, kind_in_words
from screen.load_outcome import finding
from screen.plain_text import plain

FAILED = "mapping_not_deleted"


@dataclass(frozen=True)
class SavedMapping:
    """A mapping and the file it is in."""

    file: Path
    mapping: Mapping


def saved_mappings(folder: Path) -> tuple[list[SavedMapping], list[Problem]]:
    """The mappings in a folder by file name, and what is wrong with the files that cannot be used."""
    _, problems = read_mappings([folder])
    broken = {problem.location for problem in problems}
    files = [file for file in sorted(folder.glob("*.toml")) if file.name not in broken]
    return [SavedMapping(file, read_mapping(file)) for file in files], problems


def show_mappings(folder: Path) -> None:
    """Draws what is saved in the folder and what ships."""
    saved, problems = saved_mappings(folder)
    if failed := st.session_state.pop(FAILED, None):
        st.error(plain(failed), icon=":material/error:")
    if not saved:
        st.caption(
            "No mapping is saved. Upload a table that is not recognised, and say what its columns are; from then "
            "on such files load by themselves."
        )
    for number, one in enumerate(saved):
        _saved(one, number)
    for problem in problems:
        finding({**vars(problem), "file": str(folder)})
    if saved or problems:
        st.caption(f"They are files in {plain(folder)}; every loader of this warehouse uses them.")
    own = {one.mapping.name for one in saved}
    _built_in(own)


def _saved(one: SavedMapping, number: int) -> None:
    with st.container(border=True, gap="xxsmall", key=f"saved_mapping_{number}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(one.mapping.name)}** · {plain(kind_in_words(one.mapping.kind))}")
            with st.popover("Delete", icon=":material/delete:", type="tertiary"):
                st.markdown(
                    f"Delete {plain(one.file.name)}? What was loaded with it stays; the next file of this layout "
                    "has to be mapped again."
                )
                st.button(
                    "Delete the mapping",
                    key=f"delete_mapping_{one.file.name}",
                    type="primary",
                    on_click=_delete,
                    args=(one.file,),
                )
        st.caption(plain(one.file.name))
        with st.expander(f"{len(one.mapping.columns)} columns"):
            _columns(one.mapping)


def _columns(mapping: Mapping) -> None:
    rows = {field_label(name): plain(header) for name, header in mapping.columns.items()}
    rows |= {
        field_label(name): f"{plain(value)} (every row)"
        for name, value in mapping.constants.items()
    }
    rows |= _choices(mapping)
    st.table(
        rows, border="horizontal", alt="Fields of the mapping and the headers they stand under"
    )


def _choices(mapping: Mapping) -> dict[str, str]:
    """What the mapping says beyond columns, in words; nothing where the table itself decides."""
    said: dict[str, str] = {}
    if mapping.decimal_comma:
        said["Amounts"] = "decimal comma"
    if mapping.day_first is not None:
        said["Dates"] = "day first" if mapping.day_first else "month first"
    if mapping.adjustments_reduce is not None:
        sign = "positive" if mapping.adjustments_reduce else "negative"
        said["Adjustments"] = f"{sign} amounts reduce the payment"
    return said


def _delete(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        st.session_state[FAILED] = (
            f"{file.name} could not be deleted: {error.strerror or error}. Nothing was changed."
        )


def _built_in(own: set[str]) -> None:
    """The mappings that ship; one of the same name that was saved here takes the place of one of them."""
    shipped, _ = read_mappings([BUILT_IN])
    with st.expander(f"Built in ({len(shipped)})"):
        for mapping in shipped:
            replaced = "; replaced by the saved one of this name" if mapping.name in own else ""
            st.markdown(
                f"**{plain(mapping.name)}** · {plain(kind_in_words(mapping.kind))}{replaced}  \n"
                f":gray[{plain(', '.join(mapping.columns.values()))}]"
            )
