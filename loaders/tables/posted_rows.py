"""A table of posted remittance with its cells read: its records, and what its columns can tell."""

from __future__ import annotations

from dataclasses import dataclass

from loaders.tables.export_rows import Record

LINE_FIELDS = frozenset({"procedure_code", "revenue_code", "line_key", "line_paid"})
ADJUSTMENT_FIELDS = frozenset({"group_code", "reason_code", "adjustment_amount"})
_PLB_NAMES = frozenset({"plb_code", "plb_reference", "phrase"})


@dataclass(frozen=True)
class PostedRows:
    """One table of posted remittance with its cells read.

    path: the file, or file/sheet; present: fields that have a column; adjustments_reduce: the sign a
    mapping states, True where positive amounts reduce the payment, None where the balance decides.
    """

    path: str
    present: frozenset[str]
    records: tuple[Record, ...]
    adjustments_reduce: bool | None

    @property
    def tells_payments(self) -> bool:
        """Whether its rows name a payment by themselves: payer, trace number and date."""
        payer = self.present & {"payer_name", "payer_id"}
        return bool(payer) and {"trace_number", "payment_date"} <= self.present

    @property
    def tells_claims(self) -> bool:
        """Whether it says what claims were paid."""
        return bool(self.present & {"paid", "line_paid"})

    @property
    def tells_claim_adjustments(self) -> bool:
        """Whether it says why claims were paid less than charged."""
        return "adjustment_amount" in self.present and self.plb_amount_field == "plb_amount"

    @property
    def tells_lines(self) -> bool:
        """Whether it has service lines."""
        return bool(self.present & LINE_FIELDS)

    @property
    def tells_provider_adjustments(self) -> bool:
        """Whether it lists provider adjustments."""
        return self.plb_amount_field in self.present

    @property
    def plb_amount_field(self) -> str:
        """The column with the amounts of provider adjustments: lists without claims may call it adjustment."""
        only = {"plb_amount", "group_code"} & self.present or self.tells_claims
        named = self.present & _PLB_NAMES
        return "adjustment_amount" if named and not only else "plb_amount"

    @property
    def repeats_claims(self) -> bool:
        """Whether a claim may stand in several rows, one per line, adjustment or remark."""
        return self.tells_lines or bool(self.present & (ADJUSTMENT_FIELDS | {"remark_code"}))
