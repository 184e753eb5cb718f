"""What the provider adjustments of a remittance say: put off, taken, given back, brought in, settled, forwarded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from data.ledger.books import Books
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
from data.ledger.references import normalised


def put_off(books: Books, adjustment: Adjustment) -> int:
    """A negative recovery beside its reversal puts the taking off; returns what it leaves unexplained."""
    left = -adjustment.amount
    for item, match in _claims_meant(books, adjustment.reference, left):
        part = min(left, books.cash[item])
        if part > 0:
            books.defer(item, part, adjustment, match)
            left -= part
    return left


def _claims_meant(books: Books, reference: str, amount: int) -> list[tuple[Receivable, Match]]:
    """The reversed claims of this remittance that a put-off means, in order: by name, by amount, newest."""
    named, match = books.items.index.called(reference)
    here = [i for i in named if i in books.from_claims and books.cash[i] > 0]
    if here:
        here.sort(key=lambda i: (books.cash[i] != amount, books.from_claims[i]))
        return [(item, match) for item in here]
    if any(item.net_withheld > 0 for item in named):
        return []
    owing = [item for item in books.from_claims if books.cash[item] > 0]
    same = [item for item in owing if books.cash[item] == amount]
    if len(same) == 1:
        return [(same[0], SAME_AMOUNT)]
    return [(item, ALLOCATED) for item in same or reversed(owing)]


def take(books: Books, adjustment: Adjustment) -> None:
    """A positive recovery takes what was put off, what a letter announced, or something never seen."""
    left = adjustment.amount
    called, match = books.items.index.called(adjustment.reference)
    named = _of_this_payee(books, called)
    if any(item.takeable or item.is_about_something for item in named):
        found = sorted(named, key=lambda i: (i.takeable != adjustment.amount, i.age()))
    else:
        found, match = books.items.open_by_amount(left, books.remittance)
    for item in found:
        part = min(left, item.takeable)
        if part > 0:
            _take_from(books, item, part, adjustment, match)
            left -= part
    if left > 0:
        _take_unseen(books, left, adjustment, named[0] if named else None, match)


def _of_this_payee(books: Books, items: list[Receivable]) -> list[Receivable]:
    """Items of the payee that is paid here; those of its affiliates only where it has none."""
    own = [item for item in items if item.payee in ("", books.remittance.payee)]
    return own or items


def _take_from(
    books: Books, item: Receivable, part: int, adjustment: Adjustment, match: Match
) -> None:
    from_put_off = min(part, item.put_off)
    from_forwarded = min(part - from_put_off, item.forwarded)
    announced = part - from_put_off - from_forwarded
    item.put_off -= from_put_off
    item.forwarded -= from_forwarded
    if announced:
        if item.is_letter_only:
            item.origin, item.notice_match = "letter, then recovery", match
            item.remittance_id = books.remittance.remittance_id
        books.establish(item, announced)
    if match.tier <= PARSED.tier:
        books.items.index.add(item, [adjustment.reference])
    books.move(item, "taken", part, match, adjustment=adjustment)


def _take_unseen(
    books: Books, amount: int, adjustment: Adjustment, named: Receivable | None, match: Match
) -> None:
    """Money taken beyond anything known is an item of its own, about the claim its reference names, if any."""
    item = books.open_from(adjustment, "recovery without a known item")
    if named is not None and named.claim_no is not None:
        item.remittance_id = named.remittance_id
        item.claim_no, item.correction_no = named.claim_no, named.correction_no
    books.establish(item, amount)
    books.move(item, "taken", amount, match if named else UNMATCHED, adjustment=adjustment)


def give_back(books: Books, adjustment: Adjustment, left: int) -> None:
    """A negative recovery alone undoes a taking of this remittance, or gives back an earlier one."""
    if left <= 0:
        return
    named, match = books.items.index.called(adjustment.reference)
    if not named:
        named, match = books.items.withheld_by_amount(left, books.remittance)
    for item in sorted(named, key=lambda i: (_givable(books, i) != left, i.age())):
        undone = min(left, max(0, books.cash[item]))
        if undone > 0:
            books.defer(item, undone, adjustment, match)
            left -= undone
        part = min(left, _givable(books, item))
        if part > 0:
            books.move(item, "given_back", -part, match, adjustment=adjustment)
            left -= part
    if left > 0:
        _credit_unseen(books, left, adjustment)


def _givable(books: Books, item: Receivable) -> int:
    return item.net_withheld + books.cash[item]


def _credit_unseen(books: Books, amount: int, adjustment: Adjustment) -> None:
    """Money given that nothing known explains waits in suspense, where a later recovery may find it."""
    item = books.open_from(adjustment, "credit without a known item")
    books.establish(item, amount)
    if adjustment.plb_class == "carrier":
        books.carry(item, amount, adjustment, UNMATCHED)
    else:
        books.defer(item, amount, adjustment, UNMATCHED)
    books.cash[item] += amount
    books.uncovered_credit += amount


def bring_in(books: Books, adjustment: Adjustment) -> None:
    """FB+ brings forwarded balances back: the one its reference names first, then the oldest."""
    left = adjustment.amount
    pool = books.items.forwarded_for(books.remittance.payee)
    name = normalised(adjustment.reference)
    for item in sorted(pool, key=lambda i: (name not in i.forwarding_names, i.age())):
        part = min(left, item.forwarded)
        if part > 0:
            match = EXACT if name in item.forwarding_names else ALLOCATED
            item.forwarded -= part
            books.move(item, "brought_in", part, match, adjustment=adjustment)
            left -= part
    if left > 0:
        item = books.open_from(adjustment, "balance from before the data")
        books.establish(item, left)
        books.move(item, "brought_in", left, UNMATCHED, adjustment=adjustment)


def settlements(books: Books) -> list[Adjustment]:
    """Refunds, and those CS whose reference ties them to an established item."""
    found = []
    for adjustment in books.remittance.adjustments:
        if adjustment.reason_code == "CS":
            called, _ = books.items.index.called(adjustment.reference)
            if any(item.established for item in called):
                books.settling.add(adjustment.adjustment_no)
                found.append(adjustment)
        elif adjustment.plb_class == "settlement":
            found.append(adjustment)
    return found


def settle(books: Books, adjustment: Adjustment) -> None:
    """A refund acknowledged, or a debt forgiven, settles what this remittance would otherwise take.

    What exceeds the item it names was refunded too much: it settles no other.
    """
    left = -adjustment.amount
    for item, match in _settled(books, adjustment):
        part = min(left, books.cash[item])
        left -= part
        if adjustment.reason_code == "CS":
            item.forgiven += part
            books.move(item, "forgiven", -part, match, adjustment=adjustment)
        else:
            item.refunded += part
            books.move(item, "refunded", -part, match, adjustment=adjustment)
        if left == 0:
            return
    books.excess_refund += left


def _settled(books: Books, adjustment: Adjustment) -> list[tuple[Receivable, Match]]:
    """What a settlement can mean: the items it names, else those of its amount, then the oldest."""
    named_here, match = books.named_here(adjustment.reference)
    if named_here:
        return [(item, match) for item in sorted(_taking(books, named_here), key=Receivable.age)]
    taking = _taking(books, books.amounts)
    taking.sort(key=lambda i: (books.cash[i] != -adjustment.amount, i.age()))
    return [(item, ALLOCATED) for item in taking]


def forward(books: Books, adjustment: Adjustment) -> None:
    """FB- carries what could not be taken: of the claim it names first, else of the newest items."""
    left = -adjustment.amount
    for item, match in _forwardable(books, adjustment):
        part = min(left, books.cash[item])
        left -= part
        books.carry(item, part, adjustment, match)
        if left == 0:
            return
    _credit_unseen(books, left, adjustment)


def _forwardable(books: Books, adjustment: Adjustment) -> Iterator[tuple[Receivable, Match]]:
    """What a balance can have been left of: the items it names, then all others, the newest first."""
    named_here, match = books.named_here(adjustment.reference)
    named = _taking(books, named_here)
    for item in sorted(named, key=Receivable.age, reverse=True):
        yield item, match
    others = [item for item in _taking(books, books.amounts) if item not in named]
    for item in sorted(others, key=Receivable.age, reverse=True):
        yield item, ALLOCATED


def _taking(books: Books, items: Iterable[Receivable]) -> list[Receivable]:
    """Those of the items that this remittance takes from, each once."""
    return [item for item in dict.fromkeys(items) if books.cash[item] > 0]
