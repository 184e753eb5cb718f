"""What settlements say: refunds acknowledged, debts forgiven, refunds sent too much or too late."""

from __future__ import annotations

from data.ledger.adjustments import give_back_on
from data.ledger.books import Books
from data.ledger.decided import Verdict, verdict_on, verdict_on_given
from data.ledger.events import ALLOCATED, UNMATCHED, Adjustment, Match, Receivable


def settlements(books: Books) -> list[tuple[Adjustment, Verdict | None]]:
    """Refunds, and those CS that a decision or their reference ties to an established item; rebates last.

    A rebate (B2) may be the surplus of a refund, so that has to be known first.
    """
    found = []
    for adjustment in books.remittance.adjustments:
        if adjustment.reason_code != "CS" and adjustment.plb_class != "settlement":
            continue
        is_refund = adjustment.reason_code == "72"
        if adjustment.amount < 0:
            verdict = verdict_on_given(books, adjustment, of_earlier=is_refund)
        else:
            verdict = verdict_on(books, adjustment)
        if adjustment.reason_code == "CS":
            if not _settles(books, adjustment, verdict):
                continue
            books.settling.add(adjustment.adjustment_no)
        found.append((adjustment, verdict))
    return sorted(found, key=lambda each: each[0].reason_code == "B2")


def _settles(books: Books, adjustment: Adjustment, verdict: Verdict | None) -> bool:
    if verdict is not None:
        return verdict.item is not None
    called, _ = books.called(adjustment)
    return any(item.established for item in called)


def settle(books: Books, adjustment: Adjustment, verdict: Verdict | None) -> None:
    """A refund acknowledged, or a debt forgiven, settles what this remittance would otherwise take.

    What exceeds the item it names was refunded too much: it settles no other. A refund that comes when all was
    withheld already gives the withholding back.
    """
    left = -adjustment.amount
    late, match = _withheld_earlier(books, adjustment, verdict)
    if late:
        books.excess_refund += give_back_on(books, adjustment, left, late, match)
        return
    for item, match in _settled(books, adjustment, verdict):
        part = min(left, max(0, books.cash[item]))
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


def _withheld_earlier(
    books: Books, adjustment: Adjustment, verdict: Verdict | None
) -> tuple[list[Receivable], Match]:
    """What a late refund is about: items it names that earlier remittances withheld, and this one does not touch."""
    if adjustment.reason_code != "72":
        return [], UNMATCHED
    if verdict is None:
        called, match = books.called(adjustment)
    else:
        called, match = [verdict.item] if verdict.item else [], verdict.match
    if any(item in books.amounts for item in called):
        return [], UNMATCHED
    return [item for item in called if item.net_withheld > 0], match


def _settled(
    books: Books, adjustment: Adjustment, verdict: Verdict | None
) -> list[tuple[Receivable, Match]]:
    """What a settlement can mean: the items it names, else those of its amount, then the oldest that cover it."""
    if verdict is not None:
        return [(verdict.item, verdict.match)] if verdict.item else []
    named_here, match = books.named_here(adjustment)
    if named_here:
        return [(item, match) for item in sorted(books.taking(named_here), key=Receivable.age)]
    if adjustment.reason_code == "B2":
        return [(item, ALLOCATED) for item in books.taking(_paired(books, adjustment))]
    amount = -adjustment.amount
    taking = books.taking(books.amounts)
    taking.sort(key=lambda i: (books.cash[i] != amount, books.cash[i] < amount, i.age()))
    return [(item, ALLOCATED) for item in taking]


def _paired(books: Books, rebate: Adjustment) -> list[Receivable]:
    """What a rebate that names nothing belongs to: what a refund left of its items, else what took just its amount."""
    left_of_refund = [item for item, moved in books.amounts.items() if moved["refunded"]]
    if books.taking(left_of_refund):
        return left_of_refund
    taking = (a for a in books.remittance.adjustments if a.amount == -rebate.amount)
    return next(filter(None, (books.taken_by(adjustment) for adjustment in taking)), [])
