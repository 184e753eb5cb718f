"""What the ledger reads (remittances, notices) and writes (receivables, pieces, events), money in whole cents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from data.ledger.decisions import MatchDecision

PlbClass = Literal["recoupment", "carrier", "settlement", "other"]

# What is kept on a receivable, and told as an event of it.
ITEM_AMOUNTS = (
    "established",
    "put_off",
    "forwarded",
    "withheld",
    "refunded",
    "forgiven",
    "cancelled",
    "returned",
    "recovered",
    "corrected",
)

PieceKind = Literal[
    "identified",
    "put_off",
    "taken",
    "brought_in",
    "forwarded",
    "refunded",
    "forgiven",
    "given_back",
    "corrected",
    "recovered",
]


# What is read and written by the hundred thousand is a named tuple: to make one takes a third of the time.
class EarlyCorrection(NamedTuple):
    """A claim that another remittance paid on the day of the reversal it corrects, or shortly before; in cents."""

    remittance_id: int
    claim_no: int
    paid: int


class Takeback(NamedTuple):
    """A reversal and its correction: `delta` < 0 is money taken back, > 0 money paid on top.

    `shared_account` is the one of its names that other claims of the payer bear too, if any. `early` are the
    corrections of a reversal without one beside it that no later remittance paid.
    """

    claim_no: int
    correction_no: int | None
    delta: int
    names: tuple[str, ...]
    shared_account: str | None = None
    early: tuple[EarlyCorrection, ...] = ()

    @property
    def own_names(self) -> tuple[str, ...]:
        """The names that no other claim bears."""
        return tuple(name for name in self.names if name != self.shared_account)


class LaterPayment(NamedTuple):
    """A claim paid after a reversal that had come without its correction."""

    claim_no: int
    paid: int
    names: tuple[str, ...]


class Adjustment(NamedTuple):
    """One PLB pair; positive reduces the payment.

    `claim_names` are the numbers of the one paid claim that its reference is a number of, or holds a number of.
    """

    adjustment_no: int
    reason_code: str
    plb_class: PlbClass
    reference: str
    amount: int
    claim_names: tuple[str, ...] = ()
    names_claim_as_it_stands: bool = False


class Remittance(NamedTuple):
    """What one posted remittance says about takebacks."""

    remittance_id: int
    payee: str
    payment_date: date
    trace_number: str
    payment_amount: int
    takebacks: tuple[Takeback, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    later_payments: tuple[LaterPayment, ...] = ()


class Notice(NamedTuple):
    """One row of an offset register: a letter about one claim."""

    notice_id: int
    notice_date: date | None
    amount: int
    letter_names: tuple[str, ...]
    claim_names: tuple[str, ...]
    elected_immediate: bool

    @property
    def names(self) -> tuple[str, ...]:
        return self.letter_names + self.claim_names


class Match(NamedTuple):
    """How a name led to an item: the tier of the search, how sure that is, and who decided it where a person did."""

    tier: int
    method: str
    confidence: str
    decision: MatchDecision | None = None


FROM_CLAIM = Match(0, "the claim itself", "certain")
EXACT = Match(1, "same reference", "certain")
NORMALISED = Match(2, "same reference but for case, blanks, punctuation or leading zeros", "high")
PARSED = Match(3, "a known number inside the reference", "high")
OF_TRACE = Match(3, "the trace number of the remittance that put it off", "high")
PAID_CLAIM = Match(1, "the number of a paid claim", "certain")
PAID_CLAIM_SPELLED = Match(2, "the number of a paid claim but for its spelling", "high")
PAID_CLAIM_INSIDE = Match(3, "the number of a paid claim inside the reference", "high")
OTHER_NUMBER = Match(4, "another number of the same claim", "high")
LINEAGE = Match(4, "original and re-processed claim", "high")
SAME_AMOUNT = Match(5, "same amount, the only one within 180 days", "medium")
LUMP = Match(6, "the only open items that add up to it", "medium")
ALLOCATED = Match(7, "allocated, oldest taken first", "allocated")
DECIDED = Match(0, "decided", "confirmed")
UNMATCHED = Match(9, "no item known", "suspense")


def decided_match(decision: MatchDecision) -> Match:
    """A match by decision: to one receivable, or to none of those known, which leaves it in suspense."""
    if decision.receivable_id is None:
        return Match(UNMATCHED.tier, DECIDED.method, UNMATCHED.confidence, decision)
    return DECIDED._replace(decision=decision)


class Piece(NamedTuple):
    """A part of one line of a remittance, given to one receivable.

    `amount` is cash withheld in this remittance, in cents: positive takes, negative gives.
    `corrected` and `recovered` pieces are claims paid on top, shown positive. `is_affiliate`: the payer calls the
    adjustment an offset of an affiliate (OB), or another payee than the one who owes the item is paid here.
    """

    remittance_id: int
    receivable_id: str
    kind: PieceKind
    claim_no: int | None
    adjustment_no: int | None
    amount: int
    match: Match
    is_affiliate: bool = False


class Event(NamedTuple):
    """What happened to one receivable in one remittance, or by letter; amount in cents, never negative."""

    receivable_id: str
    event_date: date
    remittance_id: int | None
    kind: str
    amount: int
    mechanism: str = ""


class SuspenseCandidate(NamedTuple):
    """An open item a withdrawal in suspense could be about; cents in suspense, and cents open at that moment."""

    remittance_id: int
    adjustment_no: int
    amount: int
    receivable_id: str
    candidate_amount: int
    reason: str
    rank: int


@dataclass(eq=False, slots=True)
class Receivable:
    """One overpayment a payer is owed, as it stands after the remittances read so far; money in cents.

    established = withheld + refunded + forgiven + cancelled + waiting, always. What comes back (returned,
    recovered, corrected) is counted apart: it does not make the item open again. Cancelled is what one
    remittance took and gave back at once. `short` is the part of `forwarded` that a payment of zero could not
    take; the rest of it the payer chose to put off. `names` gives the normalised spelling of each name it answers
    to, `learnt` those that only adjustments gave it, `claim_numbers` those that a remittance or the register calls
    numbers of its claim.
    """

    receivable_id: str
    origin: str
    opened: int
    payee: str = ""
    established_on: date | None = None
    reference: str = ""
    remittance_id: int | None = None
    claim_no: int | None = None
    correction_no: int | None = None
    notice: Notice | None = None
    notice_match: Match | None = None
    established: int = 0
    put_off: int = 0
    forwarded: int = 0
    short: int = 0
    withheld: int = 0
    refunded: int = 0
    forgiven: int = 0
    cancelled: int = 0
    returned: int = 0
    recovered: int = 0
    corrected: int = 0
    put_off_date: date | None = None
    first_withdrawal: date | None = None
    mechanism: str = ""
    is_affiliate: bool = False
    names: dict[str, str] = field(default_factory=dict)
    learnt: tuple[str, ...] = ()
    claim_numbers: frozenset[str] = frozenset()
    forwarding_names: frozenset[str] = frozenset()

    @property
    def waiting(self) -> int:
        """Put off or forwarded, and not yet taken: the open balance."""
        return self.put_off + self.forwarded

    @property
    def net_withheld(self) -> int:
        """Withheld and not yet given back or paid again."""
        return max(0, self.withheld - self.returned - self.recovered - self.corrected)

    @property
    def noticed_left(self) -> int:
        """What the letter claims beyond what remittances have established."""
        return max(0, self.notice.amount - self.established) if self.notice else 0

    @property
    def takeable(self) -> int:
        """The most a recovery that names this item can take from it."""
        return self.waiting + self.noticed_left

    @property
    def is_about_something(self) -> bool:
        """Whether a claim or a letter is known, so that its names mean something."""
        return self.claim_no is not None or self.notice is not None

    @property
    def is_letter_only(self) -> bool:
        """True until a remittance shows something of it."""
        return self.established == 0

    def age(self) -> tuple[date, int]:
        """Sorts oldest first: by the day it was established, or announced."""
        announced = self.notice.notice_date if self.notice else None
        return (self.established_on or announced or date.max, self.opened)


@dataclass(frozen=True, slots=True)
class RemittanceTotals:
    """What one remittance did, in cents; `net_withheld` = `identified` + `adjustments`.

    `settling` are the numbers of its CS adjustments that settle a receivable; other CS are no takeback.
    """

    remittance_id: int
    identified: int
    adjustments: int
    net_withheld: int
    withheld: int
    returned: int
    recovered: int
    corrected: int
    refunded: int
    forgiven: int
    excess_refund: int
    uncovered_credit: int
    settling: frozenset[int]
