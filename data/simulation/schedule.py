"""When payers pay and how many claims each remittance carries."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from data.simulation.payers import PAYERS
from data.simulation.world import FACILITIES, LAST_DAY, Payer

_TURNS_LIGHT = 0.07
_STAYS_LIGHT = 0.45
_MOST_CLAIMS_OF_LIGHT = 2


def first_day(months: int) -> date:
    """The first day of the period of `months` that ends on the last day of the world."""
    month_number = LAST_DAY.year * 12 + LAST_DAY.month - months
    return date(month_number // 12, month_number % 12 + 1, 1)


def months_from(first: date) -> list[date]:
    """The first days of every month of the period."""
    count = (LAST_DAY.year - first.year) * 12 + LAST_DAY.month - first.month + 1
    return [first_day(count - passed) for passed in range(count)]


def payment_days(payer: Payer, first: date) -> list[date]:
    """The days on which a payer pays, over the whole period."""
    day = first + timedelta(days=(payer.weekday - first.weekday()) % 7)
    count = (LAST_DAY - day).days // payer.cadence_days + 1
    return [day + timedelta(days=payer.cadence_days * step) for step in range(count)]


def claims_of_payees(claims: int) -> dict[tuple[str, str], int]:
    """How many claims each payer pays to each payee; they add up to `claims`."""
    shares = {
        (payer.code, facility.npi): payer.share * facility.share
        for payer in PAYERS
        for facility in FACILITIES
    }
    counts = {key: int(claims * share) for key, share in shares.items()}
    for key in sorted(shares, key=lambda key: counts[key] - claims * shares[key]):
        if sum(counts.values()) == claims:
            break
        counts[key] += 1
    return counts


@dataclass(slots=True)
class Volume:
    """Claims still to be paid by one payer to one payee, spread over its payment days.

    Now and then a few payments in a row carry one or two claims only; what they leave comes later.
    """

    claims: int
    payments: int
    paid: int = 0
    made: int = 0
    light: bool = False

    @property
    def is_last(self) -> bool:
        """True once the last payment is in the making."""
        return self.made >= self.payments

    def next_count(self, random: Random) -> int:
        """How many claims the next payment carries at most."""
        self.made += 1
        expected = self.claims * self.made // self.payments - self.paid
        if self.is_last:
            return expected
        self.light = random.random() < (_STAYS_LIGHT if self.light else _TURNS_LIGHT)
        if self.light:
            return min(expected, random.randint(1, _MOST_CLAIMS_OF_LIGHT))
        return min(expected, int(expected * (0.7 + 0.6 * random.random()) + 0.5))


def volumes(claims: int, first: date) -> dict[tuple[str, str], Volume]:
    """The claims to come, by payer code and payee NPI."""
    payments = {payer.code: len(payment_days(payer, first)) for payer in PAYERS}
    return {
        (code, npi): Volume(count, payments[code])
        for (code, npi), count in claims_of_payees(claims).items()
    }
