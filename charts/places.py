"""Which name has which colour: the same on every chart, and never one colour for two names unseen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from charts.theme import palette


def stable_places(totals: Mapping[str, Decimal | int]) -> dict[str, int]:
    """Places in the palette for as many of the largest names as it has colours; the others have none.

    totals: USD or counts over all data, not over what is filtered, so that a filter moves no colour. Among the
    largest the place goes by name order. A name without a place is drawn in the grey of "Other".
    """
    largest = sorted(totals, key=lambda name: (-totals[name], name))[: colours()]
    return {name: place for place, name in enumerate(sorted(largest))}


def with_borrowed(names: Iterable[str], places: Mapping[str, int]) -> dict[str, int]:
    """Places for the names of one chart with a legend: their own, else one no other name of that chart has.

    Where the palette is used up, a name stays without a place.
    """
    shown = list(names)
    found = {name: places[name] for name in shown if name in places}
    free = iter(sorted(set(range(colours())) - set(found.values())))
    for name in shown:
        if name not in found and (place := next(free, None)) is not None:
            found[name] = place
    return found


def colours() -> int:
    """How many names can be told apart by colour."""
    return len(palette().categories)
