"""Service lines (SVC) of an 835, as an Arrow table."""

from dataclasses import dataclass
from functools import reduce

import numpy as np
import pyarrow as pa

from loaders.x12 import findings, schemas
from loaders.x12.adjustments import Adjustments
from loaders.x12.columns import (
    Arrow,
    Column,
    Int64,
    capitals,
    date_array,
    decimal_array,
    int32_array,
    int64_array,
    joined,
    table_of,
)
from loaders.x12.composites import components
from loaders.x12.dates import ClaimDates, either
from loaders.x12.segments import Segments
from loaders.x12.structure import Structure, first_by, rows_with
from loaders.x12.tags import Tag
from loaders.x12.values import difference_of, read_decimals, sum_by

ONE = 1000
CHARGE = findings.Fault("warning", "The charge of the line", findings.UNCHECKED_ROW)
PAID = findings.Fault("warning", "The payment of the line", findings.UNCHECKED_ROW)
UNITS = findings.Fault("warning", "The number of units", findings.LEFT_EMPTY)
LAST_MODIFIER = 6


@dataclass(frozen=True)
class Lines:
    """Amounts of the service lines in cents, units in thousandths; difference per the schema."""

    charge: Column
    paid: Column
    units: Column
    difference: Column


def read_lines(segments: Segments, structure: Structure, adjustments: Adjustments) -> Lines:
    """Read SVC02, 03 and 05; SVC02 - adjustments of the line - SVC03 is the difference."""
    rows = structure.svc
    charge, paid, units = (
        read_decimals(segments.buffer, segments.element(rows, number), scale)
        for number, scale in ((2, 2), (3, 2), (5, 3))
    )
    line = structure.line[adjustments.row]
    own = line >= 0
    adjusted = sum_by(line[own], adjustments.amount.where(own), len(rows))
    return Lines(charge, paid, units, difference_of(charge, adjusted, paid))


def line_table(
    segments: Segments, structure: Structure, ids: Int64, lines: Lines, dates: ClaimDates
) -> pa.Table:
    """Make table service_payment: one row per SVC."""
    rows, size = structure.svc, len(structure.svc)
    day = either(dates.of_lines("472", size), dates.of_lines("150", size))
    qualifier, procedure, *modifiers = components(segments, rows, 1, LAST_MODIFIER)
    counted, empty = lines.units.known | lines.units.empty, lines.units.empty
    units = Column(np.where(empty, ONE, lines.units.values), counted, empty)
    control = rows_with(segments, Tag.REF, ["6R"], structure.line)
    control = first_by(structure.line[control], control, size)
    columns: list[Arrow] = [
        int64_array(ids[structure.transaction[rows]]),
        int32_array(structure.claim_no[structure.line_claim]),
        int32_array(structure.line_no),
        int64_array(segments.start[rows]),
        int64_array(structure.line_end),
        capitals(qualifier),
        capitals(procedure),
        capitals(_modifiers(modifiers)),
        segments.text(rows, 4),
        decimal_array(lines.charge, 2),
        decimal_array(lines.paid, 2),
        decimal_array(units, 3),
        date_array(day),
        segments.text(control, 2),
        decimal_array(lines.difference, 2),
        findings.state_names(findings.states(lines.difference)),
    ]
    return table_of(columns, schemas.SERVICE_PAYMENT)


def line_problems(segments: Segments, structure: Structure, lines: Lines) -> list[findings.Listing]:
    """Warn of amounts and units that cannot be read."""
    rows = structure.svc
    return [
        *findings.unreadable(segments, rows, 2, lines.charge.unreadable, CHARGE),
        *findings.unreadable(segments, rows, 3, lines.paid.unreadable, PAID),
        *findings.unreadable(segments, rows, 5, lines.units.unreadable, UNITS),
    ]


def _modifiers(modifiers: list[Arrow]) -> Arrow:
    """Join up to four modifiers by blanks; null where there is none."""
    filled = [column for column in modifiers if column.null_count < len(column)]
    return reduce(joined, filled) if filled else modifiers[0]
