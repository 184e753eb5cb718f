"""Targets and the fiscal calendar as users set them on screen; the files' own values are the default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from data.journal import Entry, EntryTable, Journal, Value

TARGET = EntryTable("target", key=("kpi", "payer"), values=("at_least", "at_most"))
SETTING = EntryTable("setting", key=("name",), values=("value",))
FISCAL_YEAR = "fiscal_year_first_month"


@dataclass(frozen=True)
class EnteredTarget:
    """A band in the KPI's own unit, for one payer or, where `payer` is empty, for all.

    Both bounds None: no target is wanted. is_undone: back to the default. made_at is UTC without a zone.
    """

    kpi: str
    payer: str
    at_least: Decimal | None
    at_most: Decimal | None
    is_undone: bool
    made_by: str
    made_at: datetime
    why: str


def targets_entered(journal: Journal) -> list[EnteredTarget]:
    """The latest band of each KPI and payer, unless it was undone; oldest first."""
    return [_target(entry) for entry in journal.in_force(TARGET)]


def target_history(journal: Journal) -> list[EnteredTarget]:
    """Every band that was ever set or undone, latest first."""
    return [_target(entry) for entry in journal.history(TARGET)]


def set_target(
    journal: Journal,
    kpi: str,
    payer: str,
    at_least: Decimal | None,
    at_most: Decimal | None,
    by: str,
    why: str,
) -> None:
    """Puts a band in force in place of any earlier one."""
    _append(journal, kpi, payer, at_least, at_most, by, why)


def undo_target(journal: Journal, kpi: str, payer: str, by: str, why: str) -> None:
    """Leaves the KPI to its default again; the rows stay in the history."""
    _append(journal, kpi, payer, None, None, by, why, is_undone=True)


def fiscal_first_month(journal: Journal) -> int | None:
    """The month the fiscal year begins with, 1 to 12, where somebody set it."""
    for entry in journal.in_force(SETTING):
        if entry.values["name"] == FISCAL_YEAR:
            return int(entry.values["value"] or 1)
    return None


def set_fiscal_first_month(journal: Journal, month: int, by: str) -> None:
    """Lets the fiscal year begin with a month, 1 to 12; raises ValueError for any other number."""
    if not 1 <= month <= 12:
        raise ValueError(f"{month} is no month")
    journal.append(
        SETTING,
        {"name": FISCAL_YEAR, "value": month},
        made_by=by,
        made_at=datetime.now(UTC).replace(tzinfo=None),
        why="",
    )


def _append(
    journal: Journal,
    kpi: str,
    payer: str,
    at_least: Decimal | None,
    at_most: Decimal | None,
    by: str,
    why: str,
    *,
    is_undone: bool = False,
) -> None:
    journal.append(
        TARGET,
        {"kpi": kpi, "payer": payer, "at_least": _text(at_least), "at_most": _text(at_most)},
        made_by=by,
        made_at=datetime.now(UTC).replace(tzinfo=None),
        why=why,
        is_undone=is_undone,
    )


def _text(bound: Decimal | None) -> str | None:
    return None if bound is None else str(bound)


def _bound(value: Value) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _target(entry: Entry) -> EnteredTarget:
    return EnteredTarget(
        kpi=str(entry.values["kpi"]),
        payer=str(entry.values["payer"] or ""),
        at_least=_bound(entry.values["at_least"]),
        at_most=_bound(entry.values["at_most"]),
        is_undone=entry.is_undone,
        made_by=entry.made_by,
        made_at=entry.made_at,
        why=entry.why,
    )
