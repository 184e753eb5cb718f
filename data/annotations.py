"""Notes on dates, such as a payer's new audit policy, for the trends to show."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime

from data.journal import Entry, EntryTable, Journal

ANNOTATION = EntryTable("annotation", key=("annotation_id",), values=("on_date", "text", "payer"))


@dataclass(frozen=True)
class Annotation:
    """What happened on a date, to one payer or, where `payer` is empty, to all; made_at is UTC without a zone."""

    annotation_id: str
    on_date: date
    text: str
    payer: str
    made_by: str
    made_at: datetime


def annotations_in_force(journal: Journal) -> list[Annotation]:
    """Those not removed, by date."""
    found = [_annotation(entry) for entry in journal.in_force(ANNOTATION)]
    return sorted(found, key=lambda note: (note.on_date, note.text, note.annotation_id))


def add_annotation(journal: Journal, on_date: date, text: str, payer: str, by: str) -> str:
    """Keeps a note under a new id, which is returned."""
    annotation_id = uuid.uuid4().hex[:12]
    _append(journal, annotation_id, on_date, text, payer, by)
    return annotation_id


def change_annotation(
    journal: Journal, note: Annotation, on_date: date, text: str, payer: str, by: str
) -> None:
    """Puts other words, another date or payer in place of a note's; what it said before stays in the history."""
    _append(journal, note.annotation_id, on_date, text, payer, by)


def remove_annotation(journal: Journal, note: Annotation, by: str) -> None:
    """Takes a note back; its rows stay in the history."""
    _append(journal, note.annotation_id, note.on_date, note.text, note.payer, by, is_undone=True)


def _append(
    journal: Journal,
    annotation_id: str,
    on_date: date,
    text: str,
    payer: str,
    by: str,
    *,
    is_undone: bool = False,
) -> None:
    journal.append(
        ANNOTATION,
        {
            "annotation_id": annotation_id,
            "on_date": on_date.isoformat(),
            "text": text,
            "payer": payer,
        },
        made_by=by,
        made_at=datetime.now(UTC).replace(tzinfo=None),
        why="",
        is_undone=is_undone,
    )


def _annotation(entry: Entry) -> Annotation:
    return Annotation(
        annotation_id=str(entry.values["annotation_id"]),
        on_date=date.fromisoformat(str(entry.values["on_date"])),
        text=str(entry.values["text"]),
        payer=str(entry.values["payer"] or ""),
        made_by=entry.made_by,
        made_at=entry.made_at,
    )
