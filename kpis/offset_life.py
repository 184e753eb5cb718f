"""The life of one offset: every step from the claim's payment to the money back, and where each stands in its file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Literal

from kpis import offset_life_queries as queries
from kpis.engine import Engine
from kpis.money import NOTHING

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
    """Bytes [byte_start, byte_end) of a loaded file that moved an offset; the rest is of a PLB pair."""

    kind: SourceKind
    archive: str
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

    established: Decimal = NOTHING
    withheld: Decimal = NOTHING
    settled: Decimal = NOTHING
    came_back: Decimal = NOTHING

    @property
    def open(self) -> Decimal:
        return self.established - self.withheld - self.settled

    def after(self, movement: Movement) -> Balance:
        """The balance once a movement is booked; putting off and forwarding move nothing."""
        amount = movement.amount or NOTHING
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
    found = engine.query(queries.OFFSET, [receivable_id, receivable_id]).to_pylist()
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
    account = item.patient_control_number if item.patient_control_number != "0" else None
    claim = item.payer_claim_control_number or None
    before = item.established_on or item.notice_date
    rows = engine.query(
        queries.ORIGINAL_PAYMENTS,
        [claim, claim, account or None, item.payer_key, before, ORIGINAL_PAYMENTS_SHOWN],
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
            sources=(Source("claim", row["archive"], row["byte_start"], row["byte_end"]),),
        )
        for row in rows
    ]


def _letter(engine: Engine, item: Offset) -> list[Step]:
    rows = engine.query(queries.LETTER, [item.notice_id]).to_pylist()
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
    sources: dict[int, list[Source]] = {}
    for row in engine.query(queries.SOURCES, [item.receivable_id]).to_pylist():
        sources.setdefault(row.pop("remittance_id"), []).append(Source(**row))
    found: list[Step] = []
    balance = Balance()
    events = engine.query(queries.EVENTS, [item.receivable_id]).to_pylist()
    for remittance_id, group in groupby(events, key=lambda row: row["remittance_id"]):
        rows = list(group)
        movements = tuple(Movement(row["kind"], row["amount"]) for row in rows)
        for movement in movements:
            balance = balance.after(movement)
        found.append(
            Step(
                kind="remittance",
                on=rows[0]["event_date"],
                movements=movements,
                file=rows[0]["file"],
                balance=balance,
                remittance_id=remittance_id,
                trace_number=rows[0]["trace_number"],
                remittance_start=rows[0]["remittance_start"],
                sources=tuple(sources.get(remittance_id, ())),
            )
        )
    return found


def _appeals(engine: Engine, item: Offset) -> list[Step]:
    found: list[Step] = []
    for row in engine.query(queries.APPEALS, [item.receivable_id]).to_pylist():
        case = f"{row['case_number']}, level {row['level']}"
        filed = Step(
            kind="appeal filed",
            on=row["filed_date"],
            movements=(Movement("at issue", row["amount_at_issue"]),),
            file=row["file"],
            row_number=row["row_number"],
            row_text=row["source_text"],
            note=case,
        )
        found.append(filed)
        if row["decision_date"] is not None:
            decided = (Movement(row["outcome"], row["amount_overturned"]),)
            found.append(
                replace(filed, kind="appeal decided", on=row["decision_date"], movements=decided)
            )
    return found
