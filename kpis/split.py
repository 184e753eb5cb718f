"""How one withdrawal is divided between the items it takes: as it is now, and as it would be after a decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from data.ledger.decisions import MatchDecision, in_force
from data.ledger.inputs import PayerFacts, facts_of_payer
from data.ledger.replay import PayerLedger, replay
from kpis.engine import Engine
from kpis.money import NOTHING

Place = tuple[int, int]
"""A provider adjustment: its remittance and its number in it."""


@dataclass(frozen=True)
class Part:
    """What one item has of a withdrawal, USD; beyond: of that, what was not open on it and is owed on it besides."""

    receivable_id: str
    account: str
    amount: Decimal
    beyond: Decimal = NOTHING
    is_suspense: bool = False


@dataclass(frozen=True)
class Proposal:
    """A decision not made yet: the withdrawal, its payer and day, and the item it would be tied to."""

    place: Place
    payer_key: str
    payment_date: date
    receivable_id: str


def decided_parts(engine: Engine, places: Sequence[Place]) -> dict[Place, tuple[Part, ...]]:
    """How withdrawals are divided in the ledger, the largest part first; places nothing is tied to are left out."""
    rows = engine.query(
        f"""
        select match.remittance_id, match.adjustment_no, {_PART}
        from match
        left join receivable on receivable.receivable_id = match.receivable_id
        where list_contains(?, match.remittance_id || '-' || match.adjustment_no)
        group by all
        order by amount desc, match.receivable_id
        """,  # noqa: S608  a constant
        [[f"{remittance_id}-{number}" for remittance_id, number in places]],
    ).to_pylist()
    found: dict[Place, tuple[Part, ...]] = {}
    for row in rows:
        place = row.pop("remittance_id"), row.pop("adjustment_no")
        found[place] = (*found.get(place, ()), Part(**row))
    return found


def proposed_parts(
    engine: Engine, proposal: Proposal, decisions: tuple[MatchDecision, ...]
) -> tuple[Part, ...]:
    """How the ledger would divide a withdrawal, the item chosen first: its payer's history replayed up to that day.

    decisions: those in force, by today's numbers. Nothing where the history does not allow the decision.
    """
    facts = _until(facts_of_payer(engine.query, proposal.payer_key), proposal.payment_date)
    others = [d for d in decisions if (d.remittance_id, d.adjustment_no) != proposal.place]
    proposed = MatchDecision(*proposal.place, proposal.receivable_id, "", _NOW, "")
    after = _replayed(facts, [*others, proposed])
    if any(one.decision == proposed for one in after.stale):
        return ()
    before = {i.receivable_id: i.established for i in _replayed(facts, others).receivables}
    grown = {
        i.receivable_id: i.established - before[i.receivable_id]
        for i in after.receivables
        if i.receivable_id in before
    }
    pieces = [p for p in after.pieces if (p.remittance_id, p.adjustment_no) == proposal.place]
    pieces.sort(key=lambda piece: piece.receivable_id != proposal.receivable_id)
    taken: dict[str, int] = {}
    for piece in pieces:
        taken[piece.receivable_id] = taken.get(piece.receivable_id, 0) + piece.amount
    loose = {piece.receivable_id for piece in pieces if piece.match.confidence == "suspense"}
    accounts = _accounts(engine, list(taken))
    return tuple(
        Part(
            number,
            accounts.get(number, ""),
            _usd(amount),
            _usd(grown.get(number, 0)),
            number in loose,
        )
        for number, amount in taken.items()
    )


def _accounts(engine: Engine, receivable_ids: list[str]) -> dict[str, str]:
    """What each item is called by: its account, else its claim or reference."""
    rows = engine.query(
        f"select receivable_id, {_ACCOUNT} as account from receivable where list_contains(?, receivable_id)",  # noqa: S608
        [receivable_ids],
    ).to_pylist()
    return {row["receivable_id"]: row["account"] for row in rows}


def _until(facts: PayerFacts, day: date) -> PayerFacts:
    return replace(facts, remittances=[r for r in facts.remittances if r.payment_date <= day])


def _replayed(facts: PayerFacts, decisions: Iterable[MatchDecision]) -> PayerLedger:
    return replay(facts.remittances, facts.notices, in_force(decisions))


def _usd(cents: int) -> Decimal:
    return Decimal(cents) / 100


_NOW = datetime.max
_ACCOUNT = (
    "coalesce(receivable.patient_control_number, receivable.payer_claim_control_number, "
    "receivable.reference, '')"
)
_PART = f"""
    match.receivable_id
  , {_ACCOUNT} as account
  , cast(sum(match.amount) as decimal(18, 2)) as amount
  , bool_or(match.confidence = 'suspense') as is_suspense
"""
