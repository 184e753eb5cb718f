"""What must hold for any history of remittances, however odd, in whatever order it is read."""

from __future__ import annotations

import random
from dataclasses import asdict
from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from data.ledger.events import Adjustment, Notice, Receivable, Remittance, Takeback
from data.ledger.lumps import MOST_ITEMS
from data.ledger.payer import SAME_AMOUNT_DAYS, PayerItems
from data.ledger.remittance import read_remittance
from data.ledger.replay import PayerLedger, replay
from tests.plb import CLASS_OF

CLAIMS = ["CLAIM0001", "CLAIM0002", "CLAIM0003", "00CLAIM0004"]
REFERENCES = [*CLAIMS, "claim-0001", "LTR1", "XX CLAIM0002 20250101", "RECOUP", ""]
AMOUNTS = [100, 250, 75, 425, 15000, 1]

amounts = st.sampled_from(AMOUNTS) | st.integers(1, 50_000)


@st.composite
def takebacks(draw: st.DrawFn, claim_no: int) -> Takeback:
    name = draw(st.sampled_from(CLAIMS))
    delta = draw(amounts) * draw(st.sampled_from([-1, -1, -1, 1]))
    correction = claim_no + 1 if draw(st.booleans()) else None
    return Takeback(claim_no, correction, delta, (name,))


@st.composite
def adjustments(draw: st.DrawFn, number: int) -> Adjustment:
    code = draw(st.sampled_from(sorted(CLASS_OF)))
    amount = draw(amounts) * draw(st.sampled_from([-1, 1]))
    return Adjustment(number, code, CLASS_OF[code], draw(st.sampled_from(REFERENCES)), amount)


@st.composite
def remittances(draw: st.DrawFn, number: int) -> Remittance:
    return Remittance(
        remittance_id=number,
        payee=draw(st.sampled_from(["PAYEE1", "PAYEE2"])),
        payment_date=date(2025, 1, 1) + timedelta(days=draw(st.integers(0, 400))),
        trace_number=f"TRACE{number:05d}",
        payment_amount=draw(st.sampled_from([0, 1, 100_000])),
        takebacks=tuple(draw(takebacks(2 * n + 1)) for n in range(draw(st.integers(0, 3)))),
        adjustments=tuple(draw(adjustments(n + 1)) for n in range(draw(st.integers(0, 5)))),
    )


@st.composite
def notices(draw: st.DrawFn, number: int) -> Notice:
    return Notice(
        notice_id=number,
        notice_date=date(2025, 1, 1) + timedelta(days=draw(st.integers(0, 400))),
        amount=draw(amounts),
        letter_names=(f"LTR{draw(st.integers(1, 3))}",),
        claim_names=tuple(draw(st.lists(st.sampled_from(CLAIMS), max_size=1))),
        elected_immediate=False,
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Remittance], list[Notice]]:
    count = draw(st.integers(1, 12))
    letters = draw(st.integers(0, 4))
    return [draw(remittances(n)) for n in range(count)], [draw(notices(n)) for n in range(letters)]


def figures(ledger: PayerLedger) -> list[object]:
    return [
        [asdict(item) for item in ledger.receivables],
        ledger.events,
        ledger.pieces,
        ledger.totals,
    ]


@given(histories())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_every_cent_is_explained(history: tuple[list[Remittance], list[Notice]]) -> None:
    found, letters = history
    ledger = replay(found, letters)
    for item in ledger.receivables:
        assert item.withheld <= item.established
        settled = item.withheld + item.refunded + item.forgiven + item.cancelled
        assert item.established == settled + item.waiting
        assert item.put_off >= 0
        assert item.forwarded >= 0
        assert item.returned + item.recovered <= item.withheld
    for totals, remittance in zip(ledger.totals, sorted(found, key=_order), strict=True):
        taken = totals.withheld - totals.returned - totals.excess_refund - totals.uncovered_credit
        assert totals.net_withheld == taken
        assert totals.identified == sum(-t.delta for t in remittance.takebacks if t.delta < 0)


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_the_order_of_reading_changes_nothing(
    history: tuple[list[Remittance], list[Notice]], shuffler: random.Random
) -> None:
    found, letters = history
    before = figures(replay(found, letters))
    shuffler.shuffle(found)
    shuffler.shuffle(letters)
    assert figures(replay(found, letters)) == before


@given(histories())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_pieces_events_and_totals_say_the_same(
    history: tuple[list[Remittance], list[Notice]],
) -> None:
    ledger = replay(*history)
    for kind in ("withheld", "returned", "recovered", "refunded", "forgiven", "corrected"):
        of_events = sum(event.amount for event in ledger.events if event.kind == kind)
        assert of_events == sum(getattr(totals, kind) for totals in ledger.totals)
        assert of_events == sum(getattr(item, kind) for item in ledger.receivables)
    moved = {
        "identified",
        "taken",
        "brought_in",
        "put_off",
        "forwarded",
        "refunded",
        "forgiven",
        "given_back",
    }
    for totals in ledger.totals:
        cash = sum(
            piece.amount
            for piece in ledger.pieces
            if piece.remittance_id == totals.remittance_id and piece.kind in moved
        )
        assert cash == totals.net_withheld + totals.excess_refund


@given(histories())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_nothing_is_open_but_what_was_put_off_or_forwarded(
    history: tuple[list[Remittance], list[Notice]],
) -> None:
    ledger = replay(*history)
    for item in ledger.receivables:
        own = [event for event in ledger.events if event.receivable_id == item.receivable_id]
        deferred = sum(event.amount for event in own if event.kind in ("put_off", "forwarded"))
        assert item.waiting <= deferred


def _order(remittance: Remittance) -> tuple[date, str]:
    return (remittance.payment_date, remittance.trace_number)


@given(histories(), amounts, amounts)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_amounts_find_the_items_that_a_look_at_every_item_finds(
    history: tuple[list[Remittance], list[Notice]], one: int, other: int
) -> None:
    found, letters = history
    items = PayerItems(letters)
    for remittance in sorted(found, key=_order):
        waiting = sum(item.waiting for item in items.all)
        for amount in {one, other, one + other, waiting, *AMOUNTS} - {0}:
            open_items, _ = items.open_by_amount(amount, remittance)
            assert open_items == open_of(amount, items, remittance)
            withheld, _ = items.withheld_by_amount(amount, remittance)
            assert withheld == withheld_of(amount, items, remittance)
        read_remittance(items, remittance)


def open_of(amount: int, items: PayerItems, remittance: Remittance) -> list[Receivable]:
    """The one open item of the amount, else the only put-off items that add up to it: by trying them all."""
    candidates = [
        item
        for item in items.all
        if (item.waiting or (item.notice and item.is_letter_only))
        and item.payee in ("", remittance.payee)
        and is_recent(item.put_off_date or item.age()[0], remittance)
    ]
    same = [item for item in candidates if item.open_amount == amount]
    if same:
        return same if len(same) == 1 else []
    put_off = sorted((item for item in candidates if item.waiting), key=Receivable.age)
    if len(put_off) > MOST_ITEMS:
        return []
    sums = [
        list(chosen)
        for size in range(2, len(put_off) + 1)
        for chosen in combinations(put_off, size)
        if sum(item.waiting for item in chosen) == amount
    ]
    return sums[0] if len(sums) == 1 else []


def withheld_of(amount: int, items: PayerItems, remittance: Remittance) -> list[Receivable]:
    same = [
        item
        for item in items.all
        if item.net_withheld == amount
        and item.payee == remittance.payee
        and item.first_withdrawal
        and is_recent(item.first_withdrawal, remittance)
    ]
    return same if len(same) == 1 else []


def is_recent(day: date, remittance: Remittance) -> bool:
    return 0 <= (remittance.payment_date - day).days <= SAME_AMOUNT_DAYS
