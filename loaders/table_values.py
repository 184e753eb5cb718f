"""Reads what people and spreadsheets write for money, dates, identifiers and yes or no."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

NOTHING = frozenset({"", "-", "--", "n/a", "na", "none", "null", "#n/a"})

_AMOUNT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2}0*)?|\.\d{1,2}0*")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_SLASHED = re.compile(r"(\d{1,2})[/\-.](\d{1,2})[/\-.](\d{4}|\d{2})")
_NAMED_MONTH = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*[- ](\d{4}|\d{2})")
_EXCEL_EPOCH = date(1899, 12, 30)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SINCE, _UNTIL = date(1990, 1, 1), date(2100, 1, 1)


class UnreadableValueError(ValueError):
    """A cell that cannot be what its column needs; the message says what is wrong, `remedy` what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def is_nothing(text: str) -> bool:
    """True for a blank cell and the words people write instead of one."""
    return text.strip().lower() in NOTHING


def money(text: str) -> Decimal | None:
    """USD as written: 1,234.56  $1,234.56  (1,234.56)  -$1,234.56  1,234.56-  1,234.56CR; None when blank.

    Parentheses, a minus before or after, and CR make it negative. Raises UnreadableValueError.
    """
    if is_nothing(text):
        return None
    bare = text.strip().replace("\u2212", "-").replace(" ", "").upper()
    negative = False
    if bare.startswith("(") and bare.endswith(")"):
        negative, bare = True, bare[1:-1]
    if bare.endswith("CR"):
        negative, bare = True, bare[:-2]
    if bare.endswith("-"):
        negative, bare = True, bare[:-1]
    for sign in ("-$", "$-", "-"):
        if bare.startswith(sign):
            negative, bare = True, bare[len(sign) :]
            break
    bare = bare.removeprefix("$").removeprefix("+")
    if not _AMOUNT.fullmatch(bare):
        raise UnreadableValueError(
            "is not an amount in dollars and cents", "Write it like 1,234.56 or -1,234.56."
        )
    amount = Decimal(bare.replace(",", "")).quantize(Decimal("0.01"))
    return -amount if negative else amount


def identifier(text: str) -> str | None:
    """A number that is a name: text, with Excel's ="…" taken off; None when blank. Raises UnreadableValueError."""
    bare = text.strip()
    if bare.startswith('="') and bare.endswith('"'):
        bare = bare[2:-1]
    if is_nothing(bare):
        return None
    if _SCIENTIFIC.fullmatch(bare):
        raise UnreadableValueError(
            "was turned into a rounded number by a spreadsheet",
            "Export the column as text, so that every digit is kept.",
        )
    return bare


def yes(text: str) -> bool:
    """True for y, yes, true, 1 and x; False for n, no, false, 0 and blank. Raises UnreadableValueError."""
    bare = text.strip().lower()
    if bare in {"y", "yes", "true", "1", "x"}:
        return True
    if is_nothing(bare) or bare in {"n", "no", "false", "0"}:
        return False
    raise UnreadableValueError("is neither yes nor no", "Write Y or N.")


def day_first(values: list[str]) -> bool:
    """Whether a column writes the day before the month; raises UnreadableValueError where it mixes both."""
    parts = [m for m in (_SLASHED.fullmatch(value.strip().split(" ")[0]) for value in values) if m]
    first_is_day = [m for m in parts if int(m[1]) > 12]
    second_is_day = [m for m in parts if int(m[2]) > 12]
    if first_is_day and second_is_day:
        raise UnreadableValueError(
            f"the column mixes day-first ({first_is_day[0][0]}) and month-first ({second_is_day[0][0]}) dates",
            "Export the column in one format, best YYYY-MM-DD.",
        )
    return bool(first_is_day)


def calendar_date(text: str, is_day_first: bool = False) -> date | None:
    """A date as MM/DD/YYYY, M/D/YY, YYYY-MM-DD, CCYYMMDD, DD-MON-YYYY or an Excel serial; None when blank.

    Raises UnreadableValueError for anything else, and for dates before 1990 or after 2099.
    """
    if is_nothing(text):
        return None
    bare = re.sub(r"[T ]\d{1,2}:\d{2}.*$", "", text.strip())
    found = _as_date(bare, is_day_first)
    if found is None or not _SINCE <= found < _UNTIL:
        raise UnreadableValueError("is not a date", "Write it like 2026-03-31 or 03/31/2026.")
    return found


def _as_date(bare: str, is_day_first: bool) -> date | None:
    try:
        if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", bare):
            year, month, day = (int(part) for part in bare.split("-"))
            return date(year, month, day)
        if re.fullmatch(r"\d{8}", bare):
            return datetime.strptime(bare, "%Y%m%d").date()
        if slashed := _SLASHED.fullmatch(bare):
            first, second = int(slashed[1]), int(slashed[2])
            day, month = (first, second) if is_day_first else (second, first)
            return date(_century(slashed[3]), month, day)
        if named := _NAMED_MONTH.fullmatch(bare):
            return date(_century(named[3]), _MONTHS.index(named[2].lower()) + 1, int(named[1]))
        if re.fullmatch(r"\d{5}(\.0+)?", bare):
            return _EXCEL_EPOCH + timedelta(days=int(float(bare)))
    except ValueError:
        return None
    return None


def _century(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)
