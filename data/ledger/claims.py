"""What the claims of a remittance say: overpayments identified, corrections that come late, money come back."""

from __future__ import annotations

from collections.abc import Sequence

from data.ledger.books import Books
from data.ledger.events import (
    EXACT,
    FROM_CLAIM,
    LINEAGE,
    NORMALISED,
    SAME_AMOUNT,
    LaterPayment,
    Match,
    Receivable,
    Takeback,
)
from data.ledger.payer import receivable_id

CORRECTION_PENDING_DAYS = 45


def identify(books: Books, takeback: Takeback) -> None:
    """A reversal whose correction pays less establishes an overpayment; a letter about it is its notice."""
    amount = -takeback.delta
    item, match = _letter_about(books, takeback, amount)
    if item is None:
        identifier = receivable_id(books.remittance.remittance_id, "claim", takeback.claim_no)
        item = books.items.open(identifier, "claim reversal", [])
    else:
        item.origin, item.notice_match = "claim reversal", match
    books.items.index.add_claim(item, takeback.names)
    item.remittance_id = books.remittance.remittance_id
    item.claim_no, item.correction_no = takeback.claim_no, takeback.correction_no
    item.reference = next(iter(takeback.names), item.reference)
    books.from_claims[item] = len(books.from_claims)
    books.establish(item, amount)
    books.move(item, "identified", amount, FROM_CLAIM, claim_no=takeback.claim_no)


def _letter_about(
    books: Books, takeback: Takeback, amount: int
) -> tuple[Receivable | None, Match | None]:
    """The unanswered letter about this claim: by the claim's numbers, else the only one of that amount.

    An account that several claims bear leads to letters of just that amount that give no other number of a claim.
    """
    for name in takeback.names:
        letters = [item for item in books.items.index.named(name) if item.established == 0]
        if name == takeback.shared_account:
            letters = [i for i in letters if i.noticed_left == amount and len(i.claim_numbers) == 1]
        if letters:
            letter = min(letters, key=lambda i: (i.noticed_left != amount, i.opened))
            return letter, EXACT if name in letter.names else NORMALISED
    unnamed = books.items.unclaimed_letter_of(amount, books.remittance.payment_date)
    return unnamed, SAME_AMOUNT if unnamed else None


def correct_early(books: Books, takeback: Takeback) -> None:
    """What another remittance paid already corrects the reversal; its surplus brings back what was withheld before."""
    item = next((i for i in books.from_claims if i.claim_no == takeback.claim_no), None)
    for early in takeback.early:
        left = early.paid
        if item is not None:
            left -= _correct(books, item, early.claim_no, left, early.remittance_id)
        recover(books, early.claim_no, left, takeback.own_names, early.remittance_id)


def _correct(
    books: Books, item: Receivable, claim_no: int, paid: int, stands_in: int | None = None
) -> int:
    """Credits a correction that stands in another remittance than its reversal; returns how much of it was reversed."""
    part = min(paid, item.established - item.corrected)
    if part > 0:
        item.corrected += part
        books.note(item, "corrected", part, LINEAGE, claim_no=claim_no, stands_in=stands_in)
    return max(0, part)


def recover(
    books: Books, claim_no: int, amount: int, names: Sequence[str], stands_in: int | None = None
) -> None:
    """A claim paid on top brings back what was withheld on it; beyond that it is just a payment."""
    for item in _called_by_any(books, names):
        part = min(amount, item.net_withheld)
        if part > 0:
            item.recovered += part
            amount -= part
            books.note(item, "recovered", part, FROM_CLAIM, claim_no=claim_no, stands_in=stands_in)


def pay_later(books: Books, later: LaterPayment) -> None:
    """The first payment within 45 days of an unpaired reversal is its correction; others, and its surplus, recover."""
    left = later.paid
    for item in _called_by_any(books, later.names):
        if item.origin != "claim reversal" or item.correction_no is not None or item.corrected:
            continue
        assert item.established_on is not None
        days = (books.remittance.payment_date - item.established_on).days
        if 0 < days <= CORRECTION_PENDING_DAYS:
            left -= _correct(books, item, later.claim_no, left)
            break
    recover(books, later.claim_no, left, later.names)


def _called_by_any(books: Books, names: Sequence[str]) -> list[Receivable]:
    """Established items that any of a claim's own numbers names, oldest first."""
    found = {i.receivable_id: i for name in names for i in books.items.index.named(name)}
    return sorted((i for i in found.values() if i.established), key=Receivable.age)
