"""What an 835 says beside the columns of its other tables, as an Arrow table of its own."""

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.x12 import schemas
from loaders.x12.columns import (
    Arrow,
    Bytes,
    Column,
    Flags,
    Int64,
    Spans,
    date_array,
    decimal_array,
    first_known,
    gather,
    int32_array,
    int64_array,
    is_any,
    joined,
    table_of,
)
from loaders.x12.composites import components
from loaders.x12.lines import LAST_MODIFIER
from loaders.x12.masking import NUMBERS
from loaders.x12.segments import Segments
from loaders.x12.structure import Structure
from loaders.x12.tags import Tag, code_of
from loaders.x12.values import read_dates, read_decimals

AMOUNT, DAY, TEXT, PROCEDURE, PRESENCE = range(1, 6)
# What each element is; of segments that are not qualified or told apart, every one that is here is kept.
ELEMENTS = {
    Tag.AMT: {2: AMOUNT},
    Tag.QTY: {2: TEXT},
    Tag.REF: {2: TEXT},
    Tag.DTM: {2: DAY},
    Tag.CUR: {2: TEXT},
    Tag.LX: {1: TEXT},
    Tag.TS3: {
        **dict.fromkeys((1, 2, 4, 23), TEXT),
        3: DAY,
        **dict.fromkeys((*range(5, 23), 24), AMOUNT),
    },
    Tag.TS2: {
        **dict.fromkeys((7, *range(10, 15), 16), TEXT),
        **dict.fromkeys((*range(1, 7), 8, 9, 15, *range(17, 20)), AMOUNT),
    },
    Tag.CLP: dict.fromkeys(range(10, 14), TEXT),
    Tag.MIA: {
        **dict.fromkeys((1, 3, 15), TEXT),
        **dict.fromkeys((2, 4, *range(6, 15), *range(16, 20), 24), AMOUNT),
    },
    Tag.MOA: {1: TEXT, **dict.fromkeys((2, 8, 9), AMOUNT)},
    Tag.NM1: {1: PRESENCE, 3: TEXT, 8: TEXT, 9: TEXT},
    Tag.SVC: {6: PROCEDURE, 7: TEXT},
}
# One element of each of these, and the same one.
SINGLE = (Tag.AMT, Tag.QTY, Tag.CUR, Tag.LX)
QUALIFIED = (Tag.AMT, Tag.QTY, Tag.REF, Tag.DTM, Tag.CUR, Tag.NM1)
# These belong to a claim, wherever in it they stand, and to nothing else.
OF_CLAIMS = (Tag.MIA, Tag.MOA, Tag.NM1)

# REF01 of the guide (005010X221A1 and 004010X091A1) that name no patient, subscriber or employee.
# F8 and 6R have columns.
REFERENCES = tuple(
    code
    for code in (
        *("EV", "F2", "2U", "EO", "HI", "NF", "PQ", "TJ"),
        *("6P", "9A", "9C", "9F", "BB", "CE", "G1", "G3"),
        *("0B", "1A", "1B", "1C", "1D", "1G", "1H", "1J", "D3", "G2", "HPI", "LU"),
        *("0K", "1S", "APC", "E9", "RB"),
    )
    if code not in NUMBERS
)
# DTM01 of dates that have a column, and of a birth.
DATES_ELSEWHERE = ("405", "232", "233", "050", "472", "222")
PERSON_CORRECTED = "74"
PAYERS = (code_of("TT"), code_of("PR"))

_PLACES = 32
_ALL = [(tag, number, kind) for tag, own in ELEMENTS.items() for number, kind in own.items()]


def _kinds() -> Bytes:
    """What each element is, by tag and number."""
    table = np.zeros((max(Tag) + 1) * _PLACES, np.uint8)
    for tag, number, kind in _ALL:
        table[tag * _PLACES + number] = kind
    return table


def _having(tags: tuple[Tag, ...]) -> Flags:
    """Which tags are among these."""
    table = np.zeros(256, np.bool_)
    table[list(tags)] = True
    return table


def _names() -> Arrow:
    """Name of each element by tag and number, e.g. AMT02."""
    names = [""] * ((max(Tag) + 1) * _PLACES)
    for tag, number, _ in _ALL:
        names[tag * _PLACES + number] = f"{tag.name}{number:02d}"
    return pa.array(names, pa.string())


def _with_codes(codes: Iterable[str]) -> Flags:
    """True at the number of each code."""
    there = np.zeros(1 << 18, np.bool_)
    there[[code_of(code) for code in codes]] = True
    return there


_KINDS = _kinds()
_NAMES = _names()
_HAS_NO_QUALIFIER = ~_having(QUALIFIED)
_IS_OF_CLAIM = _having(OF_CLAIMS)
_WANTED = {Tag.REF: _with_codes(REFERENCES), Tag.DTM: ~_with_codes(DATES_ELSEWHERE)}


def detail_table(segments: Segments, structure: Structure, ids: Int64) -> pa.Table:
    """Make table remittance_detail: one row per element that is not empty, in file order.

    An amount or a day that cannot be read stands in `value` as printed, a range of days in both.
    """
    places = _places(segments, structure)
    claim, transaction = _belongs_to(segments, structure, places.rows)
    inside = transaction >= 0
    if not inside.all():
        places, claim, transaction = places.where(inside), claim[inside], transaction[inside]
    rows, numbers, spans = places
    start, tag = segments.start.take(rows), segments.tag.take(rows)
    place = tag.astype(np.int64) * _PLACES + numbers
    kind = _KINDS.take(place)
    amount, day = _amounts(segments, spans, kind), _days(segments, spans, kind)
    printed = (kind == TEXT) | ((kind == AMOUNT) & ~amount.known)
    printed |= (kind == DAY) & (~day.known | (spans.end - spans.start > len("CCYYMMDD")))
    qualifier = _qualifiers(segments, places, tag, start)
    value = _printed(segments, spans, np.flatnonzero(printed))
    procedures = np.flatnonzero(kind == PROCEDURE)
    if procedures.size:
        of, billed = _procedures(segments, rows, procedures)
        qualifier, value = first_known(qualifier, of), first_known(value, billed)
    lines = structure.line.take(rows)
    lines[_IS_OF_CLAIM.take(tag)] = -1
    columns: list[Arrow] = [
        int64_array(ids.take(transaction)),
        int32_array(np.append(structure.claim_no, 0).take(claim)),
        int32_array(np.append(structure.line_no, 0).take(lines)),
        int64_array(start),
        _NAMES.take(int64_array(place)),
        qualifier,
        decimal_array(amount, 2),
        date_array(day),
        value,
    ]
    return table_of(columns, schemas.REMITTANCE_DETAIL)


class Places(NamedTuple):
    """Segment, number and span of some elements."""

    rows: Int64
    numbers: Int64
    spans: Spans

    def where(self, chosen: Flags | Int64) -> "Places":
        """Some of them."""
        spans = Spans(self.spans.start[chosen], self.spans.end[chosen])
        return Places(self.rows[chosen], self.numbers[chosen], spans)


def _places(segments: Segments, structure: Structure) -> Places:
    """Every element that is kept, in file order."""
    number = np.zeros(len(segments.tag), np.uint8)
    for tag in SINGLE:
        number[segments.rows(tag)] = next(iter(ELEMENTS[tag]))
    for tag, wanted in _WANTED.items():
        rows = segments.rows(tag)
        number[rows] = 2 * wanted.take(segments.qualifier.take(rows), mode="wrap")
    names = segments.rows(Tag.NM1)
    whose = segments.qualifier.take(names)
    number[names[whose == code_of(PERSON_CORRECTED)]] = 1
    rows = np.flatnonzero(number != 0)
    numbers = number.take(rows).astype(np.int64)
    parts = [
        _filled(rows, numbers, segments.element(rows, numbers)),
        *_payers(segments, names[is_any(whose, PAYERS)]),
        *_of_long_segments(segments, structure),
    ]
    if len(parts) == 1:
        return parts[0]
    rows, numbers, start, end = (
        np.concatenate(column)
        for column in zip(*((p.rows, p.numbers, *p.spans) for p in parts), strict=True)
    )
    order = np.argsort(rows * _PLACES + numbers, kind="stable")
    return Places(rows, numbers, Spans(start, end)).where(order)


def _belongs_to(segments: Segments, structure: Structure, rows: Int64) -> tuple[Int64, Int64]:
    """Claim (-1 for none) and transaction of each row; -1 for both where it stands astray."""
    claim = structure.claim.take(rows)
    transaction = np.append(structure.claim_transaction, -1).take(claim)
    outside = np.flatnonzero(claim < 0)
    own = structure.transaction.take(rows[outside])
    own[_IS_OF_CLAIM.take(segments.tag.take(rows[outside]))] = -1
    transaction[outside] = own
    return claim, transaction


def _payers(segments: Segments, names: Int64) -> Iterator[Places]:
    """Names and numbers of the payers that are organisations."""
    return _elements(segments, names[segments.code(names, 2) == code_of("2")], (3, 8, 9))


def _of_long_segments(segments: Segments, structure: Structure) -> Iterator[Places]:
    """Elements of segments that may have several."""
    for tag in (Tag.TS3, Tag.TS2, Tag.MIA, Tag.MOA):
        yield from _elements(segments, segments.rows(tag), ELEMENTS[tag])
    yield from _elements(segments, structure.clp, ELEMENTS[Tag.CLP])
    yield from _elements(segments, structure.svc, ELEMENTS[Tag.SVC])


def _elements(segments: Segments, rows: Int64, numbers: Iterable[int]) -> Iterator[Places]:
    """Some elements of segments, number by number."""
    most = int(segments.count.take(rows).max(initial=0))
    for number in numbers:
        if number < most:
            found = _filled(rows, number, segments.element(rows, number))
            if found.rows.size:
                yield found


def _filled(rows: Int64, numbers: Int64 | int, spans: Spans) -> Places:
    """Those of the elements that are not empty."""
    there = np.flatnonzero(~spans.empty)
    found = Places(rows, np.broadcast_to(numbers, rows.shape), spans)
    return found if len(there) == len(rows) else found.where(there)


def _amounts(segments: Segments, spans: Spans, kind: Bytes) -> Column:
    """Amounts in cents, those of other elements not known."""
    at = np.flatnonzero(kind == AMOUNT)
    own = read_decimals(segments.buffer, Spans(spans.start[at], spans.end[at]), 2)
    return _spread(own, at, len(kind))


def _days(segments: Segments, spans: Spans, kind: Bytes) -> Column:
    """Days since 1970-01-01, those of other elements not known."""
    at = np.flatnonzero(kind == DAY)
    own = read_dates(segments.buffer, Spans(spans.start[at], spans.end[at]))
    return _spread(own, at, len(kind))


def _spread(own: Column, at: Int64, size: int) -> Column:
    values, known = np.zeros(size, np.int64), np.zeros(size, np.bool_)
    values[at], known[at] = own.values, own.known
    return Column(values, known, ~known)


def _qualifiers(segments: Segments, places: Places, tag: Bytes, start: Int64) -> Arrow:
    """First element of the segments that have a qualifier there, null for the others."""
    rows, numbers, spans = places
    end = np.where(numbers == 1, spans.end, spans.start - 1)
    far = np.flatnonzero(numbers > 2)
    end[far] = segments.element(rows[far], 1).end
    end[_HAS_NO_QUALIFIER.take(tag)] = 0
    return gather(segments.buffer, Spans(start + len("AMT*"), end))


def _printed(segments: Segments, spans: Spans, at: Int64) -> Arrow:
    """Text of some of the spans, null for the others."""
    size = len(spans.start)
    if not at.size:
        return pa.nulls(size, pa.string())
    texts = gather(segments.buffer, Spans(spans.start[at], spans.end[at]))
    lengths, known = np.zeros(size + 1, np.int32), np.zeros(size, np.bool_)
    known[at] = True
    sizes: Arrow = pc.binary_length(texts)  # type: ignore[call-overload]
    lengths[at + 1] = sizes.to_numpy()
    offsets = np.cumsum(lengths, dtype=np.int32)
    valid = pa.py_buffer(np.packbits(known, bitorder="little").data)
    return pa.Array.from_buffers(
        pa.string(), size, [valid, pa.py_buffer(offsets.data), texts.buffers()[2]]
    )


def _procedures(segments: Segments, rows: Int64, at: Int64) -> tuple[Arrow, Arrow]:
    """Qualifier, and code with modifiers separated by blanks, of SVC06; null for the other rows."""
    qualifier, *codes = components(segments, rows[at], 6, LAST_MODIFIER)
    index = np.zeros(len(rows), np.int64)
    index[at] = np.arange(len(at))
    there = np.zeros(len(rows), np.bool_)
    there[at] = True
    places = int64_array(index, there)
    return qualifier.take(places), reduce(joined, codes).take(places)
