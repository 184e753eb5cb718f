"""Finding the item a payer's reference means: exact, but for its spelling, or a known number inside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from data.ledger.events import EXACT, NORMALISED, PARSED, Match, Receivable
from data.ledger.spelling import bare, normalised

SHORTEST_EMBEDDED_NUMBER = 6
SHORTEST_AMONG_DIGITS = 8
LONGEST_REFERENCE = 80

_NOT_A_LETTER_OR_DIGIT = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"[0-9]+")


def embedded_numbers(reference: str) -> set[str]:
    """Every part of the reference that may be a claim or trace number: long enough, and no few of many digits."""
    text = bare(reference)[:LONGEST_REFERENCE]
    lengths = range(SHORTEST_EMBEDDED_NUMBER, len(text))
    parts = {part for length in lengths for part in _parts(text, length)}
    return parts - {part for part in parts if _is_among_digits(part, reference, text)}


def _is_among_digits(part: str, reference: str, text: str) -> bool:
    """Whether a part is a short number in the middle of more digits, where any would be found by chance.

    `text` is the bare reference: what stands alone in either spelling is a number of its own.
    """
    if len(part) >= SHORTEST_AMONG_DIGITS or not _DIGITS.fullmatch(part):
        return False
    runs = (run for spelling in (reference, text) for run in _DIGITS.findall(spelling))
    return all(run.lstrip("0") != part for run in runs)


def _parts(text: str, length: int) -> Iterator[str]:
    """The parts of a text of that length; one with zeros before it is a shorter part without them."""
    for start in range(len(text) - length + 1):
        if text[start] != "0":
            yield text[start : start + length]


def is_number(reference: str) -> bool:
    """Whether a reference may be the number of something: words such as RECOUP recur and name nothing."""
    return any(character.isdigit() for character in reference)


class Numbers:
    """Items of one payer by number, in the spelling all numbers are compared in."""

    def __init__(self) -> None:
        self._items: dict[str, list[Receivable]] = {}
        self._lengths: set[int] = set()

    def add(self, number: str, *items: Receivable) -> None:
        self._items.setdefault(number, []).extend(items)
        self._lengths.add(len(number))

    def of(self, number: str) -> list[Receivable]:
        return self._items.get(number, [])

    def inside(self, reference: str) -> list[Receivable]:
        """Items whose number stands inside a reference.

        Of several numbers those that the fewest items bear are meant: a claim's, not its account's. Of these all
        that stand apart, as blanks or punctuation divide the reference; where none does, the longest.
        """
        places = self._places(reference)
        if not places:
            return []
        fewest = min(len(self._items[number]) for _, number in places)
        places = [place for place in places if len(self._items[place[1]]) == fewest]
        longest = max(len(number) for _, number in places)
        meant = _standing_apart(places, reference) or [
            number for _, number in places if len(number) == longest
        ]
        return list(dict.fromkeys(item for number in meant for item in self._items[number]))

    def _places(self, reference: str) -> list[tuple[int, str]]:
        """Where known numbers stand in a bare reference; none within a longer one."""
        text = bare(reference)[:LONGEST_REFERENCE]
        lengths = (n for n in self._lengths if SHORTEST_EMBEDDED_NUMBER <= n < len(text))
        found: list[tuple[int, str]] = []
        for length in sorted(lengths, reverse=True):
            for start in range(len(text) - length + 1):
                part = text[start : start + length]
                if (
                    part in self._items
                    and not any(s <= start and start + length <= s + len(n) for s, n in found)
                    and not _is_among_digits(part, reference, text)
                ):
                    found.append((start, part))
        return sorted(found)


def _standing_apart(places: Iterable[tuple[int, str]], reference: str) -> list[str]:
    """Those numbers with blanks, punctuation or the ends of the reference around them, and zeros before them."""
    edges = [0]
    for token in _NOT_A_LETTER_OR_DIGIT.split(reference):
        edges.append(edges[-1] + len(bare(token)))
    text = bare(reference)
    return [
        number
        for start, number in places
        if start + len(number) in edges
        and any(edge <= start and not text[edge:start].strip("0") for edge in edges)
    ]


class NameIndex:
    """The items of one payer by every name a reference may call them."""

    def __init__(self) -> None:
        self._numbers = Numbers()

    def add(self, item: Receivable, names: Iterable[str]) -> None:
        known = item.names
        for name in names:
            if name not in known and (key := normalised(name)):
                if key not in known.values():
                    self._numbers.add(key, item)
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
        return self._numbers.of(normalised(name))

    def called(self, reference: str) -> tuple[list[Receivable], Match]:
        """Items a reference names, and the tier (1 to 3) that found them; [] if none."""
        key = normalised(reference)
        if not key:
            return [], NORMALISED
        items = self._numbers.of(key)
        exact = [item for item in items if reference in item.names]
        if exact:
            return exact, EXACT
        if items:
            return list(items), NORMALISED
        return self._numbers.inside(reference), PARSED
