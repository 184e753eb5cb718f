"""What one provider adjustment is tied to, and which are tied to one offset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kpis.engine import Engine


@dataclass(frozen=True)
class Tie:
    """One receivable a withdrawal is tied to, how, and by whom where it was decided; USD."""

    receivable_id: str
    kind: str
    amount: Decimal
    method: str
    confidence: str
    decided_by: str | None
    decided_at: datetime | None
    decided_why: str | None

    @property
    def is_suspense(self) -> bool:
        return self.confidence == "suspense"


@dataclass(frozen=True)
class WithdrawalLine:
    """One provider adjustment of a posted remittance, and where its bytes are; USD, positive takes."""

    remittance_id: int
    adjustment_no: int
    payer_key: str
    payer: str
    payer_as_printed: str
    payment_date: date
    trace_number: str
    reason_code: str
    reference: str
    amount: Decimal
    archive: str | None
    remittance_start: int
    byte_start: int
    byte_end: int


@dataclass(frozen=True)
class MatchedLine:
    """One provider adjustment tied to an offset, and how; USD as in the PLB."""

    remittance_id: int
    adjustment_no: int
    payment_date: date
    reason_code: str
    reference: str
    amount: Decimal
    method: str


def withdrawal_line(
    engine: Engine, remittance_id: int, adjustment_no: int
) -> WithdrawalLine | None:
    """One provider adjustment; None where it is not among what is posted now."""
    rows = engine.query(
        """
        select
            provider_adjustment.remittance_id
          , provider_adjustment.adjustment_no
          , posted_remittance.payer_key
          , payer.name as payer
          , coalesce(remittance.payer_name, '') as payer_as_printed
          , posted_remittance.payment_date
          , posted_remittance.trace_number
          , coalesce(provider_adjustment.reason_code, '') as reason_code
          , coalesce(provider_adjustment.reference, '') as reference
          , provider_adjustment.amount
          , load.archive
          , remittance.byte_start as remittance_start
          , provider_adjustment.byte_start
          , provider_adjustment.byte_end
        from provider_adjustment
        join posted_remittance on posted_remittance.remittance_id = provider_adjustment.remittance_id
        join remittance on remittance.remittance_id = provider_adjustment.remittance_id
        join load on load.load_id = remittance.load_id
        join payer on payer.payer_key = posted_remittance.payer_key
        where provider_adjustment.remittance_id = ? and provider_adjustment.adjustment_no = ?
        """,
        [remittance_id, adjustment_no],
    ).to_pylist()
    return WithdrawalLine(**rows[0]) if rows else None


def ties(engine: Engine, remittance_id: int, adjustment_no: int) -> list[Tie]:
    """What the ledger made of one provider adjustment."""
    rows = engine.query(
        """
        select receivable_id, kind, amount, method, confidence, decided_by, decided_at, decided_why
        from match
        where remittance_id = ? and adjustment_no = ?
        order by amount desc, receivable_id, kind
        """,
        [remittance_id, adjustment_no],
    ).to_pylist()
    return [Tie(**row) for row in rows]


def matches_of(engine: Engine, receivable_id: str) -> list[MatchedLine]:
    """The provider adjustments tied to one offset, oldest first."""
    rows = engine.query(
        """
        select
            match.remittance_id
          , match.adjustment_no
          , posted_remittance.payment_date
          , coalesce(provider_adjustment.reason_code, '') as reason_code
          , coalesce(provider_adjustment.reference, '') as reference
          , provider_adjustment.amount
          , min(match.method) as method
        from match
        join posted_remittance on posted_remittance.remittance_id = match.remittance_id
        join provider_adjustment
          on provider_adjustment.remittance_id = match.remittance_id
         and provider_adjustment.adjustment_no = match.adjustment_no
        where match.receivable_id = ?
        group by 1, 2, 3, 4, 5, 6
        order by posted_remittance.payment_date, match.remittance_id, match.adjustment_no
        """,
        [receivable_id],
    ).to_pylist()
    return [MatchedLine(**row) for row in rows]
