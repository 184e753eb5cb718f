"""Claim payments (CLP) of an 835, as an Arrow table."""

from dataclasses import dataclass

import pyarrow as pa

from loaders.x12 import findings, schemas
from loaders.x12.adjustments import Adjustments
from loaders.x12.columns import (
    Arrow,
    Column,
    Int64,
    date_array,
    decimal_array,
    first_known,
    int32_array,
    int64_array,
    table_of,
)
from loaders.x12.dates import ClaimDates, either
from loaders.x12.segments import Segments
from loaders.x12.structure import Structure, first_by, rows_with
from loaders.x12.tags import Tag, code_of
from loaders.x12.values import difference_of, read_decimals, sum_by

PAID = findings.Fault("error", "The payment of the claim", findings.QUARANTINED)
CHARGE = findings.Fault("warning", "The charge of the claim", findings.UNCHECKED_ROW)
PATIENT_SHARE = findings.Fault("warning", "The patient's share", findings.LEFT_EMPTY)


@dataclass(frozen=True)
class Claims:
    """Amounts of the claims in cents; difference per the schema."""

    charge: Column
    paid: Column
    patient_responsibility: Column
    difference: Column


def read_claims(segments: Segments, structure: Structure, adjustments: Adjustments) -> Claims:
    """Read CLP03-05; CLP03 - adjustments of the claim and its lines - CLP04 is the difference."""
    rows = structure.clp
    charge, paid, responsibility = (
        read_decimals(segments.buffer, segments.element(rows, number), 2) for number in (3, 4, 5)
    )
    adjusted = sum_by(structure.claim[adjustments.row], adjustments.amount, len(rows))
    return Claims(charge, paid, responsibility, difference_of(charge, adjusted, paid))


def claim_table(
    segments: Segments, structure: Structure, ids: Int64, claims: Claims, dates: ClaimDates
) -> pa.Table:
    """Make table claim_payment: one row per CLP."""
    rows, size = structure.clp, len(structure.clp)
    begin = either(dates.of_claims("232", size), dates.earliest_of_lines(size))
    end = either(dates.of_claims("233", size), dates.latest_of_lines(size))
    received = dates.of_claims("050", size)
    columns: list[Arrow] = [
        int64_array(ids[structure.claim_transaction]),
        int32_array(structure.claim_no),
        int64_array(segments.start[rows]),
        int64_array(structure.claim_end),
        segments.text(rows, 1),
        segments.capitals(rows, 2),
        *(decimal_array(c, 2) for c in (claims.charge, claims.paid)),
        decimal_array(claims.patient_responsibility, 2),
        segments.capitals(rows, 6),
        segments.text(rows, 7),
        *(segments.capitals(rows, number) for number in (8, 9)),
        segments.text(_original(segments, structure), 2),
        _rendering(segments, structure),
        *(date_array(day) for day in (begin, end, received)),
        decimal_array(claims.difference, 2),
        findings.state_names(findings.states(claims.difference)),
    ]
    return table_of(columns, schemas.CLAIM_PAYMENT)


def claim_problems(
    segments: Segments, structure: Structure, claims: Claims
) -> list[findings.Listing]:
    """Report amounts that cannot be read; without CLP04 the whole remittance cannot be checked."""
    rows, owed = structure.clp, claims.patient_responsibility
    return [
        *findings.unreadable(segments, rows, 4, ~claims.paid.known, PAID),
        *findings.unreadable(segments, rows, 3, claims.charge.unreadable, CHARGE),
        *findings.unreadable(segments, rows, 5, owed.unreadable, PATIENT_SHARE),
    ]


def _original(segments: Segments, structure: Structure) -> Int64:
    """Per claim its first REF*F8 before any service line."""
    rows = rows_with(segments, Tag.REF, ["F8"], structure.claim)
    rows = rows[structure.line[rows] < 0]
    return first_by(structure.claim[rows], rows, len(structure.clp))


def _rendering(segments: Segments, structure: Structure) -> Arrow:
    """NPI of the claim's NM1*82 where NM108 is XX, else the first REF*HPI of its lines."""
    size = len(structure.clp)
    names = rows_with(segments, Tag.NM1, ["82"], structure.claim)
    npis = (structure.line[names] < 0) & (segments.code(names, 8) == code_of("XX"))
    names = names[npis]
    lines = rows_with(segments, Tag.REF, ["HPI"], structure.line)
    return first_known(
        segments.text(first_by(structure.claim[names], names, size), 9),
        segments.text(first_by(structure.claim[lines], lines, size), 2),
    )
