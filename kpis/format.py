"""How values read: short on cards ($1.24M), exact in tables and on hover."""

from __future__ import annotations

from dataclasses import dataclass
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


def short_usd(amount: Value, beside: Value = None) -> str:
    """Dollars for a card: $1.24M, $312K, $980; beside: an amount shown next to it, in the same unit and digits."""
    if amount is None:
        return NO_VALUE
    sign = MINUS if amount < 0 else ""
    scale = _scale_of(max(abs(float(amount)), abs(float(beside or 0))))
    return sign + scale.dollars(abs(float(amount)))


def short_value(value: Value, unit: Unit, beside: Value = None) -> str:
    """A value as a card shows it, in its unit; beside: a value shown next to it, with as many digits."""
    if value is None:
        return NO_VALUE
    if unit == "usd":
        return short_usd(value, beside)
    if unit == "share":
        return f"{float(value) * 100:.{_share_digits(value, beside)}f} %"
    if unit == "days":
        return f"{float(value):,.1f} days"
    return f"{int(value):,}"


@dataclass(frozen=True)
class _Scale:
    """A power of a thousand dollars, its letter, and digits after the point."""

    divisor: float
    letter: str
    digits: int

    def dollars(self, size: float) -> str:
        if not size:
            return "$0"
        return f"${size / self.divisor:,.{self.digits}f}{self.letter}"


def _scale_of(size: float) -> _Scale:
    """The scale in which dollars of a size read well: three digits, from a thousand on."""
    for limit, divisor, letter in ((999_500_000, 1e9, "B"), (999_500, 1e6, "M"), (999.5, 1e3, "K")):
        if size >= limit:
            scaled = size / divisor
            return _Scale(divisor, letter, 2 if scaled < 10 else 1 if scaled < 100 else 0)
    return _Scale(1.0, "", 0)


def _share_digits(*shares: Value) -> int:
    """Digits of percentages shown side by side: two where all are small."""
    return 2 if max(abs(float(share or 0)) for share in shares) < 0.1 else 1


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
    """The change from one value to another with its sign; shares in percentage points. None without both.

    Worked out from the exact values, and told in the unit and digits of the two as `short_value` tells them together.
    """
    if now is None or before is None:
        return None
    if unit == "usd":
        change = abs(Decimal(str(now)) - Decimal(str(before)))
        scale = _scale_of(max(abs(float(now)), abs(float(before))))
        return _sign(now, before) + scale.dollars(float(change))
    if unit == "share":
        return _points(now, before, _share_digits(now, before))
    if unit == "days":
        return f"{_sign(now, before)}{abs(float(now) - float(before)):.1f} days"
    return f"{_sign(now, before)}{abs(int(now) - int(before)):,}"


def exact_change(now: Value, before: Value, unit: Unit) -> str | None:
    """The same beside values in full, see `exact_value`."""
    if now is None or before is None:
        return None
    if unit == "usd":
        change = Decimal(str(now)) - Decimal(str(before))
        return _sign(now, before) + exact_usd(abs(change))
    return _points(now, before, 4) if unit == "share" else change_text(now, before, unit)


def _points(now: Decimal | float, before: Decimal | float, digits: int) -> str:
    return f"{_sign(now, before)}{abs(float(now) - float(before)) * 100:.{digits}f} points"


def _sign(now: Decimal | float, before: Decimal | float) -> str:
    return "+" if now > before else MINUS if now < before else ""
