"""The rows beneath a workbook's figures: the cube rows that add up to the cards, and the offsets one by one."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from kpis.catalog import MEASURES
from kpis.engine import Engine
from kpis.filters import Filters
from kpis.offset_list import OffsetListView, offset_rows
from kpis.report_rows import DIMENSIONS, cube_rows
from reports.content import Column, Kind

_MEASURE_COLUMNS = tuple(Column(one.column, one.title, one.unit, total="sum") for one in MEASURES)
_DIMENSION_COLUMNS = tuple(
    Column(name, name.replace("_", " ").capitalize(), "month" if name == "month" else "text")
    for name in DIMENSIONS
)
CUBE_COLUMNS = (*_DIMENSION_COLUMNS, *_MEASURE_COLUMNS)
# Patients' account numbers, and references that may hold them, stay on the analyst's pages.
_OFFSETS: tuple[tuple[str, str, Kind], ...] = (
    ("receivable_id", "Item", "text"),
    ("entry", "Entry", "text"),
    ("payer", "Payer", "text"),
    ("payer_claim_control_number", "Payer claim number", "text"),
    ("letter_number", "Letter", "text"),
    ("cause", "Cause", "text"),
    ("specialty", "Specialty", "text"),
    ("plan_type", "Plan type", "text"),
    ("mechanism", "Mechanism", "text"),
    ("notice_date", "Notice", "date"),
    ("first_withdrawal", "First withdrawal", "date"),
    ("lag_days", "Lag, days", "count"),
    ("established", "Established", "usd"),
    ("withheld", "Withheld", "usd"),
    ("came_back", "Came back", "usd"),
    ("refunded", "Refunded", "usd"),
    ("forgiven", "Forgiven", "usd"),
    ("open_balance", "Open", "usd"),
)
OFFSET_COLUMNS = tuple(
    Column(name, title, kind, total="sum" if kind == "usd" else "none")
    for name, title, kind in _OFFSETS
)


@dataclass(frozen=True)
class Underlying:
    """Rows as Arrow tables, columns as CUBE_COLUMNS and OFFSET_COLUMNS."""

    cube: pa.Table
    offsets: pa.Table


def underlying(engine: Engine, filters: Filters) -> Underlying:
    """All rows of the filters, most withheld first among the offsets."""
    offsets = offset_rows(engine, OffsetListView(filters))
    return Underlying(
        cube=cube_rows(engine, filters),
        offsets=offsets.select([column.name for column in OFFSET_COLUMNS]),
    )
