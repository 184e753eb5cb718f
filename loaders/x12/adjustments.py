"""Adjustments (CAS) and remark codes (MIA, MOA, LQ) of the claims of an 835, as Arrow tables."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from loaders.x12 import findings, schemas
from loaders.x12.columns import (
    Arrow,
    Column,
    Int64,
    decimal_array,
    int32_array,
    int64_array,
    named,
    table_of,
)
from loaders.x12.segments import Segments
from loaders.x12.structure import Structure, position_within, rows_with
from loaders.x12.tags import Tag
from loaders.x12.values import read_decimals

LAST_CAS_ELEMENT = 19
REMARK_ELEMENTS = {Tag.MIA: (5, 20, 21, 22, 23), Tag.MOA: (3, 4, 5, 6, 7)}
AMOUNT = findings.Fault("warning", "The adjustment amount", findings.UNCHECKED_ROW)
QUANTITY = findings.Fault("warning", "The adjustment quantity", findings.LEFT_EMPTY)
SOURCES = (Tag.MIA.name, Tag.MOA.name, Tag.LQ.name)


@dataclass(frozen=True)
class Adjustments:
    """Reason/amount pairs of the CAS segments within claims, in file order.

    row: segment; number: position of the reason in it; amount in cents, positive reduces the
    payment; quantity in thousandths.
    """

    row: Int64
    number: Int64
    amount: Column
    quantity: Column


def read_adjustments(segments: Segments, structure: Structure) -> Adjustments:
    """Read the triplets at elements 02, 05 … 17; one exists where reason or amount is not empty."""
    rows = segments.rows(Tag.CAS)
    rows = rows[structure.claim[rows] >= 0]
    rows = np.repeat(rows, np.clip(segments.count[rows] // 3, 0, 6))
    numbers = 3 * position_within(rows) - 1
    amounts = segments.element(rows, numbers + 1)
    there = ~(segments.element(rows, numbers).empty & amounts.empty)
    if not there.all():
        rows, numbers = rows[there], numbers[there]
        amounts = segments.element(rows, numbers + 1)
    quantities = segments.element(rows, numbers + 2)
    amount = read_decimals(segments.buffer, amounts, 2)
    return Adjustments(rows, numbers, amount, read_decimals(segments.buffer, quantities, 3))


def adjustment_table(
    segments: Segments, structure: Structure, ids: Int64, found: Adjustments
) -> pa.Table:
    """Make table claim_adjustment: one row per reason/amount pair."""
    rows, claim = found.row, structure.claim[found.row]
    columns: list[Arrow] = [
        int64_array(ids[structure.transaction[rows]]),
        int32_array(structure.claim_no[claim]),
        line_numbers(structure, rows),
        int32_array(position_within(claim)),
        segments.capitals(rows, 1),
        segments.capitals(rows, found.number),
        decimal_array(found.amount, 2),
        decimal_array(found.quantity, 3),
    ]
    return table_of(columns, schemas.CLAIM_ADJUSTMENT)


def adjustment_problems(
    segments: Segments, structure: Structure, found: Adjustments
) -> list[findings.Listing]:
    """Warn of amounts and quantities that cannot be read, and of CAS with too many elements."""
    rows = segments.rows(Tag.CAS)
    long = findings.beyond(segments, rows[structure.claim[rows] >= 0], LAST_CAS_ELEMENT)
    return [
        *findings.unreadable(segments, found.row, found.number + 1, ~found.amount.known, AMOUNT),
        *findings.unreadable(
            segments, found.row, found.number + 2, found.quantity.unreadable, QUANTITY
        ),
        *findings.surplus(segments, long, LAST_CAS_ELEMENT, "warning"),
    ]


def line_numbers(structure: Structure, rows: Int64) -> Arrow:
    """Make column line_no: position of the service line in its claim, 0 for the claim itself."""
    line = structure.line[rows]
    numbers = np.append(structure.line_no, 0)
    return int32_array(numbers[line])


def remark_table(segments: Segments, structure: Structure, ids: Int64) -> pa.Table:
    """Make table remark: codes in MIA05, 20-23, MOA03-07 and LQ*HE, in file order.

    MIA and MOA belong to the claim wherever they stand.
    """
    rows, numbers, sources = _remark_places(segments, structure)
    there = ~segments.element(rows, numbers).empty
    order = np.argsort(rows[there] * 32 + numbers[there], kind="stable")
    rows, numbers, sources = (column[there][order] for column in (rows, numbers, sources))
    lines = np.where(sources == 2, line_numbers(structure, rows), 0)
    columns: list[Arrow] = [
        int64_array(ids[structure.transaction[rows]]),
        int32_array(structure.claim_no[structure.claim[rows]]),
        int32_array(lines),
        named(sources, SOURCES),
        segments.capitals(rows, numbers),
    ]
    return table_of(columns, schemas.REMARK)


def _remark_places(segments: Segments, structure: Structure) -> tuple[Int64, Int64, Int64]:
    """Segment, element and source (index in SOURCES) of every place for a remark code."""
    parts = []
    for source, (tag, numbers) in enumerate(REMARK_ELEMENTS.items()):
        rows = segments.rows(tag)
        rows = rows[structure.claim[rows] >= 0]
        for number in numbers:
            long = rows[segments.count[rows] > number]
            parts.append((long, np.full(len(long), number), source))
    rows = rows_with(segments, Tag.LQ, ["HE"], structure.claim)
    parts.append((rows, np.full(len(rows), 2), 2))
    return (
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        np.concatenate([np.full(len(part[0]), part[2]) for part in parts]),
    )
