"""Provider adjustments (PLB) of an 835, as an Arrow table."""

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.reference_lists import plb_classes
from loaders.x12 import findings, schemas
from loaders.x12.columns import (
    Arrow,
    Column,
    Int64,
    capitals,
    date_array,
    decimal_array,
    int32_array,
    int64_array,
    table_of,
)
from loaders.x12.composites import split_once
from loaders.x12.segments import Segments
from loaders.x12.structure import Structure, position_within
from loaders.x12.tags import Tag
from loaders.x12.values import read_dates, read_decimals

LAST_PLB_ELEMENT = 14
AMOUNT = findings.Fault("error", "The provider adjustment", findings.QUARANTINED)
FISCAL_PERIOD = findings.Fault("warning", "The end of the fiscal period", findings.LEFT_EMPTY)


@dataclass(frozen=True)
class ProviderAdjustments:
    """Reason/amount pairs of the PLB segments in file order, and the segments that are too long.

    row: segment; number: position of the reason in it; reason in capitals; amount in cents, positive
    reduces the payment; day: end of the fiscal period; too_long: segments with more elements than allowed.
    """

    row: Int64
    number: Int64
    reason: Arrow
    reference: Arrow
    amount: Column
    day: Column
    too_long: Int64


def read_provider_adjustments(segments: Segments, structure: Structure) -> ProviderAdjustments:
    """Read the pairs at elements 03, 05 … 13; one exists where reason or amount is not empty."""
    whole = segments.rows(Tag.PLB)
    whole = whole[structure.transaction[whole] >= 0]
    rows = np.repeat(whole, np.clip(segments.count[whole] // 2 - 1, 0, 6))
    numbers = 2 * position_within(rows) + 1
    amounts = segments.element(rows, numbers + 1)
    there = ~(segments.element(rows, numbers).empty & amounts.empty)
    rows, numbers = rows[there], numbers[there]
    reason, reference = split_once(segments, rows, numbers)
    return ProviderAdjustments(
        rows,
        numbers,
        capitals(reason),
        reference,
        read_decimals(segments.buffer, segments.element(rows, numbers + 1), 2),
        read_dates(segments.buffer, segments.element(rows, 2)),
        findings.beyond(segments, whole, LAST_PLB_ELEMENT),
    )


def provider_adjustment_table(
    segments: Segments, structure: Structure, ids: Int64, found: ProviderAdjustments
) -> pa.Table:
    """Make table provider_adjustment: one row per reason/amount pair."""
    rows = found.row
    transaction = structure.transaction[rows]
    columns: list[Arrow] = [
        int64_array(ids[transaction]),
        int32_array(position_within(transaction)),
        int64_array(segments.start[rows]),
        int64_array(segments.end[rows]),
        segments.text(rows, 1),
        date_array(found.day),
        found.reason,
        found.reference.fill_null(""),
        decimal_array(found.amount, 2),
    ]
    return table_of(columns, schemas.PROVIDER_ADJUSTMENT)


def provider_adjustment_problems(
    segments: Segments, found: ProviderAdjustments
) -> list[findings.Listing]:
    """Report amounts that cannot be read; without one the remittance cannot be checked."""
    fiscal = found.day.unreadable & (position_within(found.row) == 1)
    return [
        *findings.unreadable(segments, found.row, found.number + 1, ~found.amount.known, AMOUNT),
        *findings.unreadable(segments, found.row, 2, fiscal, FISCAL_PERIOD),
        *findings.surplus(segments, found.too_long, LAST_PLB_ELEMENT, "error"),
    ]


def unknown_reasons(segments: Segments, found: ProviderAdjustments) -> list[findings.Tally]:
    """Say, per reason code that is in no list, how often it occurs; what has no code's form is one sort."""
    reasons: list[str | None] = pc.unique(found.reason).to_pylist()
    unknown = {reason for reason in reasons if reason} - plb_classes().keys()
    codes = sorted(reason for reason in unknown if _CODE.fullmatch(reason))
    listed = set(codes[: findings.MOST_LISTED])
    counts: dict[str, list[int]] = {}
    for at, reason in enumerate(found.reason.to_pylist() if unknown else ()):
        if reason and reason in unknown:
            counts.setdefault(reason if reason in listed else "", []).append(at)
    tallies = []
    for code, places in counts.items():
        what = f"the reason {code}" if code else "another reason"
        words = (
            f"1 provider adjustment has {what}, which is in no list: kept, shown, and no recoupment.",
            f"{{count}} provider adjustments have {what}, which is in no list: kept, shown, and no recoupment.",
        )
        row, number = int(found.row[places[0]]), int(found.number[places[0]])
        where, field = segments.location(row), segments.field(row, number)
        tallies.append(
            findings.Tally(f"reason {code}", "warning", where, field, len(places), words, _ASK)
        )
    return tallies


_CODE = re.compile("[A-Z0-9]{1,3}")
_ASK = (
    "If it takes money back or gives it back, ask the payer which code of the 835 guide it means"
    " and add it to data/reference/plb_reason.csv; else nothing to do."
)
