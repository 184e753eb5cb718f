"""Which open items add up to a lump: only where exactly one set of them does."""

from __future__ import annotations

from collections.abc import Sequence

MOST_ITEMS = 12
MOST_SUMS = 50_000


def unique_subset(amounts: Sequence[int], total: int) -> list[int] | None:
    """Positions of the only two or more amounts (positive cents) whose sum is `total`; None otherwise.

    None as well where there are too many items or sums to be certain: a guess is worse than suspense.
    """
    ways = _ways(amounts, total)
    if ways is None:
        return None
    count, members = ways.get(total, (0, ()))
    return list(members) if count == 1 and len(members) >= 2 else None


def in_some_subset(amounts: Sequence[int], total: int) -> list[int]:
    """Positions of the amounts that stand in any set of two or more whose sum is `total`."""
    ways = _ways(amounts, total)
    if ways is None or total not in ways:
        return []
    found = []
    for position, amount in enumerate(amounts):
        others = [*amounts[:position], *amounts[position + 1 :]]
        rest = _ways(others, total - amount) if amount < total else None
        if rest is not None and total - amount in rest:
            found.append(position)
    return found


def _ways(amounts: Sequence[int], total: int) -> dict[int, tuple[int, tuple[int, ...]]] | None:
    """How many sets make each sum up to `total`, and the first of them; None where there are too many."""
    if len(amounts) > MOST_ITEMS:
        return None
    ways: dict[int, tuple[int, tuple[int, ...]]] = {0: (1, ())}
    for position, amount in enumerate(amounts):
        for reached, (count, members) in list(ways.items()):
            new = reached + amount
            if new > total:
                continue
            known = ways.get(new)
            ways[new] = (known[0] + count, known[1]) if known else (count, (*members, position))
        if len(ways) > MOST_SUMS:
            return None
    return ways
