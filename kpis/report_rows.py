"""The rows a workbook's figures are made from: cube rows whose sums are the cards, and the files loaded."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from kpis.catalog import MEASURES
from kpis.engine import Engine
from kpis.filters import LISTS, OF_TAKEBACKS_ONLY, Filters, condition

DIMENSIONS = ("month", "payer", "plan_type", "specialty", "facility", "cause", "mechanism")


@dataclass(frozen=True)
class Source:
    """The files of one kind: how many, and the rows they brought."""

    kind: str
    files: int
    rows: int


def cube_rows(engine: Engine, filters: Filters) -> pa.Table:
    """Every cube row the figures add up: columns of DIMENSIONS, then every measure (USD decimal, counts bigint).

    Payments have no cause or mechanism, so those filters leave them whole, as in kpi_table.
    """
    payments = condition(filters, dimensions=frozenset(LISTS.values()) - OF_TAKEBACKS_ONLY)
    takebacks = condition(filters)
    columns = ", ".join([*DIMENSIONS, *(measure.column for measure in MEASURES)])
    return engine.query(
        f"""
        select {columns}
        from kpi_cube
        where (cause = '' and {payments.sql}) or (cause <> '' and {takebacks.sql})
        order by {", ".join(DIMENSIONS)}
        """,  # noqa: S608  names come from the catalog, values are parameters
        [*payments.params, *takebacks.params],
    )


def sources(engine: Engine) -> tuple[Source, ...]:
    """What was loaded, by kind of file."""
    rows = engine.query(
        """
        select kind, count(*) as files, cast(sum(rows) as bigint) as rows
        from load
        group by kind
        order by kind
        """
    ).to_pylist()
    return tuple(Source(**row) for row in rows)
