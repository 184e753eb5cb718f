"""What forwarding balances (FB) say: brought in from an earlier remittance, carried to a later one."""

from __future__ import annotations

from collections.abc import Iterator

from data.ledger.adjustments import credit_unseen, take_from
from data.ledger.books import Books
from data.ledger.decided import Verdict, verdict_on, verdict_on_given
from data.ledger.events import (
    ALLOCATED,
    EXACT,
    PARSED,
    SAME_AMOUNT,
    UNMATCHED,
    Adjustment,
    Match,
    Receivable,
)
from data.ledger.references import embedded_numbers
from data.ledger.spelling import normalised
from data.ledger.suspense import note_candidates


def bring_in(books: Books, adjustment: Adjustment) -> None:
    """FB+ brings forwarded balances back: the one its reference names first, then the oldest."""
    verdict = verdict_on(books, adjustment)
    if verdict is not None:
        _bring_in_as_decided(books, adjustment, verdict)
        return
    left = adjustment.amount
    pool = books.items.forwarded_for(books.remittance.payee)
    named, match = _named_in_pool(pool, adjustment.reference)
    for item in sorted(pool, key=lambda i: (i not in named, i.short == 0, i.age())):
        left -= _bring_back(books, item, left, adjustment, match if item in named else ALLOCATED)
    if left > 0:
        _bring_unseen(books, left, adjustment, UNMATCHED)


def _named_in_pool(pool: list[Receivable], reference: str) -> tuple[list[Receivable], Match]:
    """Items whose forwarding the reference names: as it stands, else by a number inside it."""
    name = normalised(reference)
    named = [item for item in pool if name in item.forwarding_names]
    if named or not name:
        return named, EXACT
    inside = embedded_numbers(reference)
    return [item for item in pool if inside & item.forwarding_names], PARSED


def _bring_back(
    books: Books, item: Receivable, amount: int, adjustment: Adjustment, match: Match
) -> int:
    """Takes up to an amount of an item's forwarded balance, shortfalls first; returns how much."""
    part = min(amount, item.forwarded)
    if part > 0:
        item.forwarded -= part
        item.short = max(0, item.short - part)
        books.move(item, "brought_in", part, match, adjustment=adjustment)
    return part


def _bring_unseen(books: Books, amount: int, adjustment: Adjustment, match: Match) -> None:
    """A balance larger than anything carried forward here comes from before the data."""
    note_candidates(books, adjustment, amount)
    item = books.open_from(adjustment, "balance from before the data")
    books.establish(item, amount)
    books.move(item, "brought_in", amount, match, adjustment=adjustment)


def _bring_in_as_decided(books: Books, adjustment: Adjustment, verdict: Verdict) -> None:
    left, match = adjustment.amount, verdict.match
    if verdict.item is None:
        _bring_unseen(books, left, adjustment, match)
        return
    left -= _bring_back(books, verdict.item, left, adjustment, match)
    if left > 0:
        take_from(books, verdict.item, left, adjustment, match)


def forward(books: Books, adjustment: Adjustment) -> None:
    """FB- carries what could not be taken: of the claim it names first, else of the newest items."""
    left = -adjustment.amount
    verdict = verdict_on_given(books, adjustment)
    if verdict is not None and verdict.item is None:
        credit_unseen(books, left, adjustment, verdict.match)
        return
    for item, match in _forwardable(books, adjustment, verdict):
        part = min(left, books.cash[item])
        left -= part
        books.carry(item, part, adjustment, match)
        if left == 0:
            return
    credit_unseen(books, left, adjustment)


def _forwardable(
    books: Books, adjustment: Adjustment, verdict: Verdict | None
) -> Iterator[tuple[Receivable, Match]]:
    """What a balance can have been left of: the items it names, then all others, the newest first."""
    if verdict is not None and verdict.item is not None:
        yield verdict.item, verdict.match
    named_here, match = books.named_here(adjustment)
    named = books.taking(named_here)
    for item in sorted(named, key=Receivable.age, reverse=True):
        yield item, match
    others = [item for item in books.taking(books.amounts) if item not in named]
    same = [i for i in others if i in books.from_claims and books.cash[i] == -adjustment.amount]
    if len(same) == 1 and not named and books.remittance.payment_amount > 0:
        yield same[0], SAME_AMOUNT
        others.remove(same[0])
    for item in sorted(others, key=Receivable.age, reverse=True):
        yield item, ALLOCATED
