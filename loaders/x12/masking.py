"""Which bytes of an 835 identify the patient or the subscriber."""

import numpy as np

from loaders.x12.columns import Int64, is_any
from loaders.x12.segments import Segments
from loaders.x12.structure import ENVELOPE, Structure
from loaders.x12.tags import IGNORED, Tag

# NM101 of people: patient, insured, corrected patient or insured, other subscriber.
PEOPLE = ("QC", "IL", "74", "GB")
FIRST_NAME_ELEMENT = 3
# REF01 of identifiers of people: social security number, member number, medical record number.
NUMBERS = ("SY", "1W", "EA")


def identifying_spans(
    whole: Segments, segments: Segments, structure: Structure
) -> tuple[Int64, Int64]:
    """Starts and ends of the elements to overwrite before a file is archived, ascending.

    NM1 of a person from NM103 on; REF02 and after of a person's number; all of DMG; all of N3, N4
    and PER within claims; all of a transaction of `whole` that is no 835 and so IGNORED in
    `segments`. Delimiters are not in the spans, so offsets stay right.
    """
    foreign = (segments.tag == IGNORED) & ~is_any(whole.tag, ENVELOPE)
    in_claim = structure.claim >= 0
    parts = [
        _elements(segments, segments.qualified(Tag.NM1, *PEOPLE), FIRST_NAME_ELEMENT),
        _elements(segments, segments.qualified(Tag.REF, *NUMBERS), 2),
        _elements(segments, segments.rows(Tag.DMG), 1),
        _elements(segments, np.flatnonzero(foreign), 1),
    ]
    for tag in (Tag.N3, Tag.N4, Tag.PER):
        parts.append(_elements(segments, np.flatnonzero((segments.tag == tag) & in_claim), 1))
    start = np.concatenate([part[0] for part in parts])
    end = np.concatenate([part[1] for part in parts])
    order = np.argsort(start, kind="stable")
    return segments.origin.begins(start[order]), segments.origin.ends(end[order])


def _elements(segments: Segments, rows: Int64, first: int) -> tuple[Int64, Int64]:
    """Spans of every element that is not empty from `first` on."""
    counts = np.maximum(segments.count[rows] - first, 0)
    begin = np.cumsum(counts) - counts
    numbers = np.arange(counts.sum()) - np.repeat(begin, counts) + first
    spans = segments.element(np.repeat(rows, counts), numbers)
    there = ~spans.empty
    return spans.start[there], spans.end[there]
