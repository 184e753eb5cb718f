"""Where the interchanges of an X12 file begin and which bytes delimit them."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

BLANKS = b" \t\r\n\x0b\x0c\x00\x1a\xef\xbb\xbf"
# Offsets of the sixteen element separators in an ISA of the standard 106 bytes.
ISA_SEPARATORS = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
# No ISA of the wrong length is longer; its sixteen elements hold 87 bytes by the standard.
LONGEST_ISA = 400
# Blanks between two interchanges; beyond that they are looked at one by one.
LONGEST_TAIL = 64


class Interchange(NamedTuple):
    """Byte range [start, end) of an interchange in the file, and its delimiters as byte values.

    repetition is ISA11 (the letter U before 5010, when there was none). has_isa is False where the
    delimiters were inferred because the file begins with GS or ST.
    """

    start: int
    end: int
    element: int
    repetition: int
    component: int
    terminator: int
    has_isa: bool

    @property
    def delimiters(self) -> tuple[int, int, int]:
        """Element separator, component separator and terminator."""
        return self.element, self.component, self.terminator

    def moved(self, by: int, end: int) -> "Interchange":
        """The same in a text that is cut at `end` and stands behind `by` other bytes."""
        return Interchange(
            self.start + by,
            min(self.end, end) + by,
            self.element,
            self.repetition,
            self.component,
            self.terminator,
            self.has_isa,
        )


def stretches(data: bytes, interchanges: Sequence[Interchange]) -> list[Interchange]:
    """Interchanges that follow one another with the same delimiters and nothing between, as one."""
    begins = [interchanges[0]]
    ends: list[int] = []
    for before, after in pairwise(interchanges):
        tail = data[max(before.end - LONGEST_TAIL, before.start) : before.end].rstrip(BLANKS)
        same = before.delimiters == after.delimiters and before.has_isa == after.has_isa
        if not (same and tail and tail[-1] == before.terminator):
            ends.append(before.end)
            begins.append(after)
    ends.append(interchanges[-1].end)
    return [begin._replace(end=end) for begin, end in zip(begins, ends, strict=True)]


def find_interchanges(data: bytes) -> tuple[Interchange, ...]:
    """Find every interchange; each reaches to the next ISA or the end of the file.

    Delimiters come from the ISA (835 guide, appendix B.1.1.2.5): the element separator is the byte
    after ISA, the repetition separator ISA11, the component separator ISA16, the terminator the
    byte after ISA16. An ISA of the wrong length is read by counting its sixteen elements.
    """
    found = interchanges_in(data)
    bare = None if found else _without_isa(data)
    return (bare,) if bare else found


def interchanges_in(data: bytes) -> tuple[Interchange, ...]:
    """The interchanges that begin with an ISA in a text."""
    places = sorted(at for word in (b"ISA", b"isa") for at in _places(data, word))
    read = (_isa(data, at) for at in places)
    found = [isa for isa in read if isa]
    ends = [*(isa.start for isa in found), len(data)][1:]
    return tuple(isa.moved(0, end) for isa, end in zip(found, ends, strict=True))


def _places(data: bytes, word: bytes) -> Iterator[int]:
    """Yield every offset where an ISA may begin."""
    # To look for single letters costs a tenth; most texts have no small ones.
    at = data.find(word) if all(letter in data for letter in word) else -1
    while at >= 0:
        if _may_be_isa(data, at):
            yield at
        at = data.find(word, at + 1)


def _may_be_isa(data: bytes, at: int) -> bool:
    """Tell an ISA from a name like LISA: its separator comes back, or no letters adjoin it."""
    before, after = data[max(at - 1, 0) : at], data[at + 3 : at + 4]
    return after == data[at + 6 : at + 7] or not (before.isalnum() or after.isalnum())


def _isa(data: bytes, start: int) -> Interchange | None:
    """Read the ISA at an offset, as it stands or, where that gives no delimiters, without line breaks."""
    found = _isa_at(data, start)
    plain = found and not {found.component, found.terminator} & set(b"\r\n")
    if found and (plain or _is_followed(data[start : start + LONGEST_ISA], found)):
        return found
    unbroken = data[start : start + 2 * LONGEST_ISA].translate(None, b"\r\n")
    joined = _isa_at(unbroken, 0)
    if not joined or not _is_followed(unbroken, joined):
        return found
    return joined._replace(start=start, end=len(data))


def _is_followed(data: bytes, isa: Interchange) -> bool:
    """Whether a segment of the envelope stands right behind the ISA a text begins with."""
    element = re.escape(bytes([isa.element]))
    head = b"(?:[^" + element + b"]*" + element + b"){16}"
    behind = (
        re.escape(bytes([isa.component, isa.terminator])) + rb"[ \t\r\n]*(?i:GS|TA1|IEA|ST)[ \t]*"
    )
    return bool(re.compile(head + behind + element).match(data))


_separators_of = itemgetter(*ISA_SEPARATORS)


def _isa_at(data: bytes, start: int) -> Interchange | None:
    """Read the ISA at an offset; None where there is only the word."""
    head = data[start : start + LONGEST_ISA]
    if len(head) >= 106 and _separators_of(head).count(head[3]) == 16:
        separators: tuple[int, ...] = ISA_SEPARATORS
    else:
        separators = _counted_separators(data, start, head)
    if not separators or len(head) < separators[15] + 3:
        return None
    element, last = head[3], start + separators[15] + 1
    if _ends_at(data, last, element):
        component, terminator = _inferred_component(data, re.escape(head[3:4])), data[last]
    else:
        component, terminator = data[last], _terminator(data, last + 1, element)
    if len({element, component, terminator}) < 3:
        return None
    repetition = head[separators[10] + 1] if separators[11] > separators[10] + 1 else component
    return Interchange(start, len(data), element, repetition, component, terminator, True)


def _ends_at(data: bytes, at: int, element: int) -> bool:
    """Whether an ISA without ISA16 ends there: a segment follows at once, or on lines that end alike."""
    rest = data[at + 1 : at + 1 + LONGEST_ISA]
    body = rest.lstrip(b"\r\n")
    if not body[:1].isalpha():
        return False
    tag = rb"(?:GS|TA1|IEA|ST)" + re.escape(bytes([element]))
    if not re.match(tag, body, re.IGNORECASE):
        return False
    lines = re.split(rb"[\r\n]+", body)
    return body == rest or all(line.endswith(data[at : at + 1]) for line in lines[:-1] or lines)


def _counted_separators(data: bytes, start: int, head: bytes) -> tuple[int, ...]:
    """Offsets of the sixteen separators of an ISA of odd length that a segment follows, else ()."""
    if len(head) < 4 or head[3:4].isalnum() or (start and data[start - 1 : start].isalnum()):
        return ()
    offsets = tuple(m.start() for m in re.finditer(re.escape(head[3:4]), head))[:16]
    if len(offsets) < 16:
        return ()
    follows = rb"[\s\S]{2}[^A-Za-z0-9]*(?:GS|TA1|IEA|ST|gs|ta1|iea|st)" + re.escape(head[3:4])
    return offsets if re.compile(follows).match(head, offsets[15] + 1) else ()


def _terminator(data: bytes, at: int, element: int) -> int:
    """Read the terminator at an offset; a line break there may only precede the real one (LF ~)."""
    if data[at] in b"\r\n":
        pattern = rb"[\r\n]+([^A-Za-z0-9\s])[\r\n ]*[A-Za-z][A-Za-z0-9]{1,2}"
        behind = re.compile(pattern + re.escape(bytes([element]))).match(data, at)
        if behind:
            return behind[1][0]
    return data[at]


# GS01 is two letters, ST01 three digits.
_BARE_START = re.compile(rb"(?:(GS)(?=.[A-Z]{2}\W)|ST(?=.\d{3}\W))([^A-Za-z0-9])", re.I | re.S)


def _without_isa(data: bytes) -> Interchange | None:
    """Infer the delimiters of a file that begins with GS or ST.

    Element separator: the byte after the tag. Terminator: what follows the letters and digits of
    the last element of that first segment (GS08; ST02 or ST03). Component separator: whichever of
    ':' and '>' comes first in an SVC01 or PLB03, ':' where neither does.
    """
    start = len(data) - len(data.lstrip(BLANKS))
    first = _BARE_START.match(data, start)
    if not first:
        return None
    separator = re.escape(first[2])
    elements = 7 if first[1] else 1
    value, word = b"[^" + separator + b"]*", rb"[A-Za-z0-9 .-]*"
    body = b"(?:" + value + separator + b"){%d}" % elements
    last = word + b"(?:" + separator + word + b"){0,2}"
    head = re.compile(body + last).match(data[: start + LONGEST_ISA], first.end())
    if not head or head.end() >= len(data):
        return None
    element, terminator = first[2][0], _terminator(data, head.end(), first[2][0])
    component = _inferred_component(data, separator)
    return Interchange(start, len(data), element, component, component, terminator, False)


def _inferred_component(data: bytes, separator: bytes) -> int:
    """Return ':' or '>', whichever comes first in an SVC01 or PLB03; ':' where neither does."""
    value = b"[^" + separator + b"]*"
    line = b"SVC" + separator + b"[^:>" + separator + b"]*([:>])"
    adjustment = b"PLB" + (separator + value) * 2 + separator + b"[^:>" + separator + b"]*([:>])"
    found = re.search(line + b"|" + adjustment, data, re.IGNORECASE)
    return ord(":") if not found else (found[1] or found[2])[0]
