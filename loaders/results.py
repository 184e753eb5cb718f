"""What became of a file, and the facts it holds: the same for every format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any, Literal

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
    "remittance_detail",
)
NO_MONEY = Decimal("0.00")


@dataclass(frozen=True)
class FileResult:
    """What became of one file; amounts in USD, counts of what the file holds, known or new.

    unbalanced: remittances whose payment amount differs from their claims and adjustments; quarantined:
    those and the ones that could not be checked. Neither reaches any figure. rejected: the rows of a
    refused table, to be given back to the user and kept nowhere. workbook: the file, where `path` names
    one of its sheets.
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
    workbook: str = ""


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


def by_file(results: Sequence[FileResult]) -> list[FileResult]:
    """One result per file: those of a workbook's sheets, which follow one another, are put together."""
    numbered = groupby(enumerate(results), lambda one: one[1].workbook or one[0])
    return [_together([result for _, result in sheets]) for _, sheets in numbered]


def _together(sheets: Sequence[FileResult]) -> FileResult:
    first = sheets[0]
    if not first.workbook:
        return first
    found = {sheet.status for sheet in sheets}
    status: Status = (
        "rejected" if "rejected" in found else "loaded" if "loaded" in found else "duplicate"
    )
    problems = [
        replace(
            problem, location=f"sheet {sheet.path[len(first.workbook) + 1 :]}, {problem.location}"
        )
        for sheet in sheets
        for problem in sheet.problems
    ]
    kinds = ", ".join(dict.fromkeys(sheet.kind for sheet in sheets))
    zero: dict[str, Any] = {name: type(getattr(first, name))(0) for name in COUNTS}
    counts = {n: sum((getattr(sheet, n) for sheet in sheets), zero[n]) for n in COUNTS}
    return FileResult(first.workbook, status, kinds, tuple(problems), **counts)


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
