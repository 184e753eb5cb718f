"""What users entered about views, as pages use it: targets, notes, the fiscal calendar, saved views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from data.annotations import Annotation, annotations_in_force
from data.entered import entered, stamp
from data.journal import Journal
from data.saved_views import SavedView, saved_views
from data.targets_entered import fiscal_first_month, targets_entered
from kpis.filters import payer_key
from kpis.periods import FiscalCalendar
from kpis.targets import Target, TargetBook, default_calendar, target_book
from screen.session import warehouse


@dataclass(frozen=True)
class Entered:
    """All that is in force."""

    targets: TargetBook
    calendar: FiscalCalendar
    notes: tuple[Annotation, ...]
    views: tuple[SavedView, ...]


def journal() -> Journal:
    """Where it is kept."""
    return entered(warehouse())


def target_book_in_force() -> TargetBook:
    """Every target in force."""
    return _now().targets


def target_of(kpi: str, payers: Sequence[str] = ()) -> Target | None:
    """The target of a KPI in force, for the payers looked at."""
    return _now().targets.of(kpi, payers)


def fiscal_calendar() -> FiscalCalendar:
    """With which month the fiscal year begins."""
    return _now().calendar


def notes_on(payers: Sequence[str] = ()) -> tuple[Annotation, ...]:
    """Notes by date: on all payers, and on those looked at; without a payer chosen, every note."""
    keys = {payer_key(payer) for payer in payers}
    return tuple(
        note for note in _now().notes if not keys or not note.payer or payer_key(note.payer) in keys
    )


def views() -> tuple[SavedView, ...]:
    """Saved views by name."""
    return _now().views


def _now() -> Entered:
    folder = warehouse()
    return _read(folder, stamp(folder))


@lru_cache(maxsize=8)
def _read(folder: Path, stamp: tuple[tuple[int, int], ...]) -> Entered:  # noqa: ARG001  part of the cache's key
    kept = entered(folder)
    first_month = fiscal_first_month(kept)
    return Entered(
        targets=target_book(targets_entered(kept)),
        calendar=default_calendar() if first_month is None else FiscalCalendar(first_month),
        notes=tuple(annotations_in_force(kept)),
        views=tuple(saved_views(kept)),
    )
