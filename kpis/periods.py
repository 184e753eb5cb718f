"""Months and the periods people ask for, counted back from the last month that has data.

Figures are by whole months of payment dates. A period "to date" ends with the month the data reaches into,
so its last month counts what was paid so far; it never looks at the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

PRESETS = {
    "all": "All months",
    "mtd": "Month to date",
    "qtd": "Quarter to date",
    "ytd": "Year to date",
    "fytd": "Fiscal year to date",
    "1m": "Last month",
    "3m": "Last 3 months",
    "6m": "Last 6 months",
    "12m": "Last 12 months",
    "24m": "Last 24 months",
}
MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


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
        return self.shifted(-self.months)

    def shifted(self, months: int) -> Period:
        """The same stretch so many months later; negative counts go back."""
        return Period(add_months(self.start, months), add_months(self.end, months))

    def each_month(self) -> tuple[date, ...]:
        """Its months, oldest first."""
        return tuple(add_months(self.start, at) for at in range(self.months))

    def __str__(self) -> str:
        if self.months == 1:
            return month_in_words(self.start)
        return f"{month_in_words(self.start)} to {month_in_words(self.last_month)}"


@dataclass(frozen=True)
class FiscalCalendar:
    """A year that begins with `first_month`, 1 to 12, and is named for the calendar year it ends in."""

    first_month: int = 1

    @property
    def is_calendar_year(self) -> bool:
        return self.first_month == 1

    def year_start(self, month: date) -> date:
        """The first month of the fiscal year a month lies in."""
        return add_months(month.replace(day=1), -((month.month - self.first_month) % 12))

    def quarter_start(self, month: date) -> date:
        """The first month of the fiscal quarter a month lies in."""
        return add_months(month.replace(day=1), -((month.month - self.first_month) % 3))

    def year_name(self, month: date) -> str:
        """FY2026; a year that is the calendar's is 2026."""
        ends_in = add_months(self.year_start(month), 11).year
        return str(ends_in) if self.is_calendar_year else f"FY{ends_in}"

    def quarter_name(self, month: date) -> str:
        """FY2026 Q2; in a calendar year 2026 Q2."""
        quarter = (month.month - self.first_month) % 12 // 3 + 1
        return f"{self.year_name(month)} Q{quarter}"

    def in_words(self) -> str:
        """When the year begins."""
        if self.is_calendar_year:
            return "calendar year"
        return f"fiscal year from {MONTH_NAMES[self.first_month - 1]}"


@dataclass(frozen=True)
class Quarter:
    """The months of a period that lie in one quarter; `places` are their places in the period."""

    start: date
    name: str
    months: tuple[date, ...]
    places: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        return len(self.months) == 3

    @property
    def label(self) -> str:
        """Its name, with its months where the period holds only a part of it: 2026 Q4 (Oct)."""
        if self.is_whole:
            return self.name
        span = f"{self.months[0]:%b}"
        return f"{self.name} ({span}{f'–{self.months[-1]:%b}' if len(self.months) > 1 else ''})"


def quarters(months: Sequence[date], calendar: FiscalCalendar) -> tuple[Quarter, ...]:
    """The quarters that months, oldest first, lie in."""
    found: dict[date, list[int]] = {}
    for place, month in enumerate(months):
        found.setdefault(calendar.quarter_start(month), []).append(place)
    return tuple(
        Quarter(
            start,
            calendar.quarter_name(start),
            tuple(months[place] for place in places),
            tuple(places),
        )
        for start, places in found.items()
    )


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


def day_in_words(day: date) -> str:
    """A day as people read it, e.g. Mar 5, 2026. A time is its day."""
    return f"{day:%b} {day.day}, {day.year}"


def minute_in_words(at: datetime) -> str:
    """A time, in UTC as all times here are, e.g. Mar 5, 2026 14:05 UTC."""
    return f"{day_in_words(at)} {at:%H:%M} UTC"


def preset_period(
    preset: str, first: date, last: date, calendar: FiscalCalendar = FiscalCalendar()
) -> Period:
    """The months a preset means where data runs from month `first` to month `last`, both included.

    `last` may be a month that is not over: "to date" and "last N months" end with it, "last month" is the
    one before it. Raises KeyError for a preset that is not in PRESETS.
    """
    end = add_months(last, 1)
    if preset not in PRESETS:
        raise KeyError(preset)
    if preset == "1m":
        return Period(add_months(last, -1), last)
    starts = {
        "all": first,
        "mtd": last,
        "qtd": calendar.quarter_start(last),
        "ytd": date(last.year, 1, 1),
        "fytd": calendar.year_start(last),
    }
    if preset in starts:
        return Period(starts[preset], end)
    return Period(add_months(end, -int(preset.removesuffix("m"))), end)


def prior_to(preset: str | None, period: Period) -> Period:
    """What "prior period" means: a part of a quarter or year has the same part of the one before, others what
    lies just before."""
    back = {"qtd": -3, "ytd": -12, "fytd": -12}.get(preset or "")
    return period.prior() if back is None else period.shifted(back)
