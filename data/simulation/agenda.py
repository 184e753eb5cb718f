"""What is due between one payer and one payee, in order of day."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from heapq import heappop, heappush

from data.simulation.receivables import Receivable, Step


@dataclass(frozen=True, eq=False, slots=True)
class Due:
    """A step and the first day it may happen.

    With `short_until` it waits, up to that day, for a remittance with too little money for it.
    """

    day: date
    step: Step
    short_until: date | None = None


@dataclass(eq=False, slots=True)
class Agenda:
    """Steps to come, receivables that are or were open, and the forwarding balance.

    `forwarded` is what the last remittance could not take, by receivable; its reference on
    the 835 is `forwarded_trace`, the trace number of that remittance.
    """

    forwarded: dict[Receivable, int] = field(default_factory=dict)
    forwarded_trace: str = ""
    items: list[Receivable] = field(default_factory=list)
    _heap: list[tuple[date, int, Due]] = field(default_factory=list)
    _count: int = 0

    def add(self, due: Due) -> None:
        """Put a step on the agenda; steps of one day keep the order in which they came."""
        self._count += 1
        heappush(self._heap, (due.day, self._count, due))

    def take_due(self, day: date) -> Iterator[Due]:
        """Remove and give what is due by `day`, the oldest first."""
        while self._heap and self._heap[0][0] <= day:
            yield heappop(self._heap)[2]

    def open_items(self, day: date) -> list[Receivable]:
        """Receivables known by `day` and not settled; drops the settled from memory."""
        self.items = [item for item in self.items if item.open]
        return [item for item in self.items if item.known_from() <= day]


def subsets_that_sum_to(total: int, amounts: list[int]) -> int:
    """How many subsets of `amounts` (positive cents) add up to `total`."""
    ways = {0: 1}
    for cents in amounts:
        grown = dict(ways)
        for reached, count in ways.items():
            if reached + cents <= total:
                grown[reached + cents] = grown.get(reached + cents, 0) + count
        ways = grown
    return ways.get(total, 0)
