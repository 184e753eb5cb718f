"""Adjustments and lines listed apart from their claims: which claim of the payment each row belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from loaders.posted.claims import NUMBERS
from loaders.posted.rows import Row, first_amount, first_text

_NARROWING = (*NUMBERS, "remittance_key", "claim_status")


def attach(details: Sequence[Row], claims: Sequence[list[Row]]) -> list[Row]:
    """Add each row to the rows of the one claim it fits, in place; returns those that fit none or several.

    A claim fits that has every number, key and status the row has, as far as the claim tells it. A
    reversal and its correction share their numbers: their adjustments are told apart by sign where both
    claims then come to what was paid.
    """
    index = _index(claims)
    left: list[Row] = []
    several: dict[tuple[int, ...], list[Row]] = defaultdict(list)
    for row in details:
        found = _fitting(row, index, len(claims))
        if len(found) == 1:
            claims[found[0]].append(row)
        elif found:
            several[tuple(found)].append(row)
        else:
            left.append(row)
    for numbers, rows in several.items():
        left += [] if _by_sign(rows, [claims[n] for n in numbers]) else rows
    return left


def _index(claims: Sequence[list[Row]]) -> dict[tuple[str, str], list[int]]:
    """Positions of the claims by each number they have."""
    index: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, rows in enumerate(claims):
        for name in _NARROWING:
            if (value := first_text(rows, name)) is not None:
                index[(name, value)].append(number)
    return index


def _fitting(row: Row, index: dict[tuple[str, str], list[int]], size: int) -> list[int]:
    found: list[int] | None = None
    for name in _NARROWING:
        value = row.text(name)
        hits = index.get((name, value)) if value is not None else None
        if hits is not None:
            found = hits if found is None else [n for n in found if n in set(hits)]
        elif value is not None and name in NUMBERS and _has(index, name):
            return []
    return found if found is not None else list(range(size))


def _has(index: dict[tuple[str, str], list[int]], name: str) -> bool:
    return any(key == name for key, _ in index)


def _by_sign(rows: list[Row], claims: list[list[Row]]) -> bool:
    """Give a reversal and a correction their adjustments, if one way of telling them apart ties both."""
    reversed_ones = [claim for claim in claims if _is_negative(claim)]
    others = [claim for claim in claims if not _is_negative(claim)]
    if len(reversed_ones) != 1 or len(others) != 1:
        return False
    for sign in (1, -1):
        negative = [r for r in rows if sign * (r.amount("adjustment_amount") or 0) < 0]
        positive = [r for r in rows if r not in negative]
        if _ties(reversed_ones[0], negative, sign) and _ties(others[0], positive, sign):
            reversed_ones[0].extend(negative)
            others[0].extend(positive)
            return True
    return False


def _is_negative(claim: list[Row]) -> bool:
    return (first_amount(claim, "charge") or first_amount(claim, "paid") or Decimal(0)) < 0


def _ties(claim: list[Row], details: list[Row], sign: int) -> bool:
    charge, paid = first_amount(claim, "charge"), first_amount(claim, "paid")
    if charge is None or paid is None:
        return False
    amounts = [row.amount("adjustment_amount") or Decimal(0) for row in details]
    return charge - sign * sum(amounts, Decimal(0)) == paid
