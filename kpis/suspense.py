"""Withdrawals tied to nothing, what they could be, and what users decided about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa

from kpis.engine import Engine
from kpis.filters import Filters, condition


@dataclass(frozen=True)
class SuspenseTotals:
    """What is tied to nothing, USD: money taken, and apart from it money credited."""

    withdrawals: int
    taken: Decimal
    oldest_days: int
    with_candidates: int
    credits: int
    credited: Decimal


@dataclass(frozen=True)
class Candidate:
    """An item a withdrawal could belong to; candidate_amount: USD open on it at that moment."""

    receivable_id: str
    candidate_amount: Decimal
    reason: str
    rank: int
    origin: str | None
    account: str | None
    payer_claim_control_number: str | None
    reference: str | None
    known_since: date | None


@dataclass(frozen=True)
class KnownDecision:
    """What the ledger made of a decision in force, by its number in the workspace.

    place: remittance_id and adjustment_no today; None where what was decided on is not loaded any more.
    against: why the ledger does not follow it; empty where it does.
    """

    entry_no: int
    place: tuple[int, int] | None
    against: str


def last_known_decision(engine: Engine) -> int:
    """Number of the latest entry of the workspace that the ledger was built with."""
    found = engine.query("select max(last_decision) as n from ledger_build")
    return int(found.column("n")[0].as_py() or 0)


def suspense_totals(engine: Engine, filters: Filters) -> SuspenseTotals:
    """Sums over everything in suspense of the filters' payers, whatever the period."""
    kept = condition(filters, dimensions=frozenset({"payer_key"}), month_column=None)
    (row,) = engine.query(
        f"""
        with piece as (
            select remittance_id, adjustment_no, cast(sum(amount) as decimal(18, 2)) as amount
            from match
            where confidence = 'suspense' and adjustment_no is not null
            group by remittance_id, adjustment_no
        )
        , unmatched as (
            select
                piece.amount
              , posted_remittance.payment_date
              , (piece.remittance_id, piece.adjustment_no) in (
                    select (remittance_id, adjustment_no) from suspense_candidate
                ) as has_candidate
            from piece
            join posted_remittance on posted_remittance.remittance_id = piece.remittance_id
            where {kept.sql}
        )
        select
            count(case when amount > 0 then 1 end) as withdrawals
          , cast(coalesce(sum(case when amount > 0 then amount end), 0) as decimal(18, 2)) as taken
          , coalesce(date_diff(
                'day'
              , min(case when amount > 0 then payment_date end)
              , (select max(payment_date) from posted_remittance)
            ), 0) as oldest_days
          , count(case when amount > 0 and has_candidate then 1 end) as with_candidates
          , count(case when amount <= 0 then 1 end) as credits
          , cast(-coalesce(sum(case when amount <= 0 then amount end), 0) as decimal(18, 2)) as credited
        from unmatched
        """,  # noqa: S608  names are constants, values are parameters
        kept.params,
    ).to_pylist()
    return SuspenseTotals(**row)


def suspense_rows(engine: Engine, filters: Filters) -> pa.Table:
    """What is tied to nothing, largest first; the period does not limit it.

    Columns: remittance_id, adjustment_no, payer, payment_date, age_days (up to the last payment date that is
    loaded), trace_number, reason_code, reference, amount (USD; negative = credited), candidates (how many),
    best_reason, decided_by, decided_at, decided_why, receivable_id (the item it makes until it is tied).
    """
    kept = condition(filters, dimensions=frozenset({"payer_key"}), month_column=None)
    return engine.query(
        f"""
        with piece as (
            select
                match.remittance_id
              , match.adjustment_no
              , cast(sum(match.amount) as decimal(18, 2)) as amount
              , min(match.receivable_id) as receivable_id
              , max(match.decided_by) as decided_by
              , max(match.decided_at) as decided_at
              , max(match.decided_why) as decided_why
            from match
            where match.confidence = 'suspense' and match.adjustment_no is not null
            group by match.remittance_id, match.adjustment_no
        )
        , candidate as (
            select remittance_id, adjustment_no, count(*) as candidates, min_by(reason, rank) as best_reason
            from suspense_candidate
            group by remittance_id, adjustment_no
        )
        , posted as (
            select * from posted_remittance where {kept.sql}
        )
        select
            piece.remittance_id
          , piece.adjustment_no
          , payer.name as payer
          , posted.payment_date
          , date_diff('day', posted.payment_date, (select max(payment_date) from posted_remittance)) as age_days
          , posted.trace_number
          , provider_adjustment.reason_code
          , coalesce(provider_adjustment.reference, '') as reference
          , piece.amount
          , coalesce(candidate.candidates, 0) as candidates
          , candidate.best_reason
          , piece.decided_by
          , piece.decided_at
          , piece.decided_why
          , piece.receivable_id
        from piece
        join posted on posted.remittance_id = piece.remittance_id
        join payer on payer.payer_key = posted.payer_key
        join provider_adjustment
          on provider_adjustment.remittance_id = piece.remittance_id
         and provider_adjustment.adjustment_no = piece.adjustment_no
        left join candidate
          on candidate.remittance_id = piece.remittance_id
         and candidate.adjustment_no = piece.adjustment_no
        order by piece.amount desc, posted.payment_date, piece.remittance_id, piece.adjustment_no
        """,  # noqa: S608  names are constants, values are parameters
        kept.params,
    )


def candidates(engine: Engine, remittance_id: int, adjustment_no: int) -> list[Candidate]:
    """What one withdrawal could belong to, the likeliest first."""
    rows = engine.query(
        """
        select
            suspense_candidate.receivable_id
          , suspense_candidate.candidate_amount
          , suspense_candidate.reason
          , suspense_candidate.rank
          , case when open_letter.receivable_id is null then receivable.origin else 'letter' end as origin
          , coalesce(receivable.patient_control_number, open_letter.patient_control_number) as account
          , coalesce(
                receivable.payer_claim_control_number, open_letter.payer_claim_control_number
            ) as payer_claim_control_number
          , coalesce(receivable.reference, open_letter.reference, open_letter.letter_number) as reference
          , coalesce(receivable.established_on, open_letter.notice_date) as known_since
        from suspense_candidate
        left join receivable on receivable.receivable_id = suspense_candidate.receivable_id
        left join open_letter on open_letter.receivable_id = suspense_candidate.receivable_id
        where suspense_candidate.remittance_id = ? and suspense_candidate.adjustment_no = ?
        order by suspense_candidate.rank, suspense_candidate.receivable_id
        """,
        [remittance_id, adjustment_no],
    ).to_pylist()
    return [Candidate(**row) for row in rows]


def known_decisions(engine: Engine) -> dict[int, KnownDecision]:
    """What became of each decision in force when the ledger was built, by number of the entry."""
    rows = engine.query(
        """
        select
            known_decision.entry_no
          , known_decision.remittance_id
          , known_decision.adjustment_no
          , coalesce(stale_decision.reason, '') as against
        from known_decision
        left join stale_decision
          on stale_decision.remittance_id = known_decision.remittance_id
         and stale_decision.adjustment_no = known_decision.adjustment_no
        """
    ).to_pylist()
    return {row["entry_no"]: _known(**row) for row in rows}


def _known(
    entry_no: int, remittance_id: int | None, adjustment_no: int | None, against: str
) -> KnownDecision:
    if remittance_id is None or adjustment_no is None:
        return KnownDecision(entry_no, None, "the withdrawal is not in what is loaded now")
    return KnownDecision(entry_no, (remittance_id, adjustment_no), against)
