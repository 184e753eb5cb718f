"""Reads one payer's remittances in order of payment and says which receivable every cent belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

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
    totals = [read_remittance(items, r) for r in sorted(remittances, key=_order)]
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


def _order(remittance: Remittance) -> tuple[date, str, int, int]:
    return (
        remittance.payment_date,
        remittance.trace_number,
        remittance.payment_amount,
        remittance.remittance_id,
    )
