"""Everything of a made-up history that has happened so far and is planned."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from data.simulation.agenda import Agenda
from data.simulation.claims import Claim, Numbers
from data.simulation.payers import PAYERS
from data.simulation.receivables import Case, Receivable
from data.simulation.world import FACILITIES, Facility, Payer, Story


@dataclass(slots=True)
class World:
    """Everything that has happened and is planned; `first_day` is when the exports begin.

    `hard_share` of what bears a reference is made hard to match, by draws from `hard` alone.
    Of the claims `untouched` by any story some are kept for the ties at the end, whose items are `alike`.
    """

    random: Random
    first_day: date
    hard_share: float = 0.0
    hard: Random = field(default_factory=lambda: Random(0))
    numbers: Numbers = field(default_factory=Numbers)
    agendas: dict[tuple[str, str], Agenda] = field(
        default_factory=lambda: {
            (payer.code, facility.npi): Agenda() for payer in PAYERS for facility in FACILITIES
        }
    )
    decks: dict[str, list[Story]] = field(default_factory=lambda: {p.code: [] for p in PAYERS})
    amounts: dict[str, set[int]] = field(default_factory=lambda: {p.code: set() for p in PAYERS})
    later_numbers: Numbers = field(default_factory=lambda: Numbers(90_000_000))
    groups: dict[tuple[str, str, Story], list[tuple[Claim, date]]] = field(default_factory=dict)
    receivables: list[Receivable] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    untouched: list[tuple[date, Claim]] = field(default_factory=list)
    alike: tuple[tuple[Receivable, Receivable], ...] = ()

    def agenda(self, payer: Payer, facility: Facility) -> Agenda:
        """What is due between a payer and a payee."""
        return self.agendas[payer.code, facility.npi]

    def days(self, first: int, last: int) -> timedelta:
        """A span of `first` to `last` days, drawn at random."""
        return timedelta(days=self.random.randint(first, last))

    def chance(self, share: float) -> bool:
        """True in `share` of the draws."""
        return self.random.random() < share

    def is_hard(self) -> bool:
        """Whether the next line is printed the hard way; without a share nothing is drawn."""
        return self.hard_share > 0 and self.hard.random() < self.hard_share
