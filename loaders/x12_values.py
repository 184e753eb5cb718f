"""Numbers and dates read from spans of an X12 buffer, a column at a time."""

import numpy as np

from loaders.x12_columns import Bytes, Column, Flags, Int64, Spans

# A decimal(18, s) holds eighteen digits.
LARGEST = 10**18
USUAL_LENGTH = 12
LONGEST = 40


def read_decimals(buffer: Bytes, spans: Spans, scale: int) -> Column:
    """Read decimal numbers as integers in units of 10**-scale (scale 2: US cents).

    Form: optional sign, digits, optional point and up to `scale` decimals, or more if the rest are
    zeros (X12 type R without exponent). At most eighteen digits.
    """
    start, end = spans
    empty = start >= end
    sign = buffer[np.minimum(start, buffer.size - 1)]
    negative = ~empty & (sign == ord("-"))
    start = start + (negative | (~empty & (sign == ord("+"))))
    values, known = _numbers(buffer, start, end - start, scale)
    return Column(np.where(negative, -values, values), known, empty)


def _numbers(buffer: Bytes, start: Int64, length: Int64, scale: int) -> tuple[Int64, Flags]:
    """Read unsigned numbers; the few long ones apart, so that they do not slow the others."""
    values, known = np.zeros(len(start), np.int64), np.zeros(len(start), np.bool_)
    for low, high in ((0, USUAL_LENGTH), (USUAL_LENGTH, LONGEST)):
        rows = np.flatnonzero((length > low) & (length <= high))
        if rows.size:
            values[rows], known[rows] = _numbers_by_place(buffer, start[rows], length[rows], scale)
    return values, known


def _numbers_by_place(
    buffer: Bytes, start: Int64, length: Int64, scale: int
) -> tuple[Int64, Flags]:
    """Read unsigned numbers, character by character over the whole column."""
    n = len(start)
    value, known = np.zeros(n, np.int64), np.ones(n, np.bool_)
    digits, decimals, point = np.zeros(n, np.int8), np.zeros(n, np.int8), np.zeros(n, np.bool_)
    for place in range(int(length.max())):
        byte = buffer[np.minimum(start + place, buffer.size - 1)]
        digit = byte - np.uint8(ord("0"))
        inside = length > place
        is_digit = inside & (digit < 10)
        is_point = inside & (byte == ord(".")) & ~point
        known &= ~inside | is_digit | is_point
        known &= ~is_digit | (value < LARGEST // 10)
        value = np.where(is_digit, value * 10 + digit, value)
        digits += is_digit
        decimals += is_digit & point
        point |= is_point
    return _scaled(value, known & (digits > 0), scale - decimals.astype(np.int64))


def _scaled(value: Int64, known: Flags, shift: Int64) -> tuple[Int64, Flags]:
    """Multiply by 10**shift; a negative shift must drop nothing but zeros."""
    power = 10 ** np.minimum(np.abs(shift), 18)
    fits = np.where(shift < 0, value % power == 0, value < LARGEST // power)
    known = known & fits
    scaled = np.where(shift < 0, value // power, np.where(known, value, 0) * power)
    return np.where(known, scaled, 0), known


def read_dates(buffer: Bytes, spans: Spans) -> Column:
    """Read dates as days since 1970-01-01: CCYYMMDD, or the first of CCYYMMDD-CCYYMMDD.

    Six-digit years and days that the calendar does not have are unreadable.
    """
    start, end = spans
    length = end - start
    days, known = np.zeros(len(start), np.int64), np.zeros(len(start), np.bool_)
    single = np.flatnonzero((length == 8) | (length == 17))
    days[single], known[single] = _days(buffer, start[single])
    ranges = single[length[single] == 17]
    joined = buffer[start[ranges] + 8] == ord("-")
    known[ranges] &= joined & _days(buffer, start[ranges] + 9)[1]
    return Column(np.where(known, days, 0), known, length <= 0)


def _days(buffer: Bytes, start: Int64) -> tuple[Int64, Flags]:
    """Days since 1970-01-01 of the eight bytes at each offset, and whether they are a date."""
    number, known = np.zeros(len(start), np.int64), np.ones(len(start), np.bool_)
    for place in range(8):
        digit = buffer[start + place] - np.uint8(ord("0"))
        known &= digit < 10
        number = number * 10 + digit
    month, day = number // 100, number % 100
    year, month = month // 100, month % 100
    known &= (year > 0) & (month > 0) & (month <= 12)
    at = np.where(known, year * 12 + month - 13, 0)
    first = _MONTHS[at]
    known &= (day > 0) & (day <= _MONTHS[at + 1] - first)
    return first + day - 1, known


# Day on which each month from January of year 1 to January of year 10000 begins.
_MONTHS = (
    np.arange((1 - 1970) * 12, (10_000 - 1970) * 12 + 1)
    .astype("datetime64[M]")
    .astype("datetime64[D]")
    .astype(np.int64)
)


def sum_by(groups: Int64, column: Column, size: int) -> Column:
    """Sum per group 0 … size-1, exactly; unknown where a value is unknown or the sum too large."""
    total = np.zeros(size, np.int64)
    np.add.at(total, groups, column.values)
    magnitude = np.bincount(groups, weights=np.abs(column.values), minlength=size)
    missing = np.bincount(groups, weights=~column.known, minlength=size) > 0
    known = ~missing & (magnitude < 2**62) & (np.abs(total) < LARGEST)
    return Column(np.where(known, total, 0), known, np.zeros(size, np.bool_))


def difference_of(minuend: Column, *subtrahends: Column) -> Column:
    """Subtract columns; unknown where any is or where the result has more than eighteen digits."""
    values, known = minuend.values, minuend.known
    for column in subtrahends:
        values, known = values - column.values, known & column.known
    known = known & (np.abs(values) < LARGEST)
    return Column(np.where(known, values, 0), known, np.zeros(len(values), np.bool_))
