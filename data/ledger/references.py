"""Finding the item a payer's reference means: exact, but for its spelling, or a known number inside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from data.ledger.events import EXACT, NORMALISED, PARSED, Match, Receivable

SHORTEST_EMBEDDED_NUMBER = 6
LONGEST_REFERENCE = 80
NAMES_REMEMBERED = 100_000

_NOT_A_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


@lru_cache(maxsize=NAMES_REMEMBERED)
def normalised(reference: str) -> str:
    """Upper case, without blanks, punctuation and leading zeros; "" where nothing is left."""
    return bare(reference).lstrip("0")


def bare(reference: str) -> str:
    """Upper case, letters and digits only."""
    plain = reference if reference.isalnum() else _NOT_A_LETTER_OR_DIGIT.sub("", reference)
    return plain.upper()


def embedded_numbers(reference: str) -> set[str]:
    """Every part of the reference long enough to be a claim or trace number."""
    text = bare(reference)[:LONGEST_REFERENCE]
    parts = {
        text[start : start + length].lstrip("0")
        for length in range(SHORTEST_EMBEDDED_NUMBER, len(text))
        for start in range(len(text) - length + 1)
    }
    return {part for part in parts if len(part) >= SHORTEST_EMBEDDED_NUMBER}


def is_number(reference: str) -> bool:
    """Whether a reference may be the number of something: words such as RECOUP recur and name nothing."""
    return any(character.isdigit() for character in reference)


class NameIndex:
    """The items of one payer by every name a reference may call them."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[Receivable]] = {}

    def add(self, item: Receivable, names: Iterable[str]) -> None:
        known = item.names
        for name in names:
            if name not in known and (key := normalised(name)):
                if key not in known.values():
                    self._by_name.setdefault(key, []).append(item)
                known[name] = key

    def add_claim(self, item: Receivable, numbers: Collection[str]) -> None:
        """Adds the numbers of its claim."""
        self.add(item, numbers)
        item.claim_numbers |= {item.names[number] for number in numbers if number in item.names}

    def learn(self, item: Receivable, reference: str) -> None:
        """Adds a name that only an adjustment gives an item; a payer may use it again for another."""
        if reference in item.names or not is_number(reference):
            return
        key = normalised(reference)
        if key and key not in item.names.values():
            item.learnt += (key,)
        self.add(item, [reference])

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
        known = embedded_numbers(reference) & self._by_name.keys()
        if known:
            longest = min(known, key=lambda part: (-len(part), part))
            return list(self._by_name[longest]), PARSED
        return [], PARSED
