"""A view as a link: the filters' values as a query string and back, without what the data no longer offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlencode

Values = Mapping[str, str | Sequence[str]]


def query_of(values: Values, defaults: Mapping[str, str]) -> str:
    """The query string of values by URL key, in their order; empty ones and defaults are left out."""
    told = {key: value for key, value in values.items() if value and value != defaults.get(key)}
    return urlencode(told, doseq=True)


def values_of(query: str) -> dict[str, list[str]]:
    """The values of a query string by URL key."""
    return parse_qs(query)


def kept(
    values: Mapping[str, Sequence[str]], offered: Mapping[str, Sequence[str]]
) -> tuple[dict[str, list[str]], list[str]]:
    """The values still offered, by URL key, and those that are not, in order."""
    found: dict[str, list[str]] = {}
    gone: list[str] = []
    for key, wanted in values.items():
        at_hand = offered.get(key, ())
        found[key] = [value for value in wanted if value in at_hand]
        gone += [value for value in wanted if value not in at_hand]
    return found, gone
