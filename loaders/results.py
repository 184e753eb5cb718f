"""What became of a file, and the facts it holds: the same for every format."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import pyarrow as pa

from loaders.problems import Problem
from loaders.tables.rejected_rows import RejectedRows

Kind = Literal["auto", "835", "remittance", "offsets", "appeals", "providers", "payers"]
Status = Literal["loaded", "duplicate", "rejected"]

REMITTANCE_TABLES = (
    "remittance",
    "claim_payment",
    "service_payment",
    "claim_adjustment",
    "remark",
    "provider_adjustment",
)
NO_MONEY = Decimal("0.00")


@dataclass(frozen=True)
class FileResult:
    """What became of one file; amounts in USD, counts of what the file holds, known or new.

    unbalanced: remittances whose payment amount differs from their claims and adjustments; quarantined:
    those and the ones that could not be checked. Neither reaches any figure. rejected: the rows of a
    refused table, to be given back to the user and kept nowhere.
    """

    path: str
    status: Status
    kind: str
    problems: tuple[Problem, ...] = ()
    remittances: int = 0
    claims: int = 0
    service_lines: int = 0
    claim_adjustments: int = 0
    provider_adjustments: int = 0
    payment_amount: Decimal = NO_MONEY
    claim_paid: Decimal = NO_MONEY
    provider_adjustment_total: Decimal = NO_MONEY
    unbalanced: int = 0
    quarantined: int = 0
    rows: int = 0
    rejected: RejectedRows | None = None


# What a result counts: kept with the load, so that a file met again need not be read again.
COUNTS = (
    "remittances",
    "claims",
    "service_lines",
    "claim_adjustments",
    "provider_adjustments",
    "payment_amount",
    "claim_paid",
    "provider_adjustment_total",
    "unbalanced",
    "quarantined",
    "rows",
)


@dataclass(frozen=True)
class FileFacts:
    """The rows a readable file brings, by fact table and without load_id.

    archive: the file's bytes with patient identity blanked, for formats whose raw text is shown later.
    """

    tables: dict[str, pa.Table]
    archive: bytes | None = None


@dataclass(frozen=True)
class FileRead:
    """A file's result and, where it may load, its facts."""

    result: FileResult
    facts: FileFacts | None
