"""Numbers and dates read from spans of an X12 buffer, a column at a time."""

import numpy as np

from loaders.x12.columns import WORD, Buffer, Bytes, Column, Flags, Int64, Spans, Words

# A decimal(18, s) holds eighteen digits.
LARGEST = 10**18
LONGEST = 40
_ZEROS = np.uint64(0x3030303030303030)
_HIGH_BITS = np.uint64(0x8080808080808080)
# Per length of a text its places in the word that ends with it, and zeros in the places before.
_PLACES = np.array([(1 << 64) - (1 << 8 * (WORD - n)) for n in range(WORD + 1)], np.uint64)
_FILL = _ZEROS & ~_PLACES


def read_decimals(buffer: Buffer, spans: Spans, scale: int) -> Column:
    """Read decimal numbers as integers in units of 10**-scale (scale 2: US cents).

    Form: optional sign, digits, optional point and up to `scale` decimals, or more if the rest are
    zeros (X12 type R without exponent). At most eighteen digits.
    """
    start, end = spans
    empty = start >= end
    if empty.all():
        return Column(np.zeros(len(empty), np.int64), np.zeros(len(empty), np.bool_), empty)
    sign = buffer.bytes[np.minimum(start, max(buffer.bytes.size - 1, 0))]
    negative = ~empty & (sign == ord("-"))
    start = start + (negative | (~empty & (sign == ord("+"))))
    values, known = _numbers(buffer, start, end, scale)
    return Column(np.where(negative, -values, values), known, empty)


def _numbers(buffer: Buffer, start: Int64, end: Int64, scale: int) -> tuple[Int64, Flags]:
    """Read unsigned numbers: short ones as words, the few others character by character."""
    length = end - start
    values, known = _short_numbers(buffer.ending(end), length, scale)
    if known.all():
        return values, known
    rows = np.flatnonzero(~known & (length > 0) & (length <= LONGEST))
    if rows.size:
        place = _numbers_by_place(buffer.bytes, start[rows], length[rows], scale)
        values[rows], known[rows] = place
    return values, known


def _short_numbers(word: Words, length: Int64, scale: int) -> tuple[Int64, Flags]:
    """Read numbers of up to eight characters with two, one or no decimals from words that end there.

    What has another form, or more decimals than the scale, is not known here.
    """
    at = np.minimum(np.maximum(length, 0), WORD)
    word = (word & _PLACES.take(at)) | _FILL.take(at)
    tail = word >> np.uint64(40)
    cents = (tail & np.uint64(0xFF)) == ord(".")
    tenths = ~cents & ((tail & np.uint64(0xFF00)) == ord(".") << 8)
    word = np.where(cents, _without_place(word, 5), word)
    word = np.where(tenths, _without_place(word, 6), word)
    decimals = cents * 2 + tenths
    known = (length > 0) & (length <= WORD) & _all_digits(word) & (decimals <= scale)
    values = _number_of_digits(word) * _POWERS.take(np.maximum(scale - decimals, 0))
    return np.where(known, values, 0), known


_POWERS = 10 ** np.arange(4)


def _without_place(word: Words, place: int) -> Words:
    """Take one of the eight characters out; those before it move up and a zero comes first."""
    below, above = np.uint64((1 << 8 * place) - 1), np.uint64((1 << 64) - (1 << 8 * (place + 1)))
    return ((word & below) << np.uint64(8)) | (word & above) | np.uint64(ord("0"))


def _all_digits(word: Words) -> Flags:
    """True where all eight characters are digits."""
    wrong = ((word + np.uint64(0x4646464646464646)) | (word - _ZEROS)) & _HIGH_BITS
    return np.asarray(wrong == 0, np.bool_)


def _number_of_digits(word: Words) -> Int64:
    """Number that eight digits write, the first in the lowest place: pairs, then fours, then all."""
    pairs = word - _ZEROS
    pairs = pairs * np.uint64(10) + (pairs >> np.uint64(8))
    mask = np.uint64(0x000000FF000000FF)
    first = (pairs & mask) * np.uint64(0x000F424000000064)
    second = ((pairs >> np.uint64(16)) & mask) * np.uint64(0x0000271000000001)
    return ((first + second) >> np.uint64(32)).astype(np.int64)


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


def read_dates(buffer: Buffer, spans: Spans) -> Column:
    """Read dates as days since 1970-01-01: CCYYMMDD, or the first of CCYYMMDD-CCYYMMDD.

    Six-digit years and days that the calendar does not have are unreadable.
    """
    start, end = spans
    length = end - start
    days, known = _days(buffer.beginning(start))
    known &= (length == 8) | (length == 17)
    ranges = np.flatnonzero(length == 17)
    if ranges.size:
        joined = buffer.bytes[start[ranges] + 8] == ord("-")
        known[ranges] &= joined & _days(buffer.beginning(start[ranges] + 9))[1]
    return Column(np.where(known, days, 0), known, length <= 0)


def _days(word: Words) -> tuple[Int64, Flags]:
    """Days since 1970-01-01 that eight characters write, and whether they are a date."""
    known = _all_digits(word)
    number = np.where(known, _number_of_digits(word), 0)
    month, day = number // 100, number % 100
    year, month = month // 100, month % 100
    known &= (year > 0) & (month > 0) & (month <= 12)
    at = np.where(known, year * 12 + month - 13, 0)
    first = _MONTHS.take(at)
    known &= (day > 0) & (day <= _MONTHS.take(at + 1) - first)
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
