"""What a query for a figure says of its rows: which dimensions they have, and what an older snapshot may lack."""

from __future__ import annotations

from dataclasses import dataclass

from kpis.filters import LISTS

ALL = frozenset(LISTS.values())
PAYER_ONLY = frozenset({"payer_key"})


@dataclass(frozen=True)
class Facts:
    """A query, the dimensions its rows have, and the tables (or table.column) that an older snapshot may lack.

    has_base: rows where `is_base` is true have no cause and no mechanism: those filters leave them alone.
    """

    sql: str
    dimensions: frozenset[str] = ALL
    needs: tuple[str, ...] = ()
    has_base: bool = False
