"""Which transaction, claim, service line and header loop each segment of an 835 belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from loaders.x12.columns import Flags, Int64, is_any
from loaders.x12.segments import Segments
from loaders.x12.tags import IGNORED, Tag

ENVELOPE = (Tag.ISA, Tag.GS, Tag.ST, Tag.SE, Tag.GE, Tag.IEA)
# What begins or ends a claim within a transaction.
SECTIONS = (*ENVELOPE, Tag.LX, Tag.TS2, Tag.TS3, Tag.CLP, Tag.PLB)


@dataclass(frozen=True)
class Structure:
    """The hierarchy of a file's 835 transactions.

    Per transaction: st, se, gs, isa (segment numbers, -1 where missing), first_claim (claims before
    it). Per claim and line: clp, svc (segment numbers), claim_end, line_end (bytes past the last
    segment). Per segment: transaction (-1 outside; a PLB right after SE is inside), header (before the
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

    @cached_property
    def claim_transaction(self) -> Int64:
        """Transaction of each claim."""
        return self.transaction[self.clp]

    @cached_property
    def claim_no(self) -> Int64:
        """Position of each claim in its transaction, from 1."""
        return position_within(self.claim_transaction)

    @cached_property
    def line_claim(self) -> Int64:
        """Claim of each line."""
        return self.claim[self.svc]

    @cached_property
    def line_no(self) -> Int64:
        """Position of each line in its claim, from 1."""
        return position_within(self.line_claim)


def structure_of(segments: Segments) -> Structure:
    """Work out the hierarchy from cumulative maxima and counts over the tags.

    A claim reaches from CLP to the next CLP, LX, TS2, TS3, PLB or the transaction's end, a line
    from SVC to the next SVC or the claim's end (835 guide, loops 2000, 2100 and 2110).
    """
    tag, size = segments.tag, len(segments.tag)
    envelope = segments.rows_of(ENVELOPE)
    opens = tag[envelope] == Tag.ST
    number = np.cumsum(opens) - 1
    transaction = spread(np.where(opens, number, -1), envelope, size)
    late, behind = _behind_se(segments, envelope)
    transaction[late] = number[behind]
    section = segments.rows_of(SECTIONS)
    is_claim = (tag[section] == Tag.CLP) & (transaction[section] >= 0)
    claim = spread(np.where(is_claim, np.cumsum(is_claim) - 1, -1), section, size)
    st, clp, svc = segments.rows(Tag.ST), section[is_claim], segments.rows(Tag.SVC)
    svc = svc[claim[svc] >= 0]
    bounds = np.sort(np.concatenate((section, svc)))
    is_line = tag[bounds] == Tag.SVC
    line = spread(np.where(is_line, np.cumsum(is_line) - 1, -1), bounds, size)
    se = next_row(envelope, st, size)
    ends_here = np.append(tag, 0)[se] == Tag.SE
    return Structure(
        st=st,
        se=np.where(ends_here, se, -1),
        gs=_enclosing(segments, st, Tag.GS),
        isa=_enclosing(segments, st, Tag.ISA),
        transaction_end=segments.end[np.where(ends_here, se, se - 1)],
        clp=clp,
        svc=svc,
        claim_end=segments.end[next_row(section, clp, size) - 1],
        line_end=segments.end[next_row(bounds, svc, size) - 1],
        transaction=transaction,
        header=spread((tag[section] == Tag.ST) - 1, section, size) == 0,
        claim=claim,
        line=line,
    )


def _behind_se(segments: Segments, envelope: Int64) -> tuple[Int64, Int64]:
    """The PLB segments right behind the SE that ends a transaction, and which of the envelope's segments that is."""
    plb, tag = segments.rows(Tag.PLB), segments.tag
    before = np.searchsorted(envelope, plb) - 1
    ends = np.flatnonzero((tag[envelope[1:]] == Tag.SE) & (tag[envelope[:-1]] == Tag.ST)) + 1
    se = envelope[before]
    nothing_between = np.arange(len(plb)) - np.searchsorted(plb, se) == plb - se - 1
    late = np.isin(before, ends) & nothing_between
    return plb[late], before[late]


def without(segments: Segments, transactions: Iterable[int]) -> Segments:
    """Take transactions (numbered by their ST from 0) out: their segments become IGNORED.

    An SE belongs to the last ST before it in its interchange; another interchange's may be in another block.
    """
    tag, size = segments.tag.copy(), len(segments.tag)
    envelope = segments.rows_of(ENVELOPE)
    opens = tag[envelope] == Tag.ST
    numbers = np.cumsum(opens) - 1
    interchange = segments.interchange[envelope]
    belongs = is_any(tag[envelope], (Tag.ST, Tag.SE)) & np.isin(numbers, list(transactions))
    belongs &= interchange == interchange[opens][numbers]
    tag[spread(belongs - 1, envelope, size) == 0] = IGNORED
    return replace(segments, tag=tag)


def spread(values: Int64, rows: Int64, size: int) -> Int64:
    """For each of `size` segments the value of the last of the rows up to and with it, else -1."""
    steps = np.zeros(size, np.int64)
    if not size:
        return steps
    steps[rows] = np.diff(values, prepend=-1)
    steps[0] -= 1
    return np.cumsum(steps)


def next_row(among: Int64, rows: Int64, size: int) -> Int64:
    """The first of `among`, which ascend, after each row; `size` where there is none."""
    return np.append(among, size)[np.searchsorted(among, rows, side="right")]


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
    if not len(groups):
        return groups.copy()
    index = np.arange(len(groups))
    begins = np.flatnonzero(np.append(True, groups[1:] != groups[:-1]))
    return index - spread(begins, begins, len(groups)) + 1


def rows_with(segments: Segments, tag: Tag, qualifiers: Iterable[str], among: Int64) -> Int64:
    """Rows of a tag whose first element is one of the qualifiers and whose `among` is not -1."""
    rows = segments.qualified(tag, *qualifiers)
    return rows[among[rows] >= 0]
