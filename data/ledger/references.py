"""Finding the item a payer's reference means: exact, but for its spelling, or a known number inside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from data.ledger.events import EXACT, NORMALISED, PARSED, Match, Receivable

SHORTEST_EMBEDDED_NUMBER = 6
LONGEST_REFERENCE = 80

_NOT_A_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


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
    lengths = range(SHORTEST_EMBEDDED_NUMBER, len(text))
    return {part for length in lengths for part in _parts(text, length)}


def _parts(text: str, length: int) -> Iterator[str]:
    """The parts of a text of that length; one with zeros before it is a shorter part without them."""
    for start in range(len(text) - length + 1):
        if text[start] != "0":
            yield text[start : start + length]


def is_number(reference: str) -> bool:
    """Whether a reference may be the number of something: words such as RECOUP recur and name nothing."""
    return any(character.isdigit() for character in reference)


class NameIndex:
    """The items of one payer by every name a reference may call them."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[Receivable]] = {}
        self._lengths: set[int] = set()

    def add(self, item: Receivable, names: Iterable[str]) -> None:
        known = item.names
        for name in names:
            if name not in known and (key := normalised(name)):
                if key not in known.values():
                    self._by_name.setdefault(key, []).append(item)
                    self._lengths.add(len(key))
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
        inside = self._longest_inside(reference)
        return (list(self._by_name[inside]) if inside else []), PARSED

    def _longest_inside(self, reference: str) -> str | None:
        """The longest name that is an embedded number of a reference; of equally long ones the first by spelling."""
        text = bare(reference)[:LONGEST_REFERENCE]
        lengths = (n for n in self._lengths if SHORTEST_EMBEDDED_NUMBER <= n < len(text))
        for length in sorted(lengths, reverse=True):
            known = [part for part in _parts(text, length) if part in self._by_name]
            if known:
                return min(known)
        return None
