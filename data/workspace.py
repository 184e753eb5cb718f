"""What users enter: `workspace.sqlite` beside the snapshots, append-only, so that no load and no rebuild loses it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from data.annotations import ANNOTATION
from data.journal import Entry, EntryTable, Journal, Value
from data.ledger.decisions import MatchDecision
from data.saved_views import SAVED_VIEW
from data.targets_entered import SETTING, TARGET

FILE_NAME = "workspace.sqlite"
VERSION = 1

MATCH_DECISION = EntryTable(
    "match_decision",
    key=("remittance_id", "adjustment_no"),
    values=(
        "receivable_id",
        "payer",
        "trace_number",
        "payment_date",
        "reason_code",
        "reference",
        "amount",
    ),
)
TABLES = (MATCH_DECISION, SAVED_VIEW, ANNOTATION, TARGET, SETTING)
"""Every kind of thing users enter. Another one is another EntryTable here, and VERSION + 1."""

Deed = Literal["tied", "left in suspense", "undone"]


@dataclass(frozen=True)
class Withdrawal:
    """A provider adjustment by what it says, which outlives numbers: a corrected file may give it others.

    amount: USD as in the PLB, positive reduces the payment. payment_date is BPR16, trace_number TRN02.
    """

    payer: str
    trace_number: str
    payment_date: date
    reason_code: str
    reference: str
    amount: Decimal


@dataclass(frozen=True)
class DecisionEntry:
    """One thing somebody decided about a match; `made_at` is UTC without a zone."""

    entry_no: int
    remittance_id: int
    adjustment_no: int
    receivable_id: str | None
    deed: Deed
    made_by: str
    made_at: datetime
    why: str
    about: Withdrawal | None

    @property
    def decision(self) -> MatchDecision:
        return MatchDecision(
            self.remittance_id,
            self.adjustment_no,
            self.receivable_id,
            self.made_by,
            self.made_at,
            self.why,
        )


class Workspace:
    """The entries of one warehouse. Reading where nothing was ever entered makes no file."""

    def __init__(self, folder: Path) -> None:
        self._journal = Journal(folder / FILE_NAME, TABLES, VERSION)

    def record_decision(self, decision: MatchDecision, about: Withdrawal | None = None) -> int:
        """Put a decision in force in place of any earlier one; returns the number of its entry.

        about: what the withdrawal says, so that the decision finds it again where a corrected file gave the
        remittance or its adjustments other numbers.
        """
        return self._journal.append(
            MATCH_DECISION,
            {
                "remittance_id": decision.remittance_id,
                "adjustment_no": decision.adjustment_no,
                "receivable_id": decision.receivable_id,
                **(_as_values(about) if about else {}),
            },
            made_by=decision.made_by,
            made_at=decision.made_at,
            why=decision.why,
        )

    def undo_decision(self, remittance_id: int, adjustment_no: int, by: str, why: str) -> int:
        """Leave the withdrawal to the rules again; returns the number of the entry."""
        return self._journal.append(
            MATCH_DECISION,
            {"remittance_id": remittance_id, "adjustment_no": adjustment_no},
            made_by=by,
            made_at=datetime.now(UTC).replace(tzinfo=None),
            why=why,
            is_undone=True,
        )

    def entries_in_force(self) -> list[DecisionEntry]:
        """The latest decision about each withdrawal and what it is about, unless it was undone; oldest first."""
        return [_decision_entry(entry) for entry in self._journal.in_force(MATCH_DECISION)]

    def decision_history(
        self, remittance_id: int | None = None, adjustment_no: int | None = None
    ) -> list[DecisionEntry]:
        """All that was ever decided, about one withdrawal where it is given; latest first."""
        given = {"remittance_id": remittance_id, "adjustment_no": adjustment_no}
        key = {name: value for name, value in given.items() if value is not None}
        return [_decision_entry(entry) for entry in self._journal.history(MATCH_DECISION, key)]

    def last_decision(self) -> int:
        """Number of the latest entry about a match; 0 where there is none."""
        return self._journal.last_entry(MATCH_DECISION)


def _as_values(about: Withdrawal) -> dict[str, Value]:
    return {
        "payer": about.payer,
        "trace_number": about.trace_number,
        "payment_date": about.payment_date.isoformat(),
        "reason_code": about.reason_code,
        "reference": about.reference,
        "amount": f"{about.amount:.2f}",
    }


def _decision_entry(entry: Entry) -> DecisionEntry:
    values = entry.values
    receivable_id = values["receivable_id"]
    tied: Deed = "tied" if receivable_id else "left in suspense"
    return DecisionEntry(
        entry_no=entry.entry_no,
        remittance_id=int(values["remittance_id"] or 0),
        adjustment_no=int(values["adjustment_no"] or 0),
        receivable_id=str(receivable_id) if receivable_id else None,
        deed="undone" if entry.is_undone else tied,
        made_by=entry.made_by,
        made_at=entry.made_at,
        why=entry.why,
        about=_withdrawal(entry),
    )


def _withdrawal(entry: Entry) -> Withdrawal | None:
    values = entry.values
    if values["payment_date"] is None:
        return None
    return Withdrawal(
        payer=str(values["payer"]),
        trace_number=str(values["trace_number"]),
        payment_date=date.fromisoformat(str(values["payment_date"])),
        reason_code=str(values["reason_code"]),
        reference=str(values["reference"]),
        amount=Decimal(str(values["amount"])),
    )
