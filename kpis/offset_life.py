"""The life of one offset: every step from the claim's payment to the money back, and where each stands in its file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from kpis.engine import Engine

ORIGINAL_PAYMENTS_SHOWN = 5

SourceKind = Literal["claim", "provider adjustment"]
StepKind = Literal["payment", "letter", "remittance", "appeal filed", "appeal decided"]


@dataclass(frozen=True)
class Offset:
    """One receivable, or a letter no remittance has answered (`is_letter`), as it stands today; USD."""

    receivable_id: str
    is_letter: bool
    payer_key: str
    payer: str
    origin: str | None
    reference: str | None
    patient_control_number: str | None
    payer_claim_control_number: str | None
    cause: str
    cause_method: str | None
    specialty: str
    facility: str
    plan_type: str
    mechanism: str
    notice_id: int | None
    letter_number: str | None
    notice_method: str | None
    notice_date: date | None
    notice_source: str | None
    established_on: date | None
    first_withdrawal: date | None
    lag_days: int | None
    lag_state: str
    established: Decimal
    withheld: Decimal
    refunded: Decimal
    forgiven: Decimal
    open_balance: Decimal
    returned: Decimal
    recovered: Decimal
    corrected: Decimal


@dataclass(frozen=True)
class Source:
    """Bytes [byte_start, byte_end) of a loaded file that moved an offset; reason, reference and amount of a PLB pair."""

    kind: SourceKind
    sha256: str
    byte_start: int
    byte_end: int
    reason_code: str = ""
    reference: str = ""
    amount: Decimal | None = None


@dataclass(frozen=True)
class Movement:
    """What one step did: a kind of receivable_event (or what a letter or an appeal says) and USD."""

    kind: str
    amount: Decimal | None


@dataclass(frozen=True)
class Balance:
    """An offset after a step, USD; established = withheld + settled + open."""

    established: Decimal = Decimal("0.00")
    withheld: Decimal = Decimal("0.00")
    settled: Decimal = Decimal("0.00")
    came_back: Decimal = Decimal("0.00")

    @property
    def open(self) -> Decimal:
        return self.established - self.withheld - self.settled

    def after(self, movement: Movement) -> Balance:
        """The balance once a movement is booked; putting off and forwarding move nothing."""
        amount = movement.amount or Decimal("0.00")
        return Balance(
            self.established + amount * (movement.kind == "established"),
            self.withheld + amount * (movement.kind == "withheld"),
            self.settled + amount * (movement.kind in ("refunded", "forgiven")),
            self.came_back + amount * (movement.kind in ("returned", "recovered", "corrected")),
        )


@dataclass(frozen=True)
class Step:
    """One thing that happened, in one file: its movements, what it left, and the segments or the row that say so."""

    kind: StepKind
    on: date | None
    movements: tuple[Movement, ...]
    file: str | None
    balance: Balance | None = None
    remittance_id: int | None = None
    trace_number: str | None = None
    remittance_start: int = 0
    sources: tuple[Source, ...] = ()
    row_number: int | None = None
    row_text: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Evidence:
    """What tied a kind of line to the offset, and how sure that is."""

    kind: str
    tier: int
    method: str
    confidence: str


@dataclass(frozen=True)
class Bridge:
    """The cash bridge of one remittance, USD: payment_amount = payments - net_withheld - other."""

    payments: Decimal
    identified: Decimal
    adjustments: Decimal
    net_withheld: Decimal
    other: Decimal
    payment_amount: Decimal


def offset(engine: Engine, receivable_id: str) -> Offset | None:
    """The offset or letter of this number; None where there is none."""
    found = engine.query(_OFFSET, [receivable_id, receivable_id]).to_pylist()
    return Offset(**found[0]) if found else None


def steps(engine: Engine, item: Offset) -> list[Step]:
    """Everything that happened to it, oldest first, with the balance after each remittance."""
    found = [
        *_original_payments(engine, item),
        *_letter(engine, item),
        *_remittances(engine, item),
        *_appeals(engine, item),
    ]
    return sorted(found, key=lambda step: (step.on or date.min, _ORDER[step.kind]))


def evidence(engine: Engine, item: Offset) -> list[Evidence]:
    """How its lines were tied to it, each way once, the surest first."""
    found = engine.query(
        """
        select distinct kind, tier, method, confidence
        from match
        where receivable_id = ?
        order by tier, kind
        """,
        [item.receivable_id],
    )
    return [Evidence(**row) for row in found.to_pylist()]


def bridge(engine: Engine, remittance_id: int) -> Bridge | None:
    """The cash bridge of a posted remittance."""
    found = engine.query(
        """
        select payments, identified, adjustments, net_withheld, other, payment_amount
        from remittance_bridge
        where remittance_id = ?
        """,
        [remittance_id],
    ).to_pylist()
    return Bridge(**found[0]) if found else None


_ORDER: dict[StepKind, int] = {
    "payment": 0,
    "letter": 1,
    "remittance": 2,
    "appeal filed": 3,
    "appeal decided": 4,
}


def _original_payments(engine: Engine, item: Offset) -> list[Step]:
    """Earlier payments of its claim: by the payer's claim number, else by the account."""
    before = item.established_on or item.notice_date
    rows = engine.query(
        _ORIGINAL_PAYMENTS,
        [
            item.payer_claim_control_number,
            item.patient_control_number,
            item.payer_key,
            before,
            ORIGINAL_PAYMENTS_SHOWN,
        ],
    ).to_pylist()
    return [
        Step(
            kind="payment",
            on=row["payment_date"],
            movements=(Movement("paid", row["paid"]),),
            file=row["file"],
            remittance_id=row["remittance_id"],
            trace_number=row["trace_number"],
            remittance_start=row["remittance_start"],
            sources=(Source("claim", row["sha256"], row["byte_start"], row["byte_end"]),),
        )
        for row in rows
    ]


def _letter(engine: Engine, item: Offset) -> list[Step]:
    rows = engine.query(_LETTER, [item.notice_id]).to_pylist()
    return [
        Step(
            kind="letter",
            on=row["notice_date"],
            movements=(Movement("claimed", row["amount"]),),
            file=row["file"],
            row_number=row["row_number"],
            row_text=row["source_text"],
            note=row["letter_number"] or "",
        )
        for row in rows
    ]


def _remittances(engine: Engine, item: Offset) -> list[Step]:
    movements: dict[int, list[Movement]] = {}
    heads: dict[int, dict[str, object]] = {}
    for row in engine.query(_EVENTS, [item.receivable_id]).to_pylist():
        movements.setdefault(row["remittance_id"], []).append(Movement(row["kind"], row["amount"]))
        heads[row["remittance_id"]] = row
    sources: dict[int, list[Source]] = {}
    for row in engine.query(_SOURCES, [item.receivable_id]).to_pylist():
        sources.setdefault(row.pop("remittance_id"), []).append(Source(**row))
    found: list[Step] = []
    balance = Balance()
    for remittance_id, moved in movements.items():
        for movement in moved:
            balance = balance.after(movement)
        head = heads[remittance_id]
        found.append(
            Step(
                kind="remittance",
                on=head["event_date"],  # type: ignore[arg-type]
                movements=tuple(moved),
                file=head["file"],  # type: ignore[arg-type]
                balance=balance,
                remittance_id=remittance_id,
                trace_number=head["trace_number"],  # type: ignore[arg-type]
                remittance_start=head["remittance_start"],  # type: ignore[arg-type]
                sources=tuple(sources.get(remittance_id, ())),
            )
        )
    return found


def _appeals(engine: Engine, item: Offset) -> list[Step]:
    found: list[Step] = []
    for row in engine.query(_APPEALS, [item.receivable_id]).to_pylist():
        origin = {
            "file": row["file"],
            "row_number": row["row_number"],
            "row_text": row["source_text"],
        }
        case = f"{row['case_number']}, level {row['level']}"
        at_issue = (Movement("at issue", row["amount_at_issue"]),)
        found.append(Step("appeal filed", row["filed_date"], at_issue, note=case, **origin))
        if row["decision_date"] is not None:
            decided = (Movement(row["outcome"], row["amount_overturned"]),)
            found.append(Step("appeal decided", row["decision_date"], decided, note=case, **origin))
    return found


_OFFSET = """
    select
        receivable.receivable_id
      , false as is_letter
      , receivable.payer_key
      , payer.name as payer
      , receivable.origin
      , receivable.reference
      , receivable.patient_control_number
      , receivable.payer_claim_control_number
      , receivable.cause
      , receivable.cause_method
      , receivable.specialty
      , receivable.facility
      , receivable.plan_type
      , receivable.mechanism
      , receivable.notice_id
      , receivable.letter_number
      , receivable.notice_method
      , receivable.notice_date
      , receivable.notice_source
      , receivable.established_on
      , receivable.first_withdrawal
      , receivable.lag_days
      , receivable.lag_state
      , receivable.established
      , receivable.withheld
      , receivable.refunded
      , receivable.forgiven
      , receivable.open_balance
      , receivable.returned
      , receivable.recovered
      , receivable.corrected
    from receivable
    join payer on payer.payer_key = receivable.payer_key
    where receivable.receivable_id = ?
    union all
    select
        open_letter.receivable_id, true, open_letter.payer_key, payer.name, null, open_letter.reference
      , open_letter.patient_control_number, open_letter.payer_claim_control_number
      , coalesce(nullif(current_notice.cause, ''), 'Unclassified'), null
      , coalesce(current_provider.specialty, 'Unassigned'), coalesce(current_provider.facility, 'Unassigned')
      , coalesce(nullif(current_notice.plan_type, ''), payer.plan_type), 'Not taken'
      , open_letter.notice_id, open_letter.letter_number, null, open_letter.notice_date, 'letter'
      , null, null, null, 'not taken', open_letter.amount, 0, 0, 0, 0, 0, 0, 0
    from open_letter
    join payer on payer.payer_key = open_letter.payer_key
    join current_notice on current_notice.notice_id = open_letter.notice_id
    left join current_provider on current_provider.npi = current_notice.npi
    where open_letter.receivable_id = ?
"""

_ORIGINAL_PAYMENTS = """
    with named as (
        select
            claim_payment.*
          , case
                when claim_payment.payer_claim_control_number = given.claim_number then 1
                else 2
            end as preference
          , posted_remittance.payment_date
          , posted_remittance.trace_number
          , remittance.load_id
          , remittance.byte_start as remittance_start
        from (
            select
                nullif(cast(? as varchar), '') as claim_number
              , nullif(nullif(cast(? as varchar), ''), '0') as account
              , cast(? as varchar) as payer_key
              , cast(? as date) as before
        ) as given
        join claim_payment
          on claim_payment.payer_claim_control_number = given.claim_number
          or claim_payment.patient_control_number = given.account
        join posted_remittance
          on posted_remittance.remittance_id = claim_payment.remittance_id
         and posted_remittance.payer_key = given.payer_key
         and posted_remittance.payment_date < given.before
        join remittance on remittance.remittance_id = claim_payment.remittance_id
        where claim_payment.claim_status not in ('22', '23', '25')
    )
    select
        named.remittance_id
      , named.payment_date
      , named.trace_number
      , named.remittance_start
      , named.paid
      , named.byte_start
      , named.byte_end
      , load.file
      , load.sha256
    from named
    join load on load.load_id = named.load_id
    where named.preference = (select min(preference) from named)
    order by named.payment_date desc, named.remittance_id, named.claim_no
    limit ?
"""

_LETTER = """
    select
        current_notice.notice_date
      , current_notice.amount
      , current_notice.letter_number
      , current_notice.row_number
      , current_notice.source_text
      , load.file
    from current_notice
    join load on load.load_id = current_notice.load_id
    where current_notice.notice_id = ?
"""

_EVENTS = """
    select
        receivable_event.remittance_id
      , receivable_event.event_date
      , receivable_event.kind
      , receivable_event.amount
      , remittance.trace_number
      , remittance.byte_start as remittance_start
      , load.file
    from receivable_event
    join remittance on remittance.remittance_id = receivable_event.remittance_id
    join load on load.load_id = remittance.load_id
    where receivable_event.receivable_id = ?
    order by receivable_event.event_no
"""

# A claim that moved an offset is its reversal, shown with the correction beside it, or a claim paid on top.
_SOURCES = """
    with piece as (
        select remittance_id, claim_no, adjustment_no from match where receivable_id = ?
    )
    , claim as (
        select remittance_id, claim_no from piece where claim_no is not null
        union
        select takeback.remittance_id, takeback.correction_claim_no
        from takeback
        join piece on piece.remittance_id = takeback.remittance_id and piece.claim_no = takeback.reversal_claim_no
        where takeback.correction_claim_no is not null
    )
    , line as (
        select
            claim.remittance_id
          , 'claim' as kind
          , claim_payment.byte_start
          , claim_payment.byte_end
          , '' as reason_code
          , '' as reference
          , claim_payment.paid as amount
        from claim
        join claim_payment
          on claim_payment.remittance_id = claim.remittance_id and claim_payment.claim_no = claim.claim_no
        union
        select
            piece.remittance_id
          , 'provider adjustment'
          , provider_adjustment.byte_start
          , provider_adjustment.byte_end
          , coalesce(provider_adjustment.reason_code, '')
          , coalesce(provider_adjustment.reference, '')
          , provider_adjustment.amount
        from piece
        join provider_adjustment
          on provider_adjustment.remittance_id = piece.remittance_id
         and provider_adjustment.adjustment_no = piece.adjustment_no
    )
    select line.*, load.sha256
    from line
    join remittance on remittance.remittance_id = line.remittance_id
    join load on load.load_id = remittance.load_id
    order by line.byte_start, line.reason_code, line.reference
"""

_APPEALS = """
    select
        current_appeal.case_number
      , current_appeal.level
      , current_appeal.filed_date
      , current_appeal.outcome
      , current_appeal.decision_date
      , current_appeal.amount_at_issue
      , current_appeal.amount_overturned
      , current_appeal.row_number
      , current_appeal.source_text
      , load.file
    from appeal_case
    join current_appeal
      on current_appeal.payer_key = appeal_case.payer_key
     and current_appeal.case_number = appeal_case.case_number
    join load on load.load_id = current_appeal.load_id
    where appeal_case.receivable_id = ?
    order by current_appeal.case_number, current_appeal.level
"""
