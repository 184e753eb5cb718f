"""Months and the periods people ask for, counted back from the last month that has data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

PRESETS = {
    "all": "All months",
    "ytd": "Year to date",
    "3m": "Last 3 months",
    "6m": "Last 6 months",
    "12m": "Last 12 months",
    "24m": "Last 24 months",
}


@dataclass(frozen=True)
class Period:
    """Months from `start` up to, not including, `end`; both are first days of months."""

    start: date
    end: date

    @property
    def months(self) -> int:
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month

    @property
    def last_month(self) -> date:
        return add_months(self.end, -1)

    def prior(self) -> Period:
        """The period of the same length just before."""
        return Period(add_months(self.start, -self.months), self.start)

    def __str__(self) -> str:
        if self.months == 1:
            return month_in_words(self.start)
        return f"{month_in_words(self.start)} to {month_in_words(self.last_month)}"


def add_months(month: date, count: int) -> date:
    """The first day of the month `count` months later; negative counts go back."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def parse_month(text: str) -> date:
    """The first day of a month written YYYY-MM; raises ValueError for anything else."""
    if len(text) != 7 or text[4] != "-":
        raise ValueError(f"{text!r} is not a month like 2026-03")
    try:
        return date(int(text[:4]), int(text[5:]), 1)
    except ValueError:
        raise ValueError(f"{text!r} is not a month like 2026-03") from None


def month_in_words(month: date) -> str:
    """A month as people write it: Mar 2026."""
    return f"{month:%b %Y}"


def preset_period(preset: str, first: date, last: date) -> Period:
    """The months a preset means where data runs from month `first` to month `last`, both included.

    Raises KeyError for a preset that is not in PRESETS.
    """
    end = add_months(last, 1)
    if preset not in PRESETS:
        raise KeyError(preset)
    if preset == "all":
        return Period(first, end)
    if preset == "ytd":
        return Period(date(last.year, 1, 1), end)
    return Period(add_months(end, -int(preset.removesuffix("m"))), end)
