"""One remittance: what it pays, takes, puts off and pushes forward, and its cash bridge."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from data.simulation.claims import Claim
from data.simulation.edi import ProviderAdjustment, claim_segments
from data.simulation.receivables import Mechanism, Receivable
from data.simulation.ways import CLAIM, POOL, Way
from data.simulation.world import Facility, Payer


@dataclass(frozen=True, slots=True)
class Posted:
    """The cash bridge of a finished remittance, in cents (docs/ledger.md).

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


@dataclass(frozen=True, slots=True)
class Belonging:
    """A line and the receivable it truly belongs to, in part at least.

    The line is a claim or a provider adjustment, by its position from 1. `cents` are signed as
    the cash is: positive is taken from the provider. `kind` is the ledger's word for it.
    """

    kind: str
    item: Receivable
    cents: int
    way: Way
    claim_no: int | None = None
    adjustment_no: int | None = None


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
    belongings: list[Belonging] = field(default_factory=list)

    @property
    def room(self) -> int:
        """Cents that would be paid as things stand."""
        return self.claim_paid - self.recoupments - self.other

    def pay(self, claim: Claim) -> int:
        """Print a claim: a payment, a reversal or a correction; gives its position from 1."""
        self.claims.append(claim_segments(claim))
        self.claim_paid += claim.paid
        return len(self.claims)

    def claim_belongs(
        self, claim_no: int, kind: str, item: Receivable, cents: int, way: Way = CLAIM
    ) -> None:
        """Note whose a reversal is, or a late correction, and what it takes or brings."""
        self.belongings.append(Belonging(kind, item, cents, way, claim_no=claim_no))

    def take(self, item: Receivable, cents: int, mechanism: Mechanism) -> None:
        """Book signed cash of a receivable."""
        self.cash[item] = self.cash.get(item, 0) + cents
        self.mechanisms[item] = max(mechanism, self.mechanisms.get(item, mechanism))

    def adjust(self, reason_code: str, reference: str, cents: int) -> int:
        """Print a PLB entry that recoups, carries or settles; gives its position from 1."""
        self.adjustments.append(ProviderAdjustment(reason_code, reference, cents))
        self.recoupments += cents
        return len(self.adjustments)

    def belongs(
        self, adjustment_no: int, kind: str, item: Receivable, cents: int, way: Way
    ) -> None:
        """Note whose a PLB entry is, and how it says so."""
        self.belongings.append(Belonging(kind, item, cents, way, adjustment_no=adjustment_no))

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


def bring_forward(remittance: Remittance, forwarded: dict[Receivable, int], reference: str) -> None:
    """Bring in the forwarding balance of the remittance before; a check may have settled it."""
    if not forwarded:
        return
    number = remittance.adjust("FB", reference, sum(forwarded.values()))
    for item, cents in forwarded.items():
        remittance.belongs(number, "brought_in", item, cents, POOL)
        if item.story == "E11":
            settled = remittance.adjust("B2", reference, -cents)
            remittance.belongs(settled, "refunded", item, -cents, POOL)
            item.refunded += cents
            remittance.refunded += cents
        else:
            remittance.take(item, cents, Mechanism.FORWARDING_BALANCE)


def push_forward(remittance: Remittance, reference: str) -> dict[Receivable, int]:
    """Push what the remittance cannot take to the next one: the oldest is taken first."""
    missing = -remittance.room
    if missing <= 0:
        return {}
    number = remittance.adjust("FB", reference, -missing)
    forwarded: dict[Receivable, int] = {}
    for item in sorted(remittance.cash, key=Receivable.age, reverse=True):
        cents = min(missing, max(0, remittance.cash[item]))
        if cents:
            forwarded[item] = cents
            remittance.belongs(number, "forwarded", item, -cents, POOL)
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
