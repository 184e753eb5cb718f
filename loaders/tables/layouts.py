"""What columns each kind of export has, under all the headers systems give them; the lists are in fields/*.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

FIELD_LISTS = Path(__file__).resolve().parent.parent / "fields"

ValueKind = Literal["text", "identifier", "money", "date", "yes", "outcome", "level", "quantity"]


@dataclass(frozen=True)
class Field:
    """One column of the warehouse and the headers it may stand under (case, blanks and punctuation ignored)."""

    name: str
    value: ValueKind
    headers: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True)
class Layout:
    """One kind of export: its fields, and what tells it apart from the others.

    told_by: sets of fields; a table is of this kind where all fields of one set have a column.
    least_share: the part of a table's headers that must be known, from 0 to 1.
    """

    kind: str
    in_words: str
    fields: tuple[Field, ...]
    told_by: tuple[frozenset[str], ...]
    least_share: float = 0.0


def read_layout(path: Path) -> Layout:
    """The layout in one field list; a list that is wrong is a bug and raises."""
    stated = tomllib.loads(path.read_text(encoding="utf-8"))
    fields = tuple(
        Field(f["name"], f["value"], tuple(f["headers"]), f.get("required", False))
        for f in stated["field"]
    )
    told_by = tuple(frozenset(names) for names in stated["told_by"])
    return Layout(
        stated["kind"], stated["in_words"], fields, told_by, stated.get("least_share", 0.0)
    )


@lru_cache(maxsize=16384)
def header_key(header: str) -> str:
    """A header as it is compared: lower case, letters, digits and # only."""
    return re.sub(r"[^a-z0-9#]", "", header.lower())


LAYOUTS = {layout.kind: layout for layout in map(read_layout, sorted(FIELD_LISTS.glob("*.toml")))}
_KEYS = {
    (layout.kind, field.name): tuple(header_key(header) for header in field.headers)
    for layout in LAYOUTS.values()
    for field in layout.fields
}


def columns_of(layout: Layout, headers: Sequence[str]) -> dict[str, int]:
    """Which field stands in which column (from 0); the field's first header that is present and free wins."""
    places: dict[str, int] = {}
    for place, header in reversed(list(enumerate(headers))):
        places[header_key(header)] = place
    found: dict[str, int] = {}
    for field in layout.fields:
        for key in _KEYS[layout.kind, field.name]:
            if key in places:
                found[field.name] = places.pop(key)
                break
    return found


def recognise(headers: Sequence[str]) -> Layout | None:
    """The kind of export these headers belong to; None where none fits, or two fit equally well.

    A layout fits where every required field has a column, one of its `told_by` sets is whole and it knows
    its least share of the headers. Of those that fit, the one that knows most of the headers wins, then the
    one with the larger `told_by` set.
    """
    scores = {layout.kind: fit(layout, headers) for layout in LAYOUTS.values()}
    best = max(score for score in scores.values())
    kinds = [kind for kind, score in scores.items() if score == best]
    return LAYOUTS[kinds[0]] if best > (0, 0) and len(kinds) == 1 else None


def fit(layout: Layout, headers: Sequence[str]) -> tuple[int, int]:
    """How well a layout fits: the headers it knows and the size of its largest whole told_by set; (0, 0) if not."""
    columns = columns_of(layout, headers)
    named = sum(1 for header in headers if header.strip())
    required = {field.name for field in layout.fields if field.required}
    whole = [len(told) for told in layout.told_by if told <= columns.keys()]
    if not whole or not required <= columns.keys() or len(columns) < layout.least_share * named:
        return (0, 0)
    return (len(columns), max(whole))
