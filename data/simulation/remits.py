"""One remittance: what it pays, takes, puts off and pushes forward, and its cash bridge."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from data.simulation.claims import Claim
from data.simulation.edi import ProviderAdjustment, claim_segments
from data.simulation.receivables import Mechanism, Receivable
from data.simulation.world import Facility, Payer


@dataclass(frozen=True, slots=True)
class Posted:
    """The cash bridge of a finished remittance, in cents (DOMAIN.md §3).

    payments P, identified R, adjustments W, net_withheld C, other O: bpr02 = P - C - O.
    """

    payer: str
    trace: str
    paid_on: date
    payments: int
    identified: int
    adjustments: int
    net_withheld: int
    other: int
    withheld: int
    recovered: int
    refunded: int
    forgiven: int
    excess_refund: int
    bpr02: int


@dataclass(frozen=True, slots=True)
class Movement:
    """Cash of one receivable in one remittance: withheld from it, or recovered on it."""

    item: Receivable
    paid_on: date
    mechanism: Mechanism
    withheld: int
    recovered: int


@dataclass(eq=False, slots=True)
class Remittance:
    """A remittance in the making; `cash` is signed by receivable, positive when taken."""

    payer: Payer
    facility: Facility
    paid_on: date
    trace: str = ""
    claims: list[str] = field(default_factory=list)
    adjustments: list[ProviderAdjustment] = field(default_factory=list)
    claim_paid: int = 0
    identified: int = 0
    recoupments: int = 0
    other: int = 0
    recovered: int = 0
    refunded: int = 0
    forgiven: int = 0
    excess_refund: int = 0
    cash: dict[Receivable, int] = field(default_factory=dict)
    mechanisms: dict[Receivable, Mechanism] = field(default_factory=dict)
    movements: list[Movement] = field(default_factory=list)

    @property
    def room(self) -> int:
        """Cents that would be paid as things stand."""
        return self.claim_paid - self.recoupments - self.other

    def pay(self, claim: Claim) -> None:
        """Print a claim: a payment, a reversal or a correction."""
        self.claims.append(claim_segments(claim))
        self.claim_paid += claim.paid

    def take(self, item: Receivable, cents: int, mechanism: Mechanism) -> None:
        """Book signed cash of a receivable."""
        self.cash[item] = self.cash.get(item, 0) + cents
        self.mechanisms[item] = max(mechanism, self.mechanisms.get(item, mechanism))

    def adjust(self, reason_code: str, reference: str, cents: int) -> None:
        """Print a PLB entry of the classes recoupment, carrier or settlement."""
        self.adjustments.append(ProviderAdjustment(reason_code, reference, cents))
        self.recoupments += cents

    def adjust_other(self, entry: ProviderAdjustment) -> None:
        """Print a PLB entry of any other class."""
        self.adjustments.append(entry)
        self.other += entry.cents

    def recover(self, item: Receivable, cents: int) -> None:
        """Book what a won appeal brought back on an item."""
        item.recovered += cents
        self.recovered += cents
        assert item.recovered <= item.withheld, "recovered more than was withheld"
        assert item.first_mechanism is not None
        self.movements.append(Movement(item, self.paid_on, item.first_mechanism, 0, cents))


def bring_forward(remittance: Remittance, forwarded: dict[Receivable, int], trace: str) -> None:
    """Bring in the forwarding balance of the remittance before; a check may have settled it."""
    if not forwarded:
        return
    remittance.adjust("FB", trace, sum(forwarded.values()))
    for item, cents in forwarded.items():
        if item.story == "E11":
            remittance.adjust("B2", trace, -cents)
            item.refunded += cents
            remittance.refunded += cents
        else:
            remittance.take(item, cents, Mechanism.FORWARDING_BALANCE)


def push_forward(remittance: Remittance) -> dict[Receivable, int]:
    """Push what the remittance cannot take to the next one: the oldest is taken first."""
    missing = -remittance.room
    if missing <= 0:
        return {}
    remittance.adjust("FB", remittance.trace, -missing)
    forwarded: dict[Receivable, int] = {}
    for item in sorted(remittance.cash, key=Receivable.age, reverse=True):
        cents = min(missing, max(0, remittance.cash[item]))
        if cents:
            forwarded[item] = cents
            remittance.cash[item] -= cents
            missing -= cents
    assert not missing, "a forwarding balance nobody owes"
    return forwarded


def post(remittance: Remittance) -> Posted:
    """Close a remittance: book its withdrawals on their items and check its bridge."""
    withheld = 0
    for item, cents in remittance.cash.items():
        if cents > 0:
            mechanism = remittance.mechanisms[item]
            item.withheld += cents
            item.first_withdrawal = item.first_withdrawal or remittance.paid_on
            item.first_mechanism = item.first_mechanism or mechanism
            remittance.movements.append(Movement(item, remittance.paid_on, mechanism, cents, 0))
            withheld += cents
            assert item.open >= 0, "withheld more than was established"
    posted = Posted(
        payer=remittance.payer.name,
        trace=remittance.trace,
        paid_on=remittance.paid_on,
        payments=remittance.claim_paid + remittance.identified,
        identified=remittance.identified,
        adjustments=remittance.recoupments,
        net_withheld=remittance.identified + remittance.recoupments,
        other=remittance.other,
        withheld=withheld,
        recovered=remittance.recovered,
        refunded=remittance.refunded,
        forgiven=remittance.forgiven,
        excess_refund=remittance.excess_refund,
        bpr02=remittance.room,
    )
    _check(posted, remittance.adjustments, sum(remittance.cash.values()))
    return posted


def _check(posted: Posted, adjustments: Iterable[ProviderAdjustment], cash: int) -> None:
    claim_paid = posted.payments - posted.identified
    assert posted.bpr02 == claim_paid - sum(entry.cents for entry in adjustments)
    assert posted.bpr02 == posted.payments - posted.net_withheld - posted.other
    assert posted.bpr02 >= 0, "a payment below zero"
    assert posted.net_withheld == cash - posted.excess_refund, "cash that no item explains"
