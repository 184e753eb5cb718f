"""What a payer is owed, from letter to settlement, and the steps by which it is taken."""

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from data.simulation.claims import Claim
from data.simulation.edi import ProviderAdjustment
from data.simulation.world import Cause, Facility, Payer


class Mechanism(IntEnum):
    """How cash was taken; the higher value names a withdrawal to which several contributed."""

    FORWARDING_BALANCE = 1
    AFFILIATED_OFFSET = 2
    UNSPECIFIED_RECOVERY = 3
    OVERPAYMENT_RECOVERY = 4
    CLAIM_REVERSAL = 5


MECHANISM_NAMES = {
    Mechanism.CLAIM_REVERSAL: "Claim reversal",
    Mechanism.OVERPAYMENT_RECOVERY: "Overpayment recovery (WO)",
    Mechanism.UNSPECIFIED_RECOVERY: "Unspecified recovery (WU)",
    Mechanism.AFFILIATED_OFFSET: "Affiliated offset (OB)",
    Mechanism.FORWARDING_BALANCE: "Forwarding balance (FB)",
}
TAKING_MECHANISMS = {
    "WO": Mechanism.OVERPAYMENT_RECOVERY,
    "WU": Mechanism.UNSPECIFIED_RECOVERY,
    "OB": Mechanism.AFFILIATED_OFFSET,
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A demand letter as the offset register keeps it."""

    number: str
    date: date
    root_cause: str
    reason_code: str
    shows_reference: bool
    shows_payer_claim: bool
    shows_account: bool
    elected_immediate: bool = False


@dataclass(eq=False, slots=True)
class Receivable:
    """One overpayment; cents. `established_on` is its first day on an 835.

    `shared_reference` is the `reference` where other receivables of the payer bear it too.
    With a `late_loss` the whole payment is reversed first: the correction, which pays all but the
    loss, comes later. It is `in_doubt` once a part was taken that the records give to no item.
    """

    payer: Payer
    facility: Facility
    story: str
    sequence: int
    established: int
    reference: str
    cause: Cause | None = None
    reason_code: str = ""
    claim: Claim | None = None
    printed: Claim | None = None
    letter: Letter | None = None
    late_letter_days: int = 0
    established_on: date | None = None
    put_off_on: date | None = None
    withheld: int = 0
    returned: int = 0
    recovered: int = 0
    refunded: int = 0
    forgiven: int = 0
    first_withdrawal: date | None = None
    first_mechanism: Mechanism | None = None
    sequel: str = ""
    shared_reference: str = ""
    late_loss: int = 0
    in_doubt: bool = False

    @property
    def open(self) -> int:
        """Cents neither withheld nor settled."""
        return self.established - self.withheld - self.refunded - self.forgiven

    @property
    def net_withheld(self) -> int:
        """Cents withheld and not come back."""
        return self.withheld - self.recovered

    def letter_by(self, day: date) -> Letter | None:
        """The letter if it was sent by `day`."""
        return self.letter if self.letter and self.letter.date <= day else None

    def known_from(self) -> date:
        """The day of the letter or of the first trace on an 835, whichever came first."""
        days = [day for day in (self.letter and self.letter.date, self.established_on) if day]
        return min(days, default=date.max)

    def age(self) -> tuple[date, int]:
        """Sort key: the oldest first."""
        return self.established_on or date.max, self.sequence


@dataclass(frozen=True, slots=True)
class Recode:
    """Reverse a claim and pay it the same or more (E3, E4)."""

    original: Claim
    upward: bool


@dataclass(frozen=True, slots=True)
class TakeAtOnce:
    """Reverse a claim, pay the lower correction and keep the difference (E2, E6, E11)."""

    item: Receivable


@dataclass(frozen=True, slots=True)
class CorrectLate:
    """Pay the correction of a claim reversed earlier, all but its late loss."""

    item: Receivable


@dataclass(frozen=True, slots=True)
class PutOff:
    """Reverse claims, pay the lower corrections and give the difference back for now."""

    items: tuple[Receivable, ...]
    parts: tuple[int, ...] = ()
    lump: bool = False


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take `parts[0]` of the items through the PLB; the other parts on later days."""

    items: tuple[Receivable, ...]
    parts: tuple[int, ...]
    reference: str
    reason_code: str


@dataclass(frozen=True, slots=True)
class Refund:
    """Take the item and give it back in one remittance: the provider had sent a check."""

    item: Receivable
    forgiven: int = 0
    excess: int = 0


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Return `cents` of an item through the PLB, with interest, after a won appeal (E13)."""

    case: "Case"
    cents: int
    interest: int


@dataclass(frozen=True, slots=True)
class Reprocess:
    """Pay the claim of an item `cents` higher again after a won appeal (E12)."""

    case: "Case"
    cents: int


@dataclass(frozen=True, slots=True)
class SundryEntries:
    """PLB entries that belong to no receivable."""

    entries: tuple[ProviderAdjustment, ...]


Step = (
    Recode
    | TakeAtOnce
    | CorrectLate
    | PutOff
    | Withdraw
    | Refund
    | GiveBack
    | Reprocess
    | SundryEntries
)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of an appeal case; `outcome` holds from `decided_on`."""

    filed_on: date
    decided_on: date
    outcome: str
    at_issue: int
    overturned: int


@dataclass(eq=False, slots=True)
class Case:
    """An appeal against one receivable, level by level, and the cash it brought."""

    number: str
    item: Receivable
    levels: list[Level] = field(default_factory=list)
    recovered: int = 0
    recovered_on: date | None = None


def cost(step: Step) -> int:
    """Cents by which a step lowers the payment of its remittance; negative raises it."""
    match step:
        case TakeAtOnce(item):
            return item.established
        case CorrectLate(item):
            return item.late_loss - item.established
        case Withdraw(parts=parts):
            return parts[0]
        case Refund(excess=excess):
            return -excess
        case GiveBack(cents=cents, interest=interest):
            return -cents - interest
        case Reprocess(cents=cents):
            return -cents
        case SundryEntries(entries):
            return sum(entry.cents for entry in entries)
        case _:
            return 0
