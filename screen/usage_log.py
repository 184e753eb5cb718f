"""Who looked at what and took what along: `usage.sqlite` beside the snapshots, append-only, no patient in it.

A file of its own: it grows with every view, and what users enter must not wait for it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import streamlit as st

from data.journal import EntryTable, Journal, NewerJournalError
from screen.session import warehouse
from screen.user import user_name

FILE_NAME = "usage.sqlite"
USE = EntryTable("use", key=("deed", "what"), values=("filters",))
LAST_VIEW = "_last_view_logged"

Deed = Literal["viewed", "exported"]


@dataclass(frozen=True)
class Use:
    """One view or export: of what, with which filters as a link holds them; made_at is UTC without a zone."""

    deed: str
    what: str
    filters: str
    made_by: str
    made_at: datetime


def log_view(page: str, filters: Mapping[str, object]) -> None:
    """Keeps that a page was looked at, once for each page and choice of filters in a row."""
    seen = (page, _in_words(filters))
    if st.session_state.get(LAST_VIEW) != seen:
        st.session_state[LAST_VIEW] = seen
        _keep_view(*seen)


def logged(
    content: Callable[[], bytes], file_name: str, filters: Mapping[str, object] | None = None
) -> Callable[[], bytes]:
    """The same content, which once it is asked for is kept as an export of the user of this run.

    Raises what SQLite raises where the log cannot be written, or NewerJournalError: then nothing leaves.
    """
    by, words = user_name(), _in_words(filters or {})

    def kept() -> bytes:
        made = content()
        _append("exported", file_name, words, by)
        return made

    return kept


def uses() -> list[Use]:
    """Everything kept, latest first."""
    return [
        Use(
            str(entry.values["deed"]),
            str(entry.values["what"]),
            str(entry.values["filters"] or ""),
            entry.made_by,
            entry.made_at,
        )
        for entry in _journal().history(USE)
    ]


def _append(deed: Deed, what: str, filters: str, by: str) -> None:
    _journal().append(
        USE,
        {"deed": deed, "what": what, "filters": filters},
        made_by=by,
        made_at=datetime.now(UTC).replace(tzinfo=None, microsecond=0),
        why="",
    )


def _keep_view(page: str, filters: str) -> None:
    """A page is shown though its log cannot be written, and says so."""
    try:
        _append("viewed", page, filters, user_name())
    except (OSError, sqlite3.Error, NewerJournalError) as error:
        st.warning(f"This could not be written to {FILE_NAME}: {error}", icon=":material/warning:")


def _in_words(filters: Mapping[str, object]) -> str:
    return json.dumps(dict(filters), ensure_ascii=False, sort_keys=True) if filters else ""


def _journal() -> Journal:
    return Journal(warehouse() / FILE_NAME, (USE,), 1)
