"""Reads one payer's remittances in order of payment and says which receivable every cent belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from data.ledger.events import Event, Notice, Piece, Receivable, Remittance, RemittanceTotals
from data.ledger.payer import PayerItems
from data.ledger.remittance import read_remittance


@dataclass(frozen=True)
class PayerLedger:
    """All that was found for one payer; `letters_only` are the items no remittance has touched yet."""

    receivables: list[Receivable]
    letters_only: list[Receivable]
    pieces: list[Piece]
    events: list[Event]
    totals: list[RemittanceTotals]


def replay(remittances: Iterable[Remittance], notices: Iterable[Notice]) -> PayerLedger:
    """Replays one payer's remittances; the result does not depend on the order they are given in."""
    items = PayerItems(notices)
    totals = [read_remittance(items, r) for r in sorted(remittances, key=_order)]
    return PayerLedger(
        receivables=[item for item in items.all if not item.is_letter_only],
        letters_only=[item for item in items.all if item.is_letter_only],
        pieces=items.pieces,
        events=items.events,
        totals=totals,
    )


def _order(remittance: Remittance) -> tuple[date, str, int, int]:
    return (
        remittance.payment_date,
        remittance.trace_number,
        remittance.payment_amount,
        remittance.remittance_id,
    )
