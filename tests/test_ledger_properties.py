"""What must hold for any history of remittances, however odd, in whatever order it is read."""

from __future__ import annotations

import random
from dataclasses import asdict
from datetime import date
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from data.ledger.decisions import MatchDecision, in_force
from data.ledger.events import Receivable, Remittance
from data.ledger.lumps import MOST_ITEMS
from data.ledger.payer import SAME_AMOUNT_DAYS, PayerItems
from data.ledger.remittance import read_remittance
from data.ledger.replay import PayerLedger, replay
from tests.histories import (
    AMOUNTS,
    History,
    amounts,
    assert_every_cent_is_explained,
    decided_histories,
    forwarding_payers,
    histories,
    in_order,
)


def figures(ledger: PayerLedger) -> list[object]:
    return [
        [asdict(item) for item in ledger.receivables],
        ledger.events,
        ledger.pieces,
        ledger.totals,
    ]


@given(histories())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_every_cent_is_explained(history: History) -> None:
    assert_every_cent_is_explained(replay(*history), history[0])


@given(decided_histories())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_decision_is_followed_or_told_to_be_stale_and_every_cent_explained(
    decided: tuple[History, list[MatchDecision]],
) -> None:
    history, decisions = decided
    ledger = replay(*history, in_force(decisions))
    assert_every_cent_is_explained(ledger, history[0])
    stale = [each.decision for each in ledger.stale]
    assert len(stale) == len(set(stale))
    assert set(stale) <= set(decisions)
    for decision in set(decisions) - set(stale):
        own = [
            piece
            for piece in ledger.pieces
            if (piece.remittance_id, piece.adjustment_no)
            == (decision.remittance_id, decision.adjustment_no)
        ]
        if decision.receivable_id is not None:
            assert any(
                piece.receivable_id == decision.receivable_id and piece.match.decision is decision
                for piece in own
            )
        else:
            assert {piece.match.confidence for piece in own} <= {"suspense"}


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_the_order_of_reading_changes_nothing(history: History, shuffler: random.Random) -> None:
    found, letters = history
    before = figures(replay(found, letters))
    shuffler.shuffle(found)
    shuffler.shuffle(letters)
    assert figures(replay(found, letters)) == before


@given(histories())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_pieces_events_and_totals_say_the_same(
    history: History,
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
@settings(max_examples=70, deadline=None, derandomize=True)
def test_nothing_is_open_but_what_was_put_off_or_forwarded(
    history: History,
) -> None:
    ledger = replay(*history)
    for item in ledger.receivables:
        own = [event for event in ledger.events if event.receivable_id == item.receivable_id]
        deferred = sum(event.amount for event in own if event.kind in ("put_off", "forwarded"))
        assert item.waiting <= deferred


@given(forwarding_payers())
@settings(max_examples=70, deadline=None, derandomize=True)
def test_what_is_open_is_the_last_balance_and_what_is_put_off(
    payer: tuple[list[Remittance], list[int]],
) -> None:
    history, printed = payer
    for number, last_forwarded in enumerate(printed, start=1):
        ledger = replay(history[:number], [])
        recoveries = [a.amount for r in history[:number] for a in r.adjustments]
        put_off = -sum(amount for amount in recoveries) - last_forwarded
        assert sum(item.short for item in ledger.receivables) == last_forwarded
        assert sum(item.waiting for item in ledger.receivables) == last_forwarded + put_off
        assert sum(item.put_off for item in ledger.receivables) == put_off
        balance = {item.receivable_id: 0 for item in ledger.receivables}
        for event in ledger.events:
            sign = {"established": 1, "withheld": -1, "cancelled": -1}.get(event.kind, 0)
            balance[event.receivable_id] += sign * event.amount
        assert balance == {item.receivable_id: item.waiting for item in ledger.receivables}


@given(histories(), amounts, amounts)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_amounts_find_the_items_that_a_look_at_every_item_finds(
    history: History, one: int, other: int
) -> None:
    found, letters = history
    items = PayerItems(letters)
    for remittance in in_order(found):
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
    open_now = [item.noticed_left if item.is_letter_only else item.waiting for item in candidates]
    same = [item for item, is_open in zip(candidates, open_now, strict=True) if is_open == amount]
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
