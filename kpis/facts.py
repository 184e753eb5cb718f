"""What a query for a figure says of its rows."""

from __future__ import annotations

from dataclasses import dataclass

from kpis.filters import LISTS

ALL = frozenset(LISTS.values())
PAYER_ONLY = frozenset({"payer_key"})


@dataclass(frozen=True)
class Facts:
    """A query and the dimensions its rows have.

    has_base: rows where `is_base` is true have no cause and no mechanism: those filters leave them alone.
    """

    sql: str
    dimensions: frozenset[str] = ALL
    has_base: bool = False
