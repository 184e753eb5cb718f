"""What people have decided about matches: which receivable a provider adjustment belongs to, or that none does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """One decision about one provider adjustment; the latest about it is in force.

    `receivable_id` None says that it belongs to none of the items known: it stays in suspense. `made_at` is UTC,
    without a zone. Undoing a decision is having none in force.
    """

    remittance_id: int
    adjustment_no: int
    receivable_id: str | None
    made_by: str
    made_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class StaleDecision:
    """A decision that could not be followed, and why; the rules decided instead."""

    decision: MatchDecision
    reason: str


NOT_READ = "no posted remittance has this adjustment as a recovery, balance or settlement"
NOT_KNOWN = "the payer has no such receivable when this adjustment is read"
NOTHING_OF_IT = (
    "nothing is held or taken of this receivable that this adjustment could give back or defer"
)

Decisions = Mapping[tuple[int, int], MatchDecision]


def in_force(decisions: Iterable[MatchDecision]) -> dict[tuple[int, int], MatchDecision]:
    """The latest decision about each adjustment, by remittance and number of the adjustment."""
    latest: dict[tuple[int, int], MatchDecision] = {}
    for decision in sorted(decisions, key=lambda d: (d.made_at, d.made_by, d.receivable_id or "")):
        latest[decision.remittance_id, decision.adjustment_no] = decision
    return latest
