"""A few cells of a column to tell it by; as shapes (A for letters, 9 for digits) where they may point to a person."""

from __future__ import annotations

import re

from loaders.tables.layouts import Field
from loaders.tables.tables import Table

SAMPLES = 3
LONGEST = 30
_NAMES_NO_PERSON = frozenset({"money", "date", "yes", "outcome", "level", "quantity"})
_ABOUT_NO_PERSON = frozenset(
    {"payer_name", "payer_id", "plan_type", "group_name", "reason_code", "claim_status"}
)


def may_point_to_a_person(field: Field | None) -> bool:
    """Whether cells of a field, or of a column that is no field's, may be a patient's name or number."""
    if field is None:
        return True
    return field.value not in _NAMES_NO_PERSON and field.name not in _ABOUT_NO_PERSON


def sample_cells(table: Table, header: str, field: Field | None) -> list[str]:
    """A few distinct cells of the column under a header, as they are or as shapes, as the field allows."""
    cells = first_cells(table, header)
    return [shape(cell) for cell in cells] if may_point_to_a_person(field) else cells


def first_cells(table: Table, header: str) -> list[str]:
    """A few distinct cells as they are: not to be shown before `may_point_to_a_person` is asked."""
    place = [name.strip() for name in table.headers].index(header)
    cells = dict.fromkeys(row.cells[place].strip() for row in table.rows)
    return [cell[:LONGEST] for cell in cells if cell][:SAMPLES]


def shape(cell: str) -> str:
    """A cell with A for every letter and 9 for every digit."""
    return re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "A", cell))
