"""What a withdrawal in suspense could be about: the open items that speak for themselves, none of them certain."""

from __future__ import annotations

from collections.abc import Iterator

from data.ledger.books import Books
from data.ledger.events import Adjustment, Receivable, SuspenseCandidate
from data.ledger.lumps import MOST_ITEMS, in_some_subset
from data.ledger.references import embedded_numbers
from data.ledger.spelling import normalised

SHORTEST_PART = 4
MOST_LOOKED_THROUGH = 200


def note_candidates(books: Books, adjustment: Adjustment, amount: int) -> None:
    """Keeps every item the part of a withdrawal that nothing explains could belong to, the likeliest first."""
    found: dict[Receivable, str] = {}
    for item, reason in _speaking(books, adjustment, amount):
        if item.takeable > 0:
            found.setdefault(item, reason)
    for rank, (item, reason) in enumerate(found.items(), start=1):
        books.items.candidates.append(
            SuspenseCandidate(
                books.remittance.remittance_id,
                adjustment.adjustment_no,
                amount,
                item.receivable_id,
                item.takeable,
                reason,
                rank,
            )
        )


def _speaking(
    books: Books, adjustment: Adjustment, amount: int
) -> Iterator[tuple[Receivable, str]]:
    items, remittance = books.items, books.remittance
    called, _ = items.index.called(adjustment.reference)
    for item in sorted(called, key=lambda i: (i.takeable != amount, i.age())):
        yield item, "same reference"
    if adjustment.plb_class == "carrier":
        for item in _carried_as(books, adjustment.reference):
            yield item, "same reference"
    for item in items.open_of_amount(amount, remittance):
        yield item, "same amount"
    put_off = items.put_off_recently(remittance, MOST_LOOKED_THROUGH)
    part = normalised(adjustment.reference)
    if len(part) >= SHORTEST_PART:
        for item in put_off:
            if any(part in name for name in item.names.values()):
                yield item, "part of the number"
    if len(put_off) <= MOST_ITEMS:
        for position in in_some_subset([item.waiting for item in put_off], amount):
            yield put_off[position], "adds up with others"


def _carried_as(books: Books, reference: str) -> list[Receivable]:
    """Balances that the reference names, of any payee: only those of its own are brought in without a question."""
    name = normalised(reference)
    if not name:
        return []
    return books.items.forwarded_as({name}) or books.items.forwarded_as(embedded_numbers(reference))
