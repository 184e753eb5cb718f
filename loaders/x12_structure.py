"""Which transaction, claim, service line and header loop each segment of an 835 belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from loaders.x12 import IGNORED, Segments, Tag
from loaders.x12_columns import Flags, Int64, is_any

ENVELOPE = (Tag.ISA, Tag.GS, Tag.ST, Tag.SE, Tag.GE, Tag.IEA)
# What begins or ends a claim within a transaction.
SECTIONS = (*ENVELOPE, Tag.LX, Tag.TS2, Tag.TS3, Tag.CLP, Tag.PLB)


@dataclass(frozen=True)
class Structure:
    """The hierarchy of a file's 835 transactions.

    Per transaction: st, se, gs, isa (segment numbers, -1 where missing), first_claim (claims before
    it). Per claim and line: clp, svc (segment numbers), claim_end, line_end (bytes past the last
    segment). Per segment: transaction (-1 outside; a PLB after SE is inside), header (before the
    first LX or CLP), claim and line (index in clp and svc, -1 outside).
    """

    st: Int64
    se: Int64
    gs: Int64
    isa: Int64
    transaction_end: Int64
    clp: Int64
    svc: Int64
    claim_end: Int64
    line_end: Int64
    transaction: Int64
    header: Flags
    claim: Int64
    line: Int64

    @property
    def claim_transaction(self) -> Int64:
        """Transaction of each claim."""
        return self.transaction[self.clp]

    @property
    def claim_no(self) -> Int64:
        """Position of each claim in its transaction, from 1."""
        return position_within(self.claim_transaction)

    @property
    def line_claim(self) -> Int64:
        """Claim of each line."""
        return self.claim[self.svc]

    @property
    def line_no(self) -> Int64:
        """Position of each line in its claim, from 1."""
        return position_within(self.line_claim)


def structure_of(segments: Segments) -> Structure:
    """Work out the hierarchy from cumulative maxima and counts over the tags.

    A claim reaches from CLP to the next CLP, LX, TS2, TS3, PLB or the transaction's end, a line
    from SVC to the next SVC or the claim's end (835 guide, loops 2000, 2100 and 2110).
    """
    tag = segments.tag
    envelope = last_row(is_any(tag, ENVELOPE))
    inside = tag[envelope] == Tag.ST
    late = (tag == Tag.PLB) & (tag[envelope] == Tag.SE)
    transaction = np.where(inside | late, np.cumsum(tag == Tag.ST) - 1, -1)
    section = last_row(is_any(tag, SECTIONS))
    in_claim = inside & (tag[section] == Tag.CLP)
    is_claim = inside & (tag == Tag.CLP)
    is_line = in_claim & (tag == Tag.SVC)
    in_line = in_claim & (last_row(is_line) > section)
    st, clp, svc = segments.rows(Tag.ST), np.flatnonzero(is_claim), np.flatnonzero(is_line)
    se = next_row(segments, st, ENVELOPE)
    ends_here = np.where(se < len(tag), tag[np.minimum(se, len(tag) - 1)], 0) == Tag.SE
    return Structure(
        st=st,
        se=np.where(ends_here, se, -1),
        gs=_enclosing(segments, st, Tag.GS),
        isa=_enclosing(segments, st, Tag.ISA),
        transaction_end=segments.end[np.where(ends_here, se, se - 1)],
        clp=clp,
        svc=svc,
        claim_end=segments.end[next_row(segments, clp, SECTIONS) - 1],
        line_end=segments.end[next_row(segments, svc, (*SECTIONS, Tag.SVC)) - 1],
        transaction=transaction,
        header=inside & (tag[section] == Tag.ST),
        claim=np.where(in_claim, np.cumsum(is_claim) - 1, -1),
        line=np.where(in_line, np.cumsum(is_line) - 1, -1),
    )


def without(segments: Segments, transactions: Iterable[int]) -> Segments:
    """Take transactions (numbered by their ST from 0) out: their segments become IGNORED."""
    tag = segments.tag.copy()
    numbers = np.cumsum(tag == Tag.ST) - 1
    inside = is_any(tag[last_row(is_any(tag, ENVELOPE))], (Tag.ST, Tag.SE))
    tag[inside & np.isin(numbers, list(transactions))] = IGNORED
    return replace(segments, tag=tag)


def last_row(flags: Flags) -> Int64:
    """For each segment the last flagged one up to and with it, 0 where there is none."""
    return np.maximum.accumulate(np.where(flags, np.arange(len(flags)), 0))


def next_row(segments: Segments, rows: Int64, tags: Iterable[Tag]) -> Int64:
    """Next segment with one of these tags after each row; past the last where there is none."""
    marks = np.append(np.flatnonzero(is_any(segments.tag, tags)), len(segments.tag))
    return marks[np.searchsorted(marks, rows, side="right")]


def _enclosing(segments: Segments, rows: Int64, tag: Tag) -> Int64:
    """The GS or ISA that each row stands under, -1 where the interchange has none before it."""
    marks = segments.rows(tag)
    at = np.searchsorted(marks, rows) - 1
    found = np.append(marks, -1)[at]
    same = segments.interchange[found] == segments.interchange[rows]
    return np.where((at >= 0) & same, found, -1)


def first_by(groups: Int64, rows: Int64, size: int) -> Int64:
    """First row of each group 0 … size-1, -1 where it has none; rows come in file order."""
    first = np.full(size, -1, np.int64)
    first[groups[::-1]] = rows[::-1]
    return first


def position_within(groups: Int64) -> Int64:
    """Position of each row within its run of equal groups, from 1."""
    index = np.arange(len(groups))
    begins = np.ones(len(groups), np.bool_)
    begins[1:] = groups[1:] != groups[:-1]
    return index - last_row(begins) + 1 if len(groups) else index


def rows_with(segments: Segments, tag: Tag, qualifiers: Iterable[str], among: Int64) -> Int64:
    """Rows of a tag whose first element is one of the qualifiers and whose `among` is not -1."""
    rows = segments.qualified(tag, *qualifiers)
    return rows[among[rows] >= 0]
