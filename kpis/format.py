"""How values read: short on cards ($1.24M), exact in tables and on hover."""

from __future__ import annotations

from decimal import Decimal

from kpis.catalog import Unit

NO_VALUE = "no value"
MINUS = "−"

Value = Decimal | float | int | None


def exact_usd(amount: Decimal | int | None) -> str:
    """Dollars to the cent: −$1,234.56."""
    if amount is None:
        return NO_VALUE
    return f"{MINUS if amount < 0 else ''}${abs(amount):,.2f}"


def short_usd(amount: Decimal | float | int | None) -> str:
    """Dollars for a card: $1.24M, $312K, $980."""
    if amount is None:
        return NO_VALUE
    size = abs(float(amount))
    sign = MINUS if amount < 0 else ""
    for limit, divisor, letter in ((999_500_000, 1e9, "B"), (999_500, 1e6, "M"), (999.5, 1e3, "K")):
        if size >= limit:
            scaled = size / divisor
            digits = 2 if scaled < 10 else 1 if scaled < 100 else 0
            return f"{sign}${scaled:.{digits}f}{letter}"
    return f"{sign}${size:,.0f}"


def short_value(value: Value, unit: Unit) -> str:
    """A value as a card shows it, in its unit."""
    if value is None:
        return NO_VALUE
    if unit == "usd":
        return short_usd(value)
    if unit == "share":
        return (
            f"{float(value) * 100:.2f} %"
            if abs(float(value)) < 0.1
            else f"{float(value) * 100:.1f} %"
        )
    if unit == "days":
        return f"{float(value):,.1f} days"
    return f"{int(value):,}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number and what there is so many of: "1 receivable", "1,204 receivables"; many: where an s is not enough."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def exact_value(value: Value, unit: Unit) -> str:
    """A value in full, in its unit."""
    if value is None:
        return NO_VALUE
    if unit == "usd":
        return exact_usd(value if isinstance(value, Decimal | int) else Decimal(str(value)))
    if unit == "share":
        return f"{float(value) * 100:.4f} %"
    return short_value(value, unit)


def cell_value(value: Value, unit: Unit) -> str:
    """A value in a cell of a grid, short: empty where there is none, and for no dollars, which say nothing there."""
    if value is None or (unit == "usd" and not value):
        return ""
    return short_value(value, unit)


def change_text(now: Value, before: Value, unit: Unit) -> str | None:
    """The change from one value to another with its sign; shares in percentage points. None without both."""
    if now is None or before is None:
        return None
    if unit == "usd":
        change = Decimal(str(now)) - Decimal(str(before))
        return f"{'+' if change > 0 else ''}{short_usd(change)}"
    difference = float(now) - float(before)
    sign = "+" if difference > 0 else MINUS if difference < 0 else ""
    if unit == "share":
        return f"{sign}{abs(difference) * 100:.2f} points"
    if unit == "days":
        return f"{sign}{abs(difference):.1f} days"
    return f"{sign}{abs(int(difference)):,}"
