"""The items of one payer while its remittances are read: who is called what, what is open, what is waiting."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import islice

from data.ledger.decisions import Decisions, MatchDecision, StaleDecision
from data.ledger.events import (
    EXACT,
    LUMP,
    SAME_AMOUNT,
    UNMATCHED,
    Event,
    Match,
    Notice,
    Piece,
    Receivable,
    Remittance,
    SuspenseCandidate,
)
from data.ledger.lumps import MOST_ITEMS, unique_subset
from data.ledger.references import NameIndex, Numbers, is_number
from data.ledger.spelling import normalised
from data.ledger.takings import Takings

SAME_AMOUNT_DAYS = 180

# Dicts stand for sets that keep their order.
_ByPayee = defaultdict[str, dict[Receivable, None]]
_ByAmount = defaultdict[tuple[str, int], dict[Receivable, None]]


def receivable_id(*origin: object) -> str:
    """A short name made from where a receivable was first seen: the same in every rebuild."""
    text = "|".join(map(str, origin))
    return "R" + hashlib.sha256(text.encode()).hexdigest()[:12]


class PayerItems:
    """Every receivable and unanswered letter of one payer, findable by name, amount and state."""

    def __init__(self, notices: Iterable[Notice], decisions: Decisions | None = None) -> None:
        self.all: list[Receivable] = []
        self.decisions: Decisions = decisions or {}
        self.decisions_read: set[tuple[int, int]] = set()
        self.stale: dict[tuple[int, int], StaleDecision] = {}
        self.candidates: list[SuspenseCandidate] = []
        self._decided_on = {d.receivable_id for d in self.decisions.values()}
        self._known: dict[str, Receivable] = {}
        self.pieces: list[Piece] = []
        self.events: list[Event] = []
        self.index = NameIndex()
        self.put_off_by_trace = Numbers()
        self.takings = Takings()
        # Forwarding balances that nothing taken for recoupment explains.
        self.carried_credits: set[Receivable] = set()
        self._waiting: _ByPayee = defaultdict(dict)
        # Entered whenever an item comes to such a state, never taken out: what is found is asked again.
        self._forwarded: _ByPayee = defaultdict(dict)
        self._waiting_at: _ByAmount = defaultdict(dict)
        self._withheld_at: _ByAmount = defaultdict(dict)
        self._letters_of: dict[int, list[Receivable]] = defaultdict(list)
        for notice in sorted(notices, key=lambda n: (n.notice_date or date.max, n.notice_id)):
            item = self.open(
                receivable_id("notice", notice.notice_id), "letter", notice.letter_names
            )
            self.index.add_claim(item, notice.claim_names)
            item.notice, item.notice_match = notice, EXACT
            item.reference = next(iter(notice.names), "")
            self._letters_of[notice.amount].append(item)

    def open(self, identifier: str, origin: str, names: Iterable[str]) -> Receivable:
        item = Receivable(identifier, origin, opened=len(self.all))
        self.all.append(item)
        self.index.add(item, names)
        if identifier in self._decided_on:
            self._known[identifier] = item
        return item

    def known(self, identifier: str) -> Receivable | None:
        """The item of that name among those that decisions are about, once the history has come to it."""
        return self._known.get(identifier)

    def unread_decisions(self) -> list[MatchDecision]:
        """Decisions about adjustments that no remittance had."""
        return [d for place, d in self.decisions.items() if place not in self.decisions_read]

    def establish(self, item: Receivable, amount: int, remittance: Remittance) -> None:
        """Adds to what the payer is owed on this item, as a remittance shows it."""
        if item.is_letter_only:
            item.payee = remittance.payee
            item.established_on = remittance.payment_date
        item.established += amount

    def note_waiting(self, item: Receivable) -> None:
        """Keeps the items put off or forwarded findable; call it after every change of either."""
        if item.waiting > 0:
            self._waiting[item.payee][item] = None
            self._waiting_at[item.payee, item.waiting][item] = None
            if item.forwarded > 0:
                self._forwarded[item.payee][item] = None
        else:
            self._waiting[item.payee].pop(item, None)

    def note_put_off(self, items: Iterable[Receivable], trace_number: str) -> None:
        """Keeps what a remittance put off or forwarded findable by its trace number, for remittances after it."""
        if is_number(trace_number):
            self.put_off_by_trace.add(normalised(trace_number), *items)

    def note_withheld(self, item: Receivable) -> None:
        """Keeps what is withheld findable by its amount; call it after every change of that."""
        if item.net_withheld > 0:
            self._withheld_at[item.payee, item.net_withheld][item] = None

    def forwarded_for(self, payee: str) -> list[Receivable]:
        """The pool of forwarding balances of one payee, oldest first."""
        pool = [item for item in self._forwarded[payee] if item.forwarded > 0]
        self._forwarded[payee] = dict.fromkeys(pool)
        return sorted(pool, key=Receivable.age)

    def forwarded_as(self, names: set[str]) -> list[Receivable]:
        """The forwarding balances, of any payee, that have one of the names; looks at every one of them."""
        items = (item for pool in self._forwarded.values() for item in pool)
        named = [item for item in items if item.forwarded > 0 and names & item.forwarding_names]
        return sorted(named, key=Receivable.age)

    def unclaimed_letter_of(self, amount: int, on: date) -> Receivable | None:
        """The only recent unanswered letter of this amount that names no claim."""
        same = [
            item
            for item in self._letters_of.get(amount, ())
            if item.is_letter_only and is_recent(item, on) and _names_no_claim(item)
        ]
        return same[0] if len(same) == 1 else None

    def open_by_amount(self, amount: int, remittance: Remittance) -> tuple[list[Receivable], Match]:
        """The one recent open item of that amount, else the only set of them that adds up to it."""
        same = [
            item
            for item in self.open_of_amount(amount, remittance)
            if is_recent(item, remittance.payment_date)
        ]
        if same:
            return (same, SAME_AMOUNT) if len(same) == 1 else ([], UNMATCHED)
        put_off = self.put_off_recently(remittance, MOST_ITEMS + 1)
        subset = unique_subset([item.waiting for item in put_off], amount)
        return ([put_off[position] for position in subset], LUMP) if subset else ([], UNMATCHED)

    def open_of_amount(self, amount: int, remittance: Remittance) -> list[Receivable]:
        """Unanswered letters, then put-off items of this payee, of that amount, however old."""
        return [
            *(item for item in self._letters_of.get(amount, ()) if item.is_letter_only),
            *(
                item
                for each in _payees(remittance)
                for item in self._waiting_at.get((each, amount), ())
                if item.waiting == amount
            ),
        ]

    def put_off_recently(self, remittance: Remittance, at_most: int) -> list[Receivable]:
        """The first so many put-off items found, latest first to find them soon; given oldest first."""
        waiting = (i for each in _payees(remittance) for i in reversed(self._waiting[each]))
        on = remittance.payment_date
        found = islice((item for item in waiting if is_recent(item, on)), at_most)
        return sorted(found, key=Receivable.age)

    def withheld_by_amount(
        self, amount: int, remittance: Remittance
    ) -> tuple[list[Receivable], Match]:
        """The one recent item of this payee on which just this amount is withheld."""
        same = [
            item
            for item in self._withheld_at.get((remittance.payee, amount), ())
            if item.net_withheld == amount
            and item.first_withdrawal is not None
            and (remittance.payment_date - item.first_withdrawal).days <= SAME_AMOUNT_DAYS
        ]
        return (same, SAME_AMOUNT) if len(same) == 1 else ([], UNMATCHED)


def _payees(remittance: Remittance) -> dict[str, None]:
    """Whose items a remittance can be about by amount: its payee's, and those of nobody known."""
    return dict.fromkeys((remittance.payee, ""))


def _names_no_claim(item: Receivable) -> bool:
    return item.notice is not None and not item.notice.claim_names


def is_recent(item: Receivable, on: date) -> bool:
    """Whether an item was put off, established or announced within 180 days before that date."""
    announced = item.notice.notice_date if item.notice else None
    since = item.put_off_date or item.established_on or announced
    return since is not None and 0 <= (on - since).days <= SAME_AMOUNT_DAYS
