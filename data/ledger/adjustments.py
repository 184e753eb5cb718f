"""What the recoveries of a remittance say (WO, WU, OB): put off, taken, given back."""

from __future__ import annotations

from data.ledger.books import Books
from data.ledger.decided import Verdict, lump_with, verdict_on
from data.ledger.events import (
    ALLOCATED,
    OF_TRACE,
    PAID_CLAIM,
    PAID_CLAIM_INSIDE,
    PAID_CLAIM_SPELLED,
    PARSED,
    SAME_AMOUNT,
    UNMATCHED,
    Adjustment,
    Match,
    Receivable,
)
from data.ledger.references import embedded_numbers, is_number
from data.ledger.spelling import normalised
from data.ledger.suspense import note_candidates

OF_PAID_CLAIM = "recovery of a claim never reversed"
OF_NOTHING_KNOWN = "recovery without a known item"


def put_off(books: Books, adjustment: Adjustment, verdict: Verdict | None) -> int:
    """A negative recovery beside its reversal puts the taking off; returns what it leaves unexplained."""
    left = -adjustment.amount
    if verdict is None:
        meant = _claims_meant(books, adjustment.reference, left)
    else:
        meant = [(verdict.item, verdict.match)] if verdict.item else []
    for item, match in meant:
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
    if is_number(reference):
        day = books.remittance.payment_date
        named = list(dict.fromkeys([*named, *books.items.takings.of(reference, amount, day)]))
    owing = [item for item in books.from_claims if books.cash[item] > 0]
    same = [item for item in owing if books.cash[item] == amount]
    withheld = [item for item in named if item.net_withheld > 0]
    if withheld and not (len(same) == 1 and _is_used_again(withheld, reference, amount)):
        return []
    if len(same) == 1:
        return [(same[0], SAME_AMOUNT)]
    if named or (not same and books.items.withheld_by_amount(amount, books.remittance)[0]):
        return []
    left = [item for item in same or reversed(owing) if item not in _named_to_give(books)]
    return [(item, ALLOCATED) for item in left]


def _named_to_give(books: Books) -> set[Receivable]:
    """What the adjustments of this remittance that give are about by name: no other is allocated to it."""
    giving = (a for a in books.remittance.adjustments if a.amount < 0)
    return {item for adjustment in giving for item in books.called(adjustment)[0]}


def _is_used_again(withheld: list[Receivable], reference: str, amount: int) -> bool:
    """Whether a reference holds no number of a claim, and the amount is not what is withheld under it."""
    numbers = {normalised(reference), *embedded_numbers(reference)}
    return all(
        item.net_withheld != amount and not numbers & item.claim_numbers for item in withheld
    )


def take(books: Books, adjustment: Adjustment) -> None:
    """A positive recovery takes what was put off, what a letter announced, or something never seen."""
    verdict = verdict_on(books, adjustment)
    if verdict is not None:
        _take_as_decided(books, adjustment, verdict)
        return
    left = adjustment.amount
    named, match = _named_to_take(books, adjustment)
    found = named or _put_off_under(books, adjustment)
    if found:
        match = match if named else OF_TRACE
        found = sorted(found, key=lambda i: (i.takeable != adjustment.amount, i.age()))
    elif adjustment.claim_names:
        found, match = [], _claim_match(adjustment)
    else:
        found, match = books.items.open_by_amount(left, books.remittance)
    for item in found:
        part = min(left, item.takeable)
        if part > 0:
            take_from(books, item, part, adjustment, match)
            left -= part
    if left > 0:
        about = named[0] if len(named) == 1 else None
        is_explained = about is not None or (adjustment.claim_names and not found)
        _take_unseen(books, left, adjustment, about, match if is_explained else UNMATCHED)


def _named_to_take(books: Books, adjustment: Adjustment) -> tuple[list[Receivable], Match]:
    """What a recovery names, if there is anything to take of it, or the name is a number of its own.

    A name that only adjustments gave an item says nothing once all of it is taken: payers use such names again.
    """
    called, match = books.called(adjustment)
    named = _of_this_payee(books, called)
    if any(item.takeable or _is_named_still(item, adjustment) for item in named):
        return named, match
    return [], UNMATCHED


def _put_off_under(books: Books, adjustment: Adjustment) -> list[Receivable]:
    """What an earlier remittance put off or forwarded, where the reference is or holds its trace number."""
    if adjustment.names_claim_as_it_stands:
        return []
    traces, key = books.items.put_off_by_trace, normalised(adjustment.reference)
    items = traces.of(key) or traces.inside(adjustment.reference)
    return _of_this_payee(books, [item for item in items if item.waiting > 0])


def _is_named_still(item: Receivable, adjustment: Adjustment) -> bool:
    is_own_name = normalised(adjustment.reference) not in item.learnt
    return item.is_about_something and (is_own_name or item.returned >= adjustment.amount)


def _claim_match(adjustment: Adjustment) -> Match:
    """How a recovery names a paid claim that no reversal, letter or earlier recovery was about."""
    if not adjustment.names_claim_as_it_stands:
        return PAID_CLAIM_INSIDE
    return PAID_CLAIM if adjustment.reference in adjustment.claim_names else PAID_CLAIM_SPELLED


def _take_as_decided(books: Books, adjustment: Adjustment, verdict: Verdict) -> None:
    """All of it is taken of the item decided on, but for the rest of a lump that only some others make up."""
    left, match = adjustment.amount, verdict.match
    if verdict.item is None:
        _take_unseen(books, left, adjustment, None, match)
        return
    for item in lump_with(books, verdict.item, left):
        part = min(left, item.takeable)
        if part > 0:
            take_from(books, item, part, adjustment, match)
            left -= part
    if left > 0:
        take_from(books, verdict.item, left, adjustment, match)


def _of_this_payee(books: Books, items: list[Receivable]) -> list[Receivable]:
    """Items of the payee that is paid here; those of its affiliates only where it has none."""
    own = [item for item in items if item.payee in ("", books.remittance.payee)]
    return own or items


def take_from(
    books: Books, item: Receivable, part: int, adjustment: Adjustment, match: Match
) -> None:
    from_put_off = min(part, item.put_off)
    from_forwarded = min(part - from_put_off, item.forwarded)
    announced = part - from_put_off - from_forwarded
    item.put_off -= from_put_off
    item.forwarded -= from_forwarded
    item.short = min(item.short, item.forwarded)
    if announced:
        if item.is_letter_only:
            item.origin, item.notice_match = "letter, then recovery", match
            item.remittance_id = books.remittance.remittance_id
        books.establish(item, announced)
    if match.tier <= PARSED.tier and match.decision is None and match is not OF_TRACE:
        books.items.index.learn(item, adjustment.reference)
    books.items.takings.note(books.remittance, adjustment, item, match)
    books.move(item, "taken", part, match, adjustment=adjustment)


def _take_unseen(
    books: Books, amount: int, adjustment: Adjustment, named: Receivable | None, match: Match
) -> None:
    """Money taken beyond anything known is an item of its own, about the one claim its reference names, if any."""
    if match.confidence == UNMATCHED.confidence:
        note_candidates(books, adjustment, amount)
    is_of_claim = match in (PAID_CLAIM, PAID_CLAIM_SPELLED, PAID_CLAIM_INSIDE)
    item = books.open_from(adjustment, OF_PAID_CLAIM if is_of_claim else OF_NOTHING_KNOWN)
    if named is not None and named.claim_no is not None:
        item.remittance_id = named.remittance_id
        item.claim_no, item.correction_no = named.claim_no, named.correction_no
    books.unseen.add(item)
    books.establish(item, amount)
    books.items.takings.note(books.remittance, adjustment, item, match)
    books.move(item, "taken", amount, match, adjustment=adjustment)


def give_back(books: Books, adjustment: Adjustment, left: int, verdict: Verdict | None) -> int:
    """A negative recovery alone undoes a taking of this remittance, or gives back an earlier one.

    What was put off before is put off again; what only this remittance shows is cancelled. Returns what it leaves
    unexplained.
    """
    if left <= 0:
        return 0
    if verdict is not None:
        named = [verdict.item] if verdict.item else []
        return give_back_on(books, adjustment, left, named, verdict.match)
    named, match = books.called(adjustment)
    taken = _taken_under(books, adjustment)
    if not named and not taken and not adjustment.claim_names:
        named, match = books.items.withheld_by_amount(left, books.remittance)
    left = give_back_on(books, adjustment, left, named, match)
    for item in sorted(taken, key=lambda i: (_givable(books, i) != left, i.age())):
        if item not in named:
            left = give_back_on(books, adjustment, left, [item], taken[item])
    return left


def _taken_under(books: Books, adjustment: Adjustment) -> dict[Receivable, Match]:
    day = books.remittance.payment_date
    return books.items.takings.of(adjustment.reference, -adjustment.amount, day)


def give_rest(books: Books, adjustment: Adjustment, left: int, verdict: Verdict | None) -> None:
    """What a negative recovery gives beyond what was withheld is of the balances brought in, else in suspense.

    A balance of something taken or withheld before is undone with it; any other is only put off again.
    """
    if verdict is not None:
        brought = {verdict.item: verdict.match} if verdict.item else {}
        taken = {}
    else:
        named, match = books.called(adjustment)
        taken = _taken_under(books, adjustment)
        brought = {**taken, **dict.fromkeys(named, match)}
    for item, match in brought.items():
        part = min(left, _givable(books, item))
        if part > 0 and (item in taken or item.withheld > 0):
            books.move(item, "given_back", -part, match, adjustment=adjustment)
        elif part > 0:
            books.defer(item, part, adjustment, match)
        left -= max(0, part)
    if left > 0:
        is_decided = verdict is not None and verdict.item is None
        match = verdict.match if verdict is not None and is_decided else UNMATCHED
        credit_unseen(books, left, adjustment, match)


def give_back_on(
    books: Books, adjustment: Adjustment, left: int, named: list[Receivable], match: Match
) -> int:
    for item in sorted(named, key=lambda i: (_givable(books, i) != left, i.age())):
        undone = 0 if item in books.unseen else min(left, max(0, books.cash[item]))
        if undone > 0:
            books.defer(item, undone, adjustment, match)
            left -= undone
        part = min(left, _givable(books, item))
        if part > 0:
            books.move(item, "given_back", -part, match, adjustment=adjustment)
            left -= part
    return left


def _givable(books: Books, item: Receivable) -> int:
    return item.net_withheld + books.cash[item]


def credit_unseen(
    books: Books, amount: int, adjustment: Adjustment, match: Match = UNMATCHED
) -> None:
    """Money given that nothing known explains waits in suspense, where a later recovery may find it."""
    item = books.open_from(adjustment, "credit without a known item")
    books.establish(item, amount)
    if adjustment.plb_class == "carrier":
        books.items.carried_credits.add(item)
        books.carry(item, amount, adjustment, match)
    else:
        books.defer(item, amount, adjustment, match)
    books.cash[item] += amount
    books.uncovered_credit += amount
