"""Gives every cent of one remittance to the receivable it belongs to; docs/ledger.md says why in this order."""

from __future__ import annotations

from data.ledger.adjustments import give_back, give_rest, put_off, take
from data.ledger.balances import bring_in, forward
from data.ledger.books import Books
from data.ledger.claims import correct_early, identify, pay_later, recover
from data.ledger.decided import verdict_on_given
from data.ledger.events import Remittance, RemittanceTotals
from data.ledger.payer import PayerItems
from data.ledger.settlements import settle, settlements


def read_remittance(items: PayerItems, remittance: Remittance) -> RemittanceTotals:
    """Adds one remittance to the payer's items and returns what it did; remittances come in payment order.

    Reversals establish what is owed, put-offs beside them defer it, recoveries and brought-in balances take
    it, refunds settle it, what is still short is forwarded, and claims paid on top bring money back.
    """
    books = Books(items, remittance)
    for takeback in remittance.takebacks:
        if takeback.delta < 0:
            identify(books, takeback)
    _read_adjustments(books)
    books.close()
    for takeback in remittance.takebacks:
        if takeback.delta > 0:
            recover(books, takeback.claim_no, takeback.delta, takeback.own_names)
        elif takeback.early:
            correct_early(books, takeback)
    for later in remittance.later_payments:
        pay_later(books, later)
    books.tell()
    return books.totals()


def _read_adjustments(books: Books) -> None:
    adjustments = books.remittance.adjustments
    recoveries = [a for a in adjustments if a.plb_class == "recoupment"]
    balances = [a for a in adjustments if a.plb_class == "carrier"]
    unexplained = []
    for adjustment in recoveries:
        if adjustment.amount < 0:
            verdict = verdict_on_given(books, adjustment, of_earlier=True)
            unexplained.append((adjustment, put_off(books, adjustment, verdict), verdict))
    for adjustment in recoveries:
        if adjustment.amount > 0:
            take(books, adjustment)
    given = [(a, give_back(books, a, left, verdict), verdict) for a, left, verdict in unexplained]
    for adjustment in balances:
        if adjustment.amount > 0:
            bring_in(books, adjustment)
    for adjustment, left, verdict in given:
        if left > 0:
            give_rest(books, adjustment, left, verdict)
    for adjustment, verdict in settlements(books):
        if adjustment.amount > 0:
            take(books, adjustment)
        else:
            settle(books, adjustment, verdict)
    carried = [a for a in balances if a.amount < 0]
    for adjustment in sorted(carried, key=lambda a: not books.named_here(a)[0]):
        forward(books, adjustment)
