"""Target bands per KPI and payer: targets.toml by default, what users set in their place, and where a value stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal, cast

from data.entered import entered
from data.targets_entered import EnteredTarget, targets_entered
from kpis.filters import payer_key
from kpis.periods import FiscalCalendar, day_in_words

TARGETS_FILE = Path(__file__).with_name("targets.toml")
ESCALATION = "escalation"
"""The entry that is no target of a KPI: from which amount on an offset is listed for a second look."""
FISCAL_YEAR = "fiscal_year"
"""The entry that says with which month the fiscal year begins."""
PAYERS = "payers"
"""The entry that holds targets of single payers, by name."""
NOT_A_KPI = frozenset({ESCALATION, FISCAL_YEAR, PAYERS})

Status = Literal["on target", "below target", "above target"]


@dataclass(frozen=True)
class Target:
    """A band in the KPI's own unit; a missing bound is open.

    source: where it comes from; for one that was set on screen the reason given. payer: whom alone it is for.
    """

    at_least: float | None
    at_most: float | None
    source: str
    verified: bool
    payer: str | None = None
    set_by: str | None = None
    set_at: datetime | None = None

    def status(self, value: float | None) -> Status | None:
        """Where a value stands against the band; None without a value."""
        if value is None:
            return None
        if self.at_least is not None and value < self.at_least:
            return "below target"
        if self.at_most is not None and value > self.at_most:
            return "above target"
        return "on target"

    @property
    def provenance(self) -> str:
        """Where it comes from, in words: the file's source, or who set it, when and why."""
        of_payer = f", for {self.payer} alone" if self.payer else ""
        if self.set_by is None or self.set_at is None:
            return f"{self.source} ({'verified' if self.verified else 'not verified'}){of_payer}"
        return f"set by {self.set_by} on {day_in_words(self.set_at)}: {self.source}{of_payer}"


@dataclass(frozen=True)
class TargetBook:
    """All targets in force, by KPI name and payer key; the empty key is for every payer. None: none is wanted."""

    bands: Mapping[tuple[str, str], Target | None]

    def of(self, kpi: str, payers: Sequence[str] = ()) -> Target | None:
        """The target of a KPI: of the one payer looked at, where it has its own, else everybody's."""
        own = (kpi, payer_key(payers[0])) if len(payers) == 1 else (kpi, "")
        return self.bands[own] if own in self.bands else self.bands.get((kpi, ""))


@cache
def _of_everybody(file: Path) -> dict[str, Target]:
    """Default targets by KPI name; raises tomllib.TOMLDecodeError or KeyError where the file is not as described."""
    return {name: _target(entry) for name, entry in _entries(file).items() if name not in NOT_A_KPI}


@cache
def _of_payers(file: Path) -> dict[tuple[str, str], Target]:
    """Default targets of single payers, by KPI name and payer name; raises as `_of_everybody` does."""
    by_payer = cast(
        "Mapping[str, Mapping[str, Mapping[str, object]]]", _entries(file).get(PAYERS, {})
    )
    return {
        (name, payer): _target(entry, payer)
        for payer, of_payer in by_payer.items()
        for name, entry in of_payer.items()
    }


@cache
def default_calendar(file: Path = TARGETS_FILE) -> FiscalCalendar:
    """The fiscal calendar of the file; raises KeyError where it names none."""
    return FiscalCalendar(int(str(_entries(file)[FISCAL_YEAR]["first_month"])))


def target_book(entered: Iterable[EnteredTarget] = (), file: Path = TARGETS_FILE) -> TargetBook:
    """The defaults, with what was entered in their place; a band entered without bounds takes a target away."""
    bands: dict[tuple[str, str], Target | None] = {
        (kpi, ""): target for kpi, target in _of_everybody(file).items()
    }
    bands |= {(kpi, payer_key(payer)): one for (kpi, payer), one in _of_payers(file).items()}
    for one in entered:
        is_open = one.at_least is None and one.at_most is None
        bands[one.kpi, payer_key(one.payer)] = None if is_open else _as_target(one)
    return TargetBook(bands)


def targets_of(warehouse: Path) -> TargetBook:
    """The targets in force in a warehouse: what was entered there before what the file says."""
    return target_book(targets_entered(entered(warehouse)))


def _entries(file: Path) -> dict[str, Mapping[str, object]]:
    return tomllib.loads(file.read_text())


def _target(entry: Mapping[str, object], payer: str | None = None) -> Target:
    return Target(
        at_least=_bound(entry.get("at_least")),
        at_most=_bound(entry.get("at_most")),
        source=str(entry["source"]),
        verified=bool(entry["verified"]),
        payer=payer,
    )


def _as_target(one: EnteredTarget) -> Target:
    return Target(
        at_least=_bound(one.at_least),
        at_most=_bound(one.at_most),
        source=one.why,
        verified=False,
        payer=one.payer or None,
        set_by=one.made_by,
        set_at=one.made_at,
    )


def _bound(value: object) -> float | None:
    return None if value is None else float(str(value))
