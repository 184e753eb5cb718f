"""What each remittance of an 835 adds up to, damaged or not: split at the delimiters, walk, add.

Shares with the reader only where interchanges begin; the delimiters of a regular ISA are read again here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from loaders.x12.delimiters import BLANKS, Interchange, find_interchanges
from tests.reader_oracle import day, minus, money, own, total

ENVELOPE = ("ISA", "GS", "GE", "IEA")
# Sixteen separators where the standard has them, then the component separator and the terminator.
REGULAR_ISA = re.compile(
    rb"ISA(.)(?:.{2}\1.{10}\1){2}(?:.{2}\1.{15}\1){2}.{6}\1.{4}\1.\1.{5}\1.{9}\1.\1.\1(.)(.)",
    re.S,
)


@dataclass
class Sums:
    """One transaction as its bytes tell it; amounts in USD, None where unknown."""

    start: int
    kind: str
    payments: list[Decimal | None] = field(default_factory=list)
    days: list[date | None] = field(default_factory=list)
    traces: list[str | None] = field(default_factory=list)
    paid: list[Decimal | None] = field(default_factory=list)
    adjustments: list[Decimal | None] = field(default_factory=list)
    too_long: bool = False

    @property
    def claim_paid(self) -> Decimal | None:
        return limited(total(self.paid))

    @property
    def adjusted(self) -> Decimal | None:
        return limited(total(self.adjustments))

    @property
    def difference(self) -> Decimal | None:
        """BPR02 - (sum of CLP04 - sum of PLB amounts)."""
        payment = self.payments[0] if self.payments else None
        return limited(minus(payment, minus(self.claim_paid, self.adjusted)))

    @property
    def key(self) -> tuple[object, ...] | None:
        """What tells payments of one payer apart; None where a part is missing."""
        known = self.payments and self.traces and self.traces[0] and self.days[0]
        whole = known and self.payments[0] is not None
        return (self.traces[0], self.payments[0], self.days[0]) if whole else None

    @property
    def state(self) -> str:
        one_payment = len(self.payments) == 1 and bool(self.traces)
        if not one_payment or self.key is None or self.too_long or self.difference is None:
            return "unchecked"
        return "unbalanced" if self.difference else "balanced"


def limited(amount: Decimal | None) -> Decimal | None:
    """An amount of at most eighteen digits."""
    return None if amount is None or abs(amount) >= Decimal(10) ** 16 else amount


def sums_of(data: bytes) -> list[Sums]:
    """Every transaction of a file, whatever its kind, in file order; PLBs right behind its SE are part of it."""
    found: list[Sums] = []
    for interchange in find_interchanges(data):
        current: Sums | None = None
        inside = behind = False
        for start, elements in segments_of(data, interchange):
            tag = elements[0].upper()
            if tag == "ST":
                current, inside, behind = Sums(start, get(elements, 1) or ""), True, False
                found.append(current)
            elif tag == "SE":
                inside, behind = False, inside
            elif tag in ENVELOPE or not (inside or (behind and tag == "PLB")):
                inside = behind = False
            elif current:
                add(current, tag, elements)
    return found


def segments_of(data: bytes, interchange: Interchange) -> Iterator[tuple[int, list[str]]]:
    """Place and elements of each segment of an interchange that is not empty."""
    element, terminator = bytes([interchange.element]), bytes([interchange.terminator])
    delimiters = tuple(map(chr, interchange.delimiters))
    at = interchange.start
    for piece in data[interchange.start : interchange.end].split(terminator):
        parts = piece.split(element)
        tag = parts[0].lstrip(BLANKS)
        start = at + len(parts[0]) - len(tag)
        parts[0] = tag
        at += len(piece) + 1
        values = [own(part.decode("latin-1"), delimiters) for part in parts]
        if len(parts) > 1 or values[0]:
            yield start, values


def add(sums: Sums, tag: str, elements: list[str]) -> None:
    """Take what a segment adds."""
    if tag == "BPR":
        sums.payments.append(amount(get(elements, 2)))
        sums.days.append(day(get(elements, 16)))
    elif tag == "TRN":
        sums.traces.append(get(elements, 2))
    elif tag == "CLP":
        sums.paid.append(amount(get(elements, 4)))
    elif tag == "PLB":
        pairs = [(get(elements, at), get(elements, at + 1)) for at in range(3, 15, 2)]
        sums.adjustments += [amount(text) for reason, text in pairs if reason or text]
        sums.too_long |= any(elements[15:])


def amount(text: str | None) -> Decimal | None:
    """An amount in USD; None where it is absent, no plain number, or longer than any that is read."""
    digits = (text or "").lstrip("+-")
    return (
        None if len(digits) > 40 or len(digits.lstrip("0").partition(".")[0]) > 16 else money(text)
    )


def get(elements: list[str], number: int) -> str | None:
    """Element, None where absent or empty."""
    return (elements[number] or None) if number < len(elements) else None


def regular_isas(data: bytes) -> dict[int, tuple[int, int, int]]:
    """Element, component separator and terminator of each ISA whose length is right, by its place.

    Where its last byte begins the next segment, or is a line break and the next line, too, ends with what
    stands where ISA16 belongs, ISA16 was lost and the length is right by chance. A line break in the place of
    ISA16 may be where the text was wrapped: that one is left out, too.
    """
    found = {}
    for isa in REGULAR_ISA.finditer(data):
        delimiters = isa[1][0], isa[2][0], isa[3][0]
        tags = tuple(tag + isa[1] for tag in (b"GS", b"TA1", b"ST", b"IEA"))
        follows = data[isa.end() - 1 : isa.end() + 3].upper().startswith(tags)
        next_line = data[isa.end() - 1 :].lstrip(b"\r\n").splitlines()[:1]
        is_lost = isa[3] in b"\r\n" and next_line and next_line[0].endswith(isa[2])
        may_be_wrapped = isa[2] in b"\r\n"
        if len(set(delimiters)) == 3 and not (follows or is_lost or may_be_wrapped):
            found[isa.start()] = delimiters
    return found
