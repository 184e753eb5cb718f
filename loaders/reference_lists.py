"""The lists of data/reference/ that loaders read."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[1] / "data" / "reference"


@lru_cache(maxsize=8)
def read_reference(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a reference list, read once."""
    with (REFERENCE / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


@lru_cache(maxsize=1)
def plb_classes() -> dict[str, str]:
    """Class of every PLB reason code that is known."""
    return {row["code"]: row["class"] for row in read_reference("plb_reason")}
