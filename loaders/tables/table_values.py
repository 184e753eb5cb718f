"""Reads what people and spreadsheets write for money, dates, identifiers, quantities and yes or no."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

Cell: TypeAlias = str | int | bool | date | Decimal | None

NOTHING = frozenset({"", "-", "--", "n/a", "na", "none", "null", "#n/a", "nan", "nat", "<na>"})
LARGEST_AMOUNT = Decimal(10) ** 15

_AMOUNT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{0,2}0*)?|\.\d{1,2}0*")
_DECIMAL_COMMA = re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,2}")
_QUANTITY = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|-?\.\d+")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
_SLASHED = re.compile(r"(\d{1,2})[/\-.](\d{1,2})[/\-.](\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_NAMED_MONTH = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*\.?,?[- ](\d{4}|\d{2})")
_MONTH_NAMED_FIRST = re.compile(r"([A-Za-z]{3})[a-z]*\.?[- ](\d{1,2}),?[- ](\d{4})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}.*$")
# Up to fifteen digits come through such a program unharmed.
_WITH_A_ZERO = re.compile(r"\d{1,15}\.0")
_LONG_NUMBER = re.compile(r"\d{16,}")
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SINCE, _UNTIL = date(1990, 1, 1), date(2100, 1, 1)
_DIGITS_KEPT = 15
_ZEROS_BY_CHANCE = 2


class UnreadableValueError(ValueError):
    """A cell that cannot be what its column needs; the message says what is wrong, `remedy` what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def is_nothing(text: str) -> bool:
    """True for a blank cell and the words people write instead of one."""
    return text.strip().lower() in NOTHING


def money(text: str, decimal_comma: bool = False) -> Decimal | None:
    """USD as written: 1,234.56  $1,234.56  (1,234.56)  -$1,234.56  1,234.56-  1,234.56CR; None when blank.

    One of parentheses, a minus before or after, and CR makes it negative. With `decimal_comma` the amount is
    written 1.234,56. Raises UnreadableValueError, also for more than two decimals.
    """
    if is_nothing(text):
        return None
    bare = "".join(text.upper().replace("\u2212", "-").split())
    if decimal_comma:
        bare = bare.translate(str.maketrans(",.", ".,"))
    signs = 0
    bare = bare.removeprefix("$") if bare.startswith("$(") else bare
    if bare.startswith("(") and bare.endswith(")"):
        signs, bare = 1, bare[1:-1]
    for ending in ("CR", "-"):
        if bare.endswith(ending):
            signs, bare = signs + 1, bare.removesuffix(ending)
    for beginning in ("-$", "$-", "-"):
        if bare.startswith(beginning):
            signs, bare = signs + 1, bare[len(beginning) :]
            break
    bare = bare.removeprefix("+").removeprefix("$")
    if signs > 1 or not _AMOUNT.fullmatch(bare):
        remedy = "Write it like 1,234.56 or -1,234.56."
        if not decimal_comma and _DECIMAL_COMMA.fullmatch(bare):
            remedy += (
                " Where the whole file is written so, a mapping with decimal_comma = true reads it."
            )
        raise UnreadableValueError("is not an amount in dollars and cents", remedy)
    amount = Decimal(bare.replace(",", ""))
    if amount >= LARGEST_AMOUNT:
        raise UnreadableValueError(
            "is too large for an amount", "Look whether it is a number of something else."
        )
    return (-amount if signs else amount).quantize(Decimal("0.01"))


def quantity(text: str) -> Decimal | None:
    """A count or measure, exact; None when blank. Raises UnreadableValueError."""
    if is_nothing(text):
        return None
    bare = "".join(text.replace("\u2212", "-").split())
    if not _QUANTITY.fullmatch(bare) or len(bare) > _DIGITS_KEPT:
        raise UnreadableValueError("is not a number", "Write it like 2 or 1.5.")
    return Decimal(bare.replace(",", ""))


def identifier(text: str) -> str | None:
    """A number that is a name, as text without Excel's ="…" and '; None when blank. Raises UnreadableValueError."""
    bare = text.strip()
    if bare.startswith('="') and bare.endswith('"'):
        bare = bare[2:-1].strip()
    bare = bare.removeprefix("'")
    if is_nothing(bare):
        return None
    if _SCIENTIFIC.fullmatch(bare):
        raise UnreadableValueError(
            "was turned into a rounded number by a spreadsheet",
            "Export the column as text, so that every digit is kept.",
        )
    return bare


def are_whole_numbers_with_a_zero(texts: Iterable[str]) -> bool:
    """Whether every number of a column ends in ".0": a program took names for numbers, as it does beside blanks."""
    filled = [text for text in texts if not is_nothing(text)]
    return bool(filled) and all(_WITH_A_ZERO.fullmatch(text.strip()) for text in filled)


def is_rounded_column(texts: Iterable[str]) -> bool:
    """Whether numbers of 16 and more digits all end in zeros from the 16th on: spreadsheets keep 15 digits.

    True only where so many zeros are no coincidence (three or more in distinct numbers of the column).
    """
    lost = [
        bare[_DIGITS_KEPT:]
        for bare in {text.strip() for text in texts}
        if _LONG_NUMBER.fullmatch(bare)
    ]
    return all(set(end) == {"0"} for end in lost) and sum(map(len, lost)) > _ZEROS_BY_CHANCE


def yes(text: str) -> bool:
    """True for y, yes, true, 1 and x; False for n, no, false, 0 and blank. Raises UnreadableValueError."""
    bare = text.strip().lower()
    if bare in {"y", "yes", "true", "1", "x"}:
        return True
    if is_nothing(bare) or bare in {"n", "no", "false", "0"}:
        return False
    raise UnreadableValueError("is neither yes nor no", "Write Y or N.")


def day_first(values: Iterable[str]) -> bool:
    """Whether a column writes the day before the month; raises UnreadableValueError where it mixes both.

    What is a date either way or neither way, as 13/45/2024, decides nothing.
    """
    parts = [m for m in (_SLASHED.fullmatch(value.strip().split(" ")[0]) for value in values) if m]
    first_is_day = [m for m in parts if int(m[1]) > 12 >= int(m[2])]
    second_is_day = [m for m in parts if int(m[2]) > 12 >= int(m[1])]
    if first_is_day and second_is_day:
        raise UnreadableValueError(
            f"the column mixes day-first ({first_is_day[0][0]}) and month-first ({second_is_day[0][0]}) dates",
            "Export the column in one format, best YYYY-MM-DD.",
        )
    return bool(first_is_day)


def calendar_date(text: str, is_day_first: bool = False, since_1904: bool = False) -> date | None:
    """A date as MM/DD/YYYY, M/D/YY, YYYY-MM-DD, CCYYMMDD, DD-MON-YYYY or a spreadsheet serial; None when blank.

    since_1904: serials count from 1904, as in workbooks made on older Macs. Raises UnreadableValueError for
    anything else, and for dates before 1990 or after 2099.
    """
    if is_nothing(text):
        return None
    bare = _TIME.sub("", text.strip())
    found = _as_date(bare, is_day_first, _EPOCH_1904 if since_1904 else _EPOCH_1900)
    if found is None or not _SINCE <= found < _UNTIL:
        raise UnreadableValueError("is not a date", "Write it like 2026-03-31 or 03/31/2026.")
    return found


def _as_date(bare: str, is_day_first: bool, epoch: date) -> date | None:
    try:
        if iso := _ISO.fullmatch(bare):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if slashed := _SLASHED.fullmatch(bare):
            first, second = int(slashed[1]), int(slashed[2])
            day, month = (first, second) if is_day_first else (second, first)
            return date(_year(slashed[3]), month, day)
        if len(bare) == 8 and bare.isdecimal():
            return datetime.strptime(bare, "%Y%m%d").date()
        if serial := _SERIAL.fullmatch(bare):
            return epoch + timedelta(days=int(serial[1]))
        return _with_named_month(bare)
    except ValueError:
        return None


def _with_named_month(bare: str) -> date | None:
    if named := _NAMED_MONTH.fullmatch(bare):
        return date(_year(named[3]), _MONTHS.index(named[2].lower()) + 1, int(named[1]))
    if named := _MONTH_NAMED_FIRST.fullmatch(bare):
        return date(int(named[3]), _MONTHS.index(named[1].lower()) + 1, int(named[2]))
    return None


def _year(year: str) -> int:
    if len(year) == 4:
        return int(year)
    return int(year) + (1900 if int(year) >= _SINCE.year % 100 else 2000)
