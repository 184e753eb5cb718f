"""Which bytes of an 835 identify the patient or the subscriber."""

import re
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from loaders.x12.columns import Int64, is_any
from loaders.x12.segments import Segments
from loaders.x12.structure import ENVELOPE, Structure
from loaders.x12.tags import IGNORED, UNKNOWN, Tag, code_of

# NM101 of people: patient, insured, corrected patient or insured, other subscriber.
PEOPLE = ("QC", "IL", "74", "GB")
# NM101 of those who are no patients: service provider, crossover carrier, corrected payer.
OTHERS = ("82", "TT", "PR")
FIRST_NAME_ELEMENT = 3
LAST_NAME_ELEMENT = 9
# REF01 of identifiers of people: social security, member, medical record, policy, employee, group or policy,
# subscriber, client, identity card, family unit and employee identification numbers.
NUMBERS = ("SY", "1W", "EA", "IG", "28", "1L", "0F", "23", "HJ", "49", "A6")
# What stands in no claim, or may say anything there, and the first of its elements that may name somebody.
IN_CLAIMS = ((Tag.N1, 2), (Tag.N2, 1), (Tag.N3, 1), (Tag.N4, 1), (Tag.PER, 1), (Tag.NTE, 1))
# How many elements segments have by the guide; what follows them was meant for another segment.
LENGTHS = {
    Tag.CLP: 14,
    Tag.CAS: 19,
    Tag.SVC: 7,
    Tag.DTM: 6,
    Tag.REF: 4,
    Tag.AMT: 3,
    Tag.QTY: 4,
    Tag.LQ: 2,
    Tag.MIA: 24,
    Tag.MOA: 9,
    Tag.PLB: 14,
}
LONGEST_TAG = 3


class RunOn(NamedTuple):
    """Segments that another segment with a person's name runs into, its tag not at the beginning.

    row: segment; name: element that holds the tag NM1, alone or behind something else; length: how
    many elements are the segment's own, the tag included.
    """

    row: Int64
    name: Int64
    length: Int64


def names_run_on(segments: Segments, structure: Structure) -> RunOn:
    """Find them in the claims that have no NM1 of the patient, which the guide asks for."""
    names = segments.qualified(Tag.NM1, "QC")
    named = np.bincount(structure.claim[names] + 1, minlength=len(structure.clp) + 1)[1:] > 0
    printed = sum(segments.data.count(tag) for tag in (b"NM1", b"nm1")) if not named.all() else 0
    if printed <= len(segments.rows(Tag.NM1)):
        named[:] = True
    found = [
        place
        for claim in np.flatnonzero(~named).tolist()
        for place in _names_within(segments, structure, claim)
    ]
    return RunOn(*np.array(found, np.int64).reshape(-1, 3).T)


def _names_within(
    segments: Segments, structure: Structure, claim: int
) -> list[tuple[int, int, int]]:
    """Row, element and own length of each segment of a claim that a person's NM1 runs into."""
    begin = int(structure.clp[claim])
    element = bytes([segments.interchanges[int(segments.interchange[begin])].element])
    mark = re.escape(element)
    pattern = b"(?i)NM1" + mark + b"(?:" + b"|".join(p.encode() for p in PEOPLE) + b")" + mark
    past = int(structure.claim_end[claim])
    places: list[tuple[int, int, int]] = []
    for match in re.compile(pattern).finditer(segments.data, int(segments.start[begin]), past):
        row = int(np.searchsorted(segments.start, match.start(), side="right")) - 1
        own = segments.data[segments.start[row] : match.start()]
        name = own.count(element)
        if own and not any(row == earlier for earlier, *_ in places):
            places.append((row, name, name + (not own.endswith(element))))
    return places


def without_names(segments: Segments, run_on: RunOn) -> Segments:
    """The segments as far as they are their own."""
    if not run_on.row.size:
        return segments
    count = segments.count.copy()
    count[run_on.row] = run_on.length
    return replace(segments, count=count)


def identifying_spans(
    whole: Segments, segments: Segments, structure: Structure, run_on: RunOn
) -> tuple[Int64, Int64]:
    """Starts and ends of the elements to overwrite before a file is archived, ascending.

    NM1 of a person from NM103 on; an NM1 of nobody known, or of a name that runs into another
    segment, whole; REF02 and after of a person's number; all of DMG; in claims all of N2, N3, N4, PER
    and NTE and N102; what segments have beyond their elements; segments with an unknown tag; all of a
    transaction of `whole` that is no 835 and so IGNORED in `segments`. Delimiters are not in the
    spans, so offsets stay right.
    """
    foreign = (segments.tag == IGNORED) & ~is_any(whole.tag, ENVELOPE)
    in_claim = structure.claim >= 0
    names, unknown = segments.rows(Tag.NM1), np.flatnonzero(segments.tag == UNKNOWN)
    who = segments.qualifier[names]
    is_person = is_any(who, [code_of(name) for name in PEOPLE])
    is_other = is_any(who, [code_of(name) for name in OTHERS])
    tag_end = np.minimum(segments.marks[segments.first[unknown]], segments.stop[unknown])
    no_tag = tag_end - segments.start[unknown] > LONGEST_TAG
    parts = [
        _elements(segments, names[is_person], FIRST_NAME_ELEMENT),
        _elements(segments, names[is_other], LAST_NAME_ELEMENT + 1),
        _elements(segments, names[~(is_person | is_other)], 1),
        _elements(segments, segments.qualified(Tag.REF, *NUMBERS), 2),
        _elements(segments, segments.rows(Tag.DMG), 1),
        _elements(segments, np.flatnonzero(foreign), 1),
        _elements(segments, unknown, 1),
        _elements(segments, run_on.row, run_on.name + 1),
        (segments.start[unknown][no_tag], tag_end[no_tag]),
    ]
    for tag, first in IN_CLAIMS:
        rows = segments.rows(tag)
        parts.append(_elements(segments, rows[in_claim[rows]], first))
    for tag, length in LENGTHS.items():
        rows = segments.rows(tag)
        parts.append(_elements(segments, rows[segments.count[rows] > length + 1], length + 1))
    start = np.concatenate([part[0] for part in parts])
    end = np.concatenate([part[1] for part in parts])
    start, at = np.unique(start, return_index=True)
    return segments.origin.begins(start), segments.origin.ends(end[at])


def _elements(segments: Segments, rows: Int64, first: int | Int64) -> tuple[Int64, Int64]:
    """Spans of every element that is not empty from `first` on."""
    counts = np.maximum(segments.count[rows] - first, 0)
    begin = np.cumsum(counts) - counts - first
    numbers = np.arange(counts.sum()) - np.repeat(begin, counts)
    spans = segments.element(np.repeat(rows, counts), numbers)
    there = ~spans.empty
    return spans.start[there], spans.end[there]
