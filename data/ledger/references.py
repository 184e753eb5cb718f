"""Finding the item a payer's reference means: exact, but for its spelling, or a known number inside it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from data.ledger.events import EXACT, NORMALISED, PARSED, Match, Receivable

SHORTEST_EMBEDDED_NUMBER = 6
LONGEST_REFERENCE = 80

_NOT_A_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


def normalised(reference: str) -> str:
    """Upper case, without blanks, punctuation and leading zeros; "" where nothing is left."""
    return _NOT_A_LETTER_OR_DIGIT.sub("", reference).upper().lstrip("0")


def embedded_numbers(reference: str) -> list[str]:
    """Every part of the reference long enough to be a claim or trace number, longest first."""
    text = _NOT_A_LETTER_OR_DIGIT.sub("", reference).upper()[:LONGEST_REFERENCE]
    parts = {
        text[start : start + length].lstrip("0")
        for length in range(len(text) - 1, SHORTEST_EMBEDDED_NUMBER - 1, -1)
        for start in range(len(text) - length + 1)
    }
    long_enough = (part for part in parts if len(part) >= SHORTEST_EMBEDDED_NUMBER)
    return sorted(long_enough, key=lambda part: (-len(part), part))


class NameIndex:
    """The items of one payer by every name a reference may call them."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[Receivable]] = {}

    def add(self, item: Receivable, names: Iterable[str]) -> None:
        for name in names:
            key = normalised(name)
            if not key:
                continue
            item.names.add(name)
            known = self._by_name.setdefault(key, [])
            if item not in known:
                known.append(item)

    def named(self, name: str) -> list[Receivable]:
        """Items with just this number among their names, but for its spelling."""
        return self._by_name.get(normalised(name), [])

    def called(self, reference: str) -> tuple[list[Receivable], Match]:
        """Items a reference names, oldest first, and the tier (1 to 3) that found them; [] if none."""
        key = normalised(reference)
        if not key:
            return [], NORMALISED
        items = self._by_name.get(key, [])
        exact = [item for item in items if reference in item.names]
        if exact:
            return exact, EXACT
        if items:
            return list(items), NORMALISED
        for part in embedded_numbers(reference):
            if part in self._by_name:
                return list(self._by_name[part]), PARSED
        return [], PARSED
