"""The next months of withheld dollars, by the mean of the last twelve, with a band from its own past errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from kpis.money import CENT, NOTHING
from kpis.periods import add_months

MONTHS_BEHIND = 12
MONTHS_AHEAD = 3
ERRORS_FOR_A_BAND = 9
"""So many past errors are needed for an 80 % band: with fewer, one in ten lies beyond all of them."""

METHOD = (
    "Each month ahead is the mean of the last 12 whole months: every season counts once, and no trend is assumed. "
    "The 80 % band comes from the errors the same method would have made in the past, for as many months ahead: "
    "one error in ten lies below it, one in ten above. It never goes below zero, and always holds the mean."
)


@dataclass(frozen=True)
class MonthAhead:
    """What is expected to be withheld in a month, USD; low and high are None where too little past is known.

    errors: on how many past errors the band rests.
    """

    month: date
    amount: Decimal
    low: Decimal | None
    high: Decimal | None
    errors: int


def forecast(last_month: date, withheld: Sequence[Decimal]) -> tuple[MonthAhead, ...]:
    """The months after `last_month`; `withheld` are the USD of the months up to it, oldest first, none left out.

    Empty with less than a year of months: there is no value then.
    """
    if len(withheld) < MONTHS_BEHIND:
        return ()
    return tuple(
        _month_ahead(add_months(last_month, ahead), withheld, ahead)
        for ahead in range(1, MONTHS_AHEAD + 1)
    )


def past_errors(withheld: Sequence[Decimal], ahead: int) -> list[Decimal]:
    """Actual less what the method would have said so many months before, USD, in order of months."""
    return [
        withheld[at] - mean_of_year(withheld[: at - ahead + 1])
        for at in range(MONTHS_BEHIND + ahead - 1, len(withheld))
    ]


def mean_of_year(withheld: Sequence[Decimal]) -> Decimal:
    """The mean of the last twelve, USD, to the cent."""
    year = withheld[-MONTHS_BEHIND:]
    return (sum(year, NOTHING) / len(year)).quantize(CENT, ROUND_HALF_UP)


def band_of_errors(errors: Sequence[Decimal]) -> tuple[Decimal, Decimal] | None:
    """The errors that one in ten lies below and one in ten above: of n, the one at place (n + 1) ÷ 10, rounded
    down, from either end. None with fewer than ERRORS_FOR_A_BAND."""
    if len(errors) < ERRORS_FOR_A_BAND:
        return None
    ordered = sorted(errors)
    place = (len(ordered) + 1) // 10
    return ordered[place - 1], ordered[-place]


def _month_ahead(month: date, withheld: Sequence[Decimal], ahead: int) -> MonthAhead:
    amount = mean_of_year(withheld)
    errors = past_errors(withheld, ahead)
    band = band_of_errors(errors)
    if band is None:
        return MonthAhead(month, amount, None, None, len(errors))
    low, high = max(min(amount + band[0], amount), NOTHING), max(amount + band[1], amount)
    return MonthAhead(month, amount, low, high, len(errors))
