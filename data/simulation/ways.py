"""The ways in which a line of a remittance shows whose it is, each with the tier of matching it calls for."""

from typing import NamedTuple


class Way(NamedTuple):
    """How a line was printed; `tier` is the first rule of docs/ledger.md that can find its item.

    A tier of None: the records do not say, so the line belongs in suspense.
    """

    name: str
    tier: int | None


CLAIM = Way("the claim itself", 0)
SAME = Way("same reference", 1)
LETTER = Way("letter number", 1)
SHARED = Way("reference that several items bear", 1)
SPELLED = Way("spelled otherwise", 2)
INSIDE = Way("inside a longer string", 3)
REPROCESSED = Way("number of the re-processed claim", 4)
LATE_CORRECTION = Way("correction that came later", 4)
WORDS = Way("words instead of a reference", 5)
TRUNCATED = Way("truncated reference", 5)
LUMP = Way("words for a lump", 6)
POOL = Way("forwarding balance", 7)
FIRST_SIGN = Way("first sign of its item", 9)


def undecided(way: Way) -> Way:
    """The same way where the records leave more than one answer, or none."""
    return way._replace(tier=None)
