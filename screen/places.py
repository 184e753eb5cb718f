"""The colours names have on screen: by what was withheld over all data, so that no filter moves them."""

from __future__ import annotations

from typing import Literal

from charts.places import stable_places
from kpis.filters import Filters
from screen.session import kpi_rows

Named = Literal["payer", "specialty", "cause"]


def places_of(dimension: Named) -> dict[str, int]:
    """Place in the palette by name; a name that is none of the largest has no place."""
    rows = kpi_rows(Filters(), dimension)
    return stable_places({str(row[dimension]): row["withheld"] for row in rows})
