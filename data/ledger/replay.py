"""Reads one payer's remittances in order of payment and says which receivable every cent belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter

from data.ledger.decisions import NOT_READ, Decisions, StaleDecision
from data.ledger.events import (
    Event,
    Notice,
    Piece,
    Receivable,
    Remittance,
    RemittanceTotals,
    SuspenseCandidate,
)
from data.ledger.payer import PayerItems
from data.ledger.remittance import read_remittance
from data.ledger.spelling import normalised

LONGEST_TRACE_NUMBER = 50

_Balance = tuple[str, str, int]


@dataclass(frozen=True)
class PayerLedger:
    """All that was found for one payer; `letters_only` are the items no remittance has touched yet.

    `candidates` are what its withdrawals in suspense could be, `stale` the decisions that could not be followed.
    """

    receivables: list[Receivable]
    letters_only: list[Receivable]
    pieces: list[Piece]
    events: list[Event]
    totals: list[RemittanceTotals]
    candidates: list[SuspenseCandidate] = field(default_factory=list)
    stale: list[StaleDecision] = field(default_factory=list)


def replay(
    remittances: Iterable[Remittance],
    notices: Iterable[Notice],
    decisions: Decisions | None = None,
) -> PayerLedger:
    """Replays one payer's remittances; the result does not depend on the order they are given in.

    `decisions` are those about adjustments of these remittances, by remittance and number of the adjustment.
    """
    items = PayerItems(notices, decisions)
    totals = [read_remittance(items, r) for r in in_order(remittances)]
    return PayerLedger(
        receivables=[item for item in items.all if not item.is_letter_only],
        letters_only=[item for item in items.all if item.is_letter_only],
        pieces=items.pieces,
        events=items.events,
        totals=totals,
        candidates=items.candidates,
        stale=[
            *items.stale.values(),
            *(StaleDecision(decision, NOT_READ) for decision in items.unread_decisions()),
        ],
    )


def in_order(remittances: Iterable[Remittance]) -> Iterator[Remittance]:
    """By day, then by trace number; of one day a balance is carried forward before it is brought in."""
    for _, day in groupby(sorted(remittances, key=_order), key=attrgetter("payment_date")):
        yield from _carried_first(list(day))


def _order(remittance: Remittance) -> tuple[date, str, int, int]:
    trace_number = remittance.trace_number
    is_number = trace_number.isascii() and trace_number.isdigit()
    return (
        remittance.payment_date,
        trace_number.zfill(LONGEST_TRACE_NUMBER) if is_number else trace_number,
        remittance.payment_amount,
        remittance.remittance_id,
    )


def _carried_first(day: list[Remittance]) -> list[Remittance]:
    """Puts a remittance that brings in a balance after the one of this day that carries just that balance."""
    carrying: dict[_Balance, list[Remittance]] = defaultdict(list)
    if len(day) > 1:
        for remittance in day:
            for balance in _balances(remittance, -1):
                carrying[balance].append(remittance)
    if not carrying:
        return day
    read: dict[int, Remittance] = {}
    entered: set[int] = set()
    for remittance in day:
        stack = [remittance]
        while stack:
            top = stack[-1]
            before = [] if top.remittance_id in entered else _carriers(top, carrying)
            entered.add(top.remittance_id)
            stack += [each for each in before if each.remittance_id not in entered]
            if stack[-1] is top:
                read.setdefault(top.remittance_id, stack.pop())
    return list(read.values())


def _carriers(
    remittance: Remittance, carrying: dict[_Balance, list[Remittance]]
) -> list[Remittance]:
    """Those that alone carry what a remittance brings in."""
    found = (carrying.get(balance, []) for balance in sorted(_balances(remittance, 1)))
    return [each for carriers in found if len(carriers) == 1 for each in carriers]


def _balances(remittance: Remittance, sign: int) -> set[_Balance]:
    """What a remittance carries forward (-1) or brings in (1): payee, each name of it, cents."""
    return {
        (remittance.payee, normalised(name), sign * adjustment.amount)
        for adjustment in remittance.adjustments
        if adjustment.plb_class == "carrier" and sign * adjustment.amount > 0
        for name in (adjustment.reference, *([remittance.trace_number] if sign < 0 else []))
        if normalised(name)
    }
