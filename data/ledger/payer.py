"""The items of one payer while its remittances are read: who is called what, what is open, what is waiting."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

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
)
from data.ledger.lumps import unique_subset
from data.ledger.references import NameIndex

SAME_AMOUNT_DAYS = 180


def receivable_id(*origin: object) -> str:
    """A short name made from where a receivable was first seen: the same in every rebuild."""
    text = "|".join(str(part) for part in origin)
    return "R" + hashlib.sha256(text.encode()).hexdigest()[:12]


class PayerItems:
    """Every receivable and unanswered letter of one payer, findable by name, amount and state."""

    def __init__(self, notices: Iterable[Notice]) -> None:
        self.all: list[Receivable] = []
        self.pieces: list[Piece] = []
        self.events: list[Event] = []
        self.index = NameIndex()
        self._waiting: dict[str, Receivable] = {}
        self._letters: dict[str, Receivable] = {}
        self._without_claim: dict[int, list[Receivable]] = {}
        for notice in sorted(notices, key=lambda n: (n.notice_date or date.max, n.notice_id)):
            item = self.open(receivable_id("notice", notice.notice_id), "letter", notice.names)
            item.notice, item.notice_match = notice, EXACT
            item.reference = next(iter(notice.names), "")
            self._letters[item.receivable_id] = item
            if not notice.claim_names:
                self._without_claim.setdefault(notice.amount, []).append(item)

    def open(self, identifier: str, origin: str, names: Iterable[str]) -> Receivable:
        item = Receivable(identifier, origin, opened=len(self.all))
        self.all.append(item)
        self.index.add(item, names)
        return item

    def establish(self, item: Receivable, amount: int, remittance: Remittance) -> None:
        """Adds to what the payer is owed on this item, as a remittance shows it."""
        if item.is_letter_only:
            item.payee = remittance.payee
            item.established_on = remittance.payment_date
            self._letters.pop(item.receivable_id, None)
        item.established += amount

    def note_waiting(self, item: Receivable) -> None:
        """Keeps the list of items put off or forwarded up to date."""
        if item.waiting > 0:
            self._waiting[item.receivable_id] = item
        else:
            self._waiting.pop(item.receivable_id, None)

    def forwarded_for(self, payee: str) -> list[Receivable]:
        """The pool of forwarding balances of one payee, oldest first."""
        pool = [i for i in self._waiting.values() if i.forwarded > 0 and i.payee == payee]
        return sorted(pool, key=Receivable.age)

    def unclaimed_letter_of(self, amount: int, on: date) -> Receivable | None:
        """The only recent unanswered letter of this amount that names no claim."""
        same = [
            item
            for item in self._without_claim.get(amount, ())
            if item.is_letter_only and _is_recent(item, on)
        ]
        return same[0] if len(same) == 1 else None

    def open_by_amount(self, amount: int, remittance: Remittance) -> tuple[list[Receivable], Match]:
        """The one recent open item of that amount, else the only set of them that adds up to it."""
        recent = [
            item
            for item in (*self._waiting.values(), *self._letters.values())
            if item.payee in ("", remittance.payee) and _is_recent(item, remittance.payment_date)
        ]
        recent.sort(key=Receivable.age)
        same = [item for item in recent if item.open_amount == amount]
        if same:
            return (same, SAME_AMOUNT) if len(same) == 1 else ([], UNMATCHED)
        put_off = [item for item in recent if item.waiting]
        subset = unique_subset([item.open_amount for item in put_off], amount)
        return ([put_off[position] for position in subset], LUMP) if subset else ([], UNMATCHED)

    def withheld_by_amount(
        self, amount: int, remittance: Remittance
    ) -> tuple[list[Receivable], Match]:
        """The one recent item of this payee on which just this amount is withheld."""
        same = [
            item
            for item in self.all
            if item.net_withheld == amount
            and item.payee == remittance.payee
            and item.first_withdrawal is not None
            and (remittance.payment_date - item.first_withdrawal).days <= SAME_AMOUNT_DAYS
        ]
        return (same, SAME_AMOUNT) if len(same) == 1 else ([], UNMATCHED)


def _is_recent(item: Receivable, on: date) -> bool:
    announced = item.notice.notice_date if item.notice else None
    since = item.put_off_date or item.established_on or announced
    return since is not None and 0 <= (on - since).days <= SAME_AMOUNT_DAYS
