"""Dollars and cents: nothing of them, one of them, and a sum of them in SQL."""

from __future__ import annotations

from decimal import Decimal

NOTHING = Decimal("0.00")
CENT = Decimal("0.01")


def usd(amount: str) -> str:
    """SQL for an amount with its cents, 0 where there is none."""
    return f"cast(coalesce({amount}, 0) as decimal(18, 2))"
