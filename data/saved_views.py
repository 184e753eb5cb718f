"""Saved views: a page with its filters under a name, for everyone who works with the warehouse."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from data.journal import Entry, EntryTable, Journal

SAVED_VIEW = EntryTable("saved_view", key=("view_id",), values=("name", "page", "query"))


@dataclass(frozen=True)
class SavedView:
    """A page and the query string that restores its filters; by and at tell of the last change, UTC without a zone."""

    view_id: str
    name: str
    page: str
    query: str
    made_by: str
    made_at: datetime


def saved_views(journal: Journal) -> list[SavedView]:
    """The views that are not deleted, by name."""
    found = [_view(entry) for entry in journal.in_force(SAVED_VIEW)]
    return sorted(found, key=lambda view: (view.name.casefold(), view.view_id))


def save_view(journal: Journal, name: str, page: str, query: str, by: str) -> str:
    """Keeps a view under a new id, which is returned; two views may carry one name."""
    view_id = uuid.uuid4().hex[:12]
    _append(journal, view_id, name, page, query, by)
    return view_id


def rename_view(journal: Journal, view: SavedView, name: str, by: str) -> None:
    """Gives a view another name; the one before stays in the history."""
    _append(journal, view.view_id, name, view.page, view.query, by)


def delete_view(journal: Journal, view: SavedView, by: str) -> None:
    """Takes a view back; its rows stay in the history."""
    _append(journal, view.view_id, view.name, view.page, view.query, by, is_undone=True)


def _append(
    journal: Journal,
    view_id: str,
    name: str,
    page: str,
    query: str,
    by: str,
    *,
    is_undone: bool = False,
) -> None:
    journal.append(
        SAVED_VIEW,
        {"view_id": view_id, "name": name, "page": page, "query": query},
        made_by=by,
        made_at=datetime.now(UTC).replace(tzinfo=None),
        why="",
        is_undone=is_undone,
    )


def _view(entry: Entry) -> SavedView:
    return SavedView(
        view_id=str(entry.values["view_id"]),
        name=str(entry.values["name"]),
        page=str(entry.values["page"]),
        query=str(entry.values["query"]),
        made_by=entry.made_by,
        made_at=entry.made_at,
    )
