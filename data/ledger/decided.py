"""Follows what people decided about a provider adjustment, where the payer's history still allows it."""

from __future__ import annotations

from dataclasses import dataclass

from data.ledger.books import Books
from data.ledger.decisions import NOT_KNOWN, NOTHING_OF_IT, MatchDecision, StaleDecision
from data.ledger.events import Adjustment, Match, Receivable, decided_match
from data.ledger.lumps import MOST_ITEMS, unique_subset


@dataclass(frozen=True, slots=True)
class Verdict:
    """The item an adjustment is about by decision, or None where it is about none; and the match to write."""

    item: Receivable | None
    match: Match


def verdict_on(books: Books, adjustment: Adjustment) -> Verdict | None:
    """What was decided, for an adjustment that takes; None where nothing was, or it no longer can be followed."""
    decision = books.decision_on(adjustment)
    if decision is None:
        return None
    if decision.receivable_id is None:
        return Verdict(None, decided_match(decision))
    item = books.items.known(decision.receivable_id)
    if item is None:
        _note_stale(books, decision, NOT_KNOWN)
        return None
    return Verdict(item, decided_match(decision))


def verdict_on_given(
    books: Books, adjustment: Adjustment, *, of_earlier: bool = False
) -> Verdict | None:
    """As verdict_on, for an adjustment that gives: the item must have something taken here, or earlier."""
    verdict = verdict_on(books, adjustment)
    if verdict is None or verdict.item is None:
        return verdict
    item = verdict.item
    if books.cash[item] > 0 or (of_earlier and item.net_withheld > 0):
        return verdict
    assert verdict.match.decision is not None
    _note_stale(books, verdict.match.decision, NOTHING_OF_IT)
    return None


def _note_stale(books: Books, decision: MatchDecision, reason: str) -> None:
    place = (decision.remittance_id, decision.adjustment_no)
    books.items.stale[place] = StaleDecision(decision, reason)


def lump_with(books: Books, item: Receivable, amount: int) -> list[Receivable]:
    """The item decided on, and the only other put-off items that make up the rest of a lump with it."""
    rest = amount - item.takeable
    if rest <= 0 or item.takeable == 0:
        return [item]
    put_off = books.items.put_off_recently(books.remittance, MOST_ITEMS + 1)
    others = [other for other in put_off if other is not item]
    alone = [other for other in others if other.waiting == rest]
    subset = unique_subset([other.waiting for other in others], rest)
    if len(alone) == 1 and subset is None:
        return [item, *alone]
    if subset and not alone:
        return [item, *(others[position] for position in subset)]
    return [item]
