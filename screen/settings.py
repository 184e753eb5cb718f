"""What the administrator sets for everybody, in `settings.toml` in the warehouse folder; no screen writes it.

stale_after_days = 45        # how old the newest payment may be before every page says so
editors = ["ana@hospital.org", "raj"]   # who may change targets, notes and match decisions; left out: everybody

[accounts]                   # what the general ledger calls the lines of a journal entry, by the names of kpis.journal
deposits = "1010 Cash"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from kpis.accounts import SETTINGS_FILE as FILE_NAME
from kpis.accounts import accounts_in
from screen.session import warehouse
from screen.user import user_name

STALE_AFTER_DAYS = 45
"""By the middle of a month the month before should be there in full; payers pay at least once a month."""


@dataclass(frozen=True)
class Settings:
    """editors: names as `user_name` tells them, in small letters; None lets everybody edit.

    accounts: by name of kpis.journal.LINES, those that were given a name.
    problem: what in the file could not be read and what to do, else empty.
    """

    stale_after_days: int = STALE_AFTER_DAYS
    editors: frozenset[str] | None = None
    accounts: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


def settings() -> Settings:
    """What is in force; where the file cannot be read, nobody may edit until it is mended."""
    file = warehouse() / FILE_NAME
    try:
        changed = file.stat().st_mtime_ns
    except FileNotFoundError:
        return Settings()
    return _read(file, changed)


def may_edit() -> bool:
    """Whether the person at the screen may change what counts for everybody."""
    editors = settings().editors
    return editors is None or user_name().lower() in editors


def say_who_may_edit() -> None:
    """In place of a form, for people who may not use it."""
    found = settings()
    st.info(
        found.problem
        or f"Only the people named in {FILE_NAME} may change this; you are here as {user_name()}. "
        "Ask whoever runs Takeback.",
        icon=":material/lock:",
    )


def read_settings(text: str) -> Settings:
    """The settings a file holds; what is wrong with it is told in `problem`."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _refused(f"{FILE_NAME} cannot be read: {error}")
    days, editors = found.get("stale_after_days", STALE_AFTER_DAYS), found.get("editors")
    if isinstance(days, bool) or not isinstance(days, int) or days < 1:
        return _refused(f"{FILE_NAME}: stale_after_days must be a whole number of days")
    try:
        accounts = accounts_in(found)
    except ValueError as error:
        return _refused(f"{FILE_NAME}: {error}")
    if editors is None:
        return Settings(days, accounts=accounts)
    if not isinstance(editors, list) or not all(isinstance(name, str) for name in editors):
        return _refused(f'{FILE_NAME}: editors must be a list of names, such as ["ana", "raj"]')
    return Settings(days, frozenset(name.strip().lower() for name in editors), accounts)


def _refused(why: str) -> Settings:
    return Settings(editors=frozenset(), problem=f"{why}. Until it is mended, nobody may edit.")


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(file: Path, changed: int) -> Settings:  # noqa: ARG001  part of the cache's key
    try:
        return read_settings(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return _refused(f"{FILE_NAME} cannot be read: {error}")
