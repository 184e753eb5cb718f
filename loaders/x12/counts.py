"""What 835 files hold, counted and summed file by file."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from loaders.x12.columns import Int64
from loaders.x12.remittance_835 import Reading

BALANCED, UNBALANCED = "balanced", "unbalanced"


class Counts(NamedTuple):
    """Remittances, claims and so on of one file; amounts in cents."""

    remittances: int = 0
    claims: int = 0
    service_lines: int = 0
    claim_adjustments: int = 0
    provider_adjustments: int = 0
    payment_amount: int = 0
    claim_paid: int = 0
    provider_adjustment_total: int = 0
    unbalanced: int = 0
    quarantined: int = 0

    def plus(self, other: Counts) -> Counts:
        """Counts of both together."""
        return Counts(*(one + more for one, more in zip(self, other, strict=True)))

    def as_result(self) -> dict[str, int | Decimal]:
        """The same as fields of a FileResult: amounts in USD; its rows are its remittances."""
        cents = ("payment_amount", "claim_paid", "provider_adjustment_total")
        named = self._asdict()
        amounts = {name: Decimal(named[name]).scaleb(-2) for name in cents}
        return {**named, **amounts, "rows": self.remittances}


def counts_by_file(reading: Reading, files: int, file_of: dict[str, Int64]) -> list[Counts]:
    """Count per file; file_of gives, per table, the number of the file of each row."""
    remittance, own = reading.remittance, file_of["remittance"]
    states = remittance.column("balance_state").to_numpy(zero_copy_only=False)

    def rows(table: str) -> Int64:
        return np.bincount(file_of[table], minlength=files)

    def cents(column: str) -> Int64:
        total = np.zeros(files, np.int64)
        np.add.at(total, own, cents_of(remittance.column(column)))
        return total

    columns = (
        rows("remittance"),
        rows("claim_payment"),
        rows("service_payment"),
        rows("claim_adjustment"),
        rows("provider_adjustment"),
        cents("payment_amount"),
        cents("claim_paid"),
        cents("provider_adjustment_total"),
        np.bincount(own[states == UNBALANCED], minlength=files),
        np.bincount(own[states != BALANCED], minlength=files),
    )
    return [Counts(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def cents_of(column: pa.ChunkedArray) -> Int64:  # type: ignore[type-arg]
    """A decimal(18, 2) column as cents, 0 where null."""
    whole = column.combine_chunks()
    words = np.frombuffer(memoryview(whole.buffers()[1] or b""), np.int64)
    first = 2 * whole.offset
    values = words[first : first + 2 * len(whole) : 2]
    return np.where(whole.is_valid().to_numpy(zero_copy_only=False), values, 0)
