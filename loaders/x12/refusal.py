"""Why a file is not an 835 that can be loaded: what it is instead, and what to do."""

import re

import numpy as np

from loaders.problems import Problem, shown
from loaders.x12.columns import is_any
from loaders.x12.delimiters import BLANKS
from loaders.x12.segments import Segments
from loaders.x12.tags import UNKNOWN, Tag, code_of

TRANSACTIONS = {
    "270": "eligibility inquiry",
    "271": "eligibility response",
    "275": "attachment",
    "276": "claim status inquiry",
    "277": "claim status response",
    "277CA": "claim acknowledgment",
    "278": "authorization request or response",
    "820": "premium payment",
    "834": "enrolment",
    "837": "claim",
    "997": "functional acknowledgment",
    "999": "implementation acknowledgment",
    "824": "application advice",
    "TA1": "interchange acknowledgment",
}
GROUPS = {
    "HS": "270",
    "HB": "271",
    "PI": "275",
    "HR": "276",
    "HN": "277",
    "HI": "278",
    "RA": "820",
    "BE": "834",
    "HC": "837",
    "FA": "999",
    "AG": "824",
}
MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\xff\xfe", "a text in UTF-16"),
    (b"\xfe\xff", "a text in UTF-16"),
)
LOAD_835 = (
    "Load the 835 (remittance advice) that the payer or clearing house delivers with the payment."
)
UNPACK = "Unpack or export it, then load the 835 in it."


def refusal_of_bytes(data: bytes) -> Problem | None:
    """Refuse an empty file and the binary kinds that say what they are in their first bytes."""
    if not data.strip(BLANKS):
        return _refused("The file is empty.", "Get the file again; it should begin with ISA.")
    kind = next((name for magic, name in MAGIC if data.startswith(magic)), None)
    return _refused(f"This is {kind}, not an X12 835.", UNPACK) if kind else None


def refusal_of_text(data: bytes) -> Problem:
    """Refuse a file in which no X12 was found, naming what it looks like."""
    head = data[:4096].lstrip(BLANKS)
    if head[:3].upper() == b"ISA":
        message = "The file ends within its first segment (ISA), or that segment is damaged."
        return _refused(message, "Get the complete file again.")
    return _refused(f"This is {_kind_of(head)}, not an X12 835: it has no ISA and no ST.", LOAD_835)


def refusal_of_head(data: bytes, begin: int) -> Problem | None:
    """Refuse a file that begins with an interchange whose ISA is too damaged to tell its delimiters.

    `begin` is where the first that can be read begins; before it may stand what is no X12.
    """
    head = data[:begin].lstrip(BLANKS)
    if not (head[:3].upper() == b"ISA" or _PAYMENT.search(head)):
        return None
    message = (
        f"The first interchange cannot be read: its ISA is damaged or missing. The first ISA that can be read"
        f" stands at byte {begin}; what is before it would be lost."
    )
    return _refused(message, "Get the complete file again; nothing was loaded.", "byte 0", "ISA")


def damaged_isa(segments: Segments) -> Problem | None:
    """Refuse a file with a later interchange whose ISA gives no delimiters: what follows it would be lost."""
    for row in np.flatnonzero(segments.tag == UNKNOWN).tolist():
        if _ISA.match(segments.data, int(segments.start[row])):
            message = "An interchange cannot be read: its ISA is damaged."
            remedy = "Get the complete file again; nothing was loaded."
            return _refused(message, remedy, segments.location(row), "ISA")
    return None


_ISA = re.compile(rb"ISA([^A-Za-z0-9]).{2}\1", re.IGNORECASE | re.DOTALL)
_PAYMENT = re.compile(rb"\bBPR([^A-Za-z0-9\s])[A-Z]\1", re.IGNORECASE)


def _kind_of(head: bytes) -> str:
    """Name what a text looks like by its beginning."""
    if re.match(rb"(?i)<!doctype html|<html", head):
        return "a web page (HTML)"
    if head.startswith(b"<"):
        return "XML"
    if head.startswith((b"{", b"[")):
        return "JSON"
    if sum(byte < 9 or 13 < byte < 32 for byte in head) * 20 > len(head):
        return "a binary file"
    lines = [line for line in head.splitlines() if line.strip()][:2]
    counts = [[line.count(mark) for line in lines] for mark in (b",", b"\t", b";", b"|")]
    alike = any(len(lines) == 2 and found[0] == found[1] > 0 for found in counts)
    return "a table (CSV or the like)" if alike else "plain text"


def cut_off(segments: Segments) -> Problem | None:
    """Refuse a file that ends inside a transaction: neither SE nor GE nor IEA after its last ST.

    A last segment without terminator counts as cut, unless it is a GE or IEA or an SE whose control
    number is that of its ST.
    """
    transactions = segments.rows(Tag.ST)
    if not transactions.size:
        return None
    last = len(segments.tag) - 1
    begin = int(transactions[-1])
    whole = bool(is_any(segments.tag[begin:], (Tag.SE, Tag.GE, Tag.IEA)).any())
    if not segments.complete and segments.tag[last] == Tag.SE:
        whole = segments.value(last, 2) == segments.value(begin, 2)
    elif not segments.complete and segments.tag[last] == Tag.PLB:
        whole = False
    if whole:
        return None
    end = len(segments.data) + segments.origin.removed.size + segments.origin.byte
    message = (
        f"The file ends at byte {end}, in the middle of transaction"
        f" {shown(segments.value(begin, 2))}, which begins at {segments.location(begin)}."
    )
    where = segments.location(last)
    return Problem(
        "error", where, "SE", "", message, "Get the complete file again; nothing was loaded."
    )


def no_835(segments: Segments) -> Problem | None:
    """Say what it is that holds no 835; None where there is one, or an ST whose number is missing."""
    transactions = segments.rows(Tag.ST)
    if not transactions.size:
        return _without_transaction(segments)
    if (segments.code(transactions, 1) == code_of("835")).any():
        return None
    return _other_transaction(segments, int(transactions[0]))


def _without_transaction(segments: Segments) -> Problem:
    """Refuse an envelope without any ST."""
    if segments.rows(Tag.TA1).size:
        return _refused(f"This is a TA1 {TRANSACTIONS['TA1']}, not an 835.", LOAD_835)
    groups = segments.rows(Tag.GS)
    kind = GROUPS.get(segments.value(int(groups[0]), 1).upper()) if groups.size else None
    if kind:
        return _refused(_named(kind), LOAD_835)
    message = "The file holds no transaction: no ST segment was found in its envelope."
    return _refused(message, "Get the complete file again.")


def _other_transaction(segments: Segments, row: int) -> Problem:
    """Refuse a file whose transactions are not 835s, naming the first."""
    kind = segments.value(row, 1)
    groups = segments.rows(Tag.GS)
    groups = groups[groups < row]
    version = segments.value(int(groups[-1]), 8) if groups.size else ""
    if kind == "277" and "X214" in version.upper():
        kind = "277CA"
    return _refused(_named(kind), LOAD_835, segments.location(row), "ST01", shown(kind))


def _named(kind: str) -> str:
    """Say which transaction this is."""
    name = TRANSACTIONS.get(kind)
    if name:
        article = "an" if kind[0] == "8" else "a"
        return f"This is {article} {kind} {name}, not an 835."
    return "This is another X12 transaction, not an 835."


def _refused(
    message: str, remedy: str, where: str = "file", field: str = "file", value: str = ""
) -> Problem:
    return Problem("error", where, field, value, message, remedy)
