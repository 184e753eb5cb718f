"""A slow, obvious reader of well-formed 835 files, which shares no code with the columnar one."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

Row = tuple[Any, ...]
CLAIM_TABLES = ("claim_payment", "service_payment", "claim_adjustment", "remark")
TABLES = ("remittance", *CLAIM_TABLES, "provider_adjustment", "remittance_detail")

CODES = "EV F2 2U EO HI NF PQ TJ 6P 9A 9C 9F BB CE G1 G3 0B 1A 1B 1C 1D 1G 1H 1J D3 G2 HPI LU 0K 1S APC E9 RB"
REFERENCES = set(CODES.split())
# What the elements of a segment are, from the first: an amount, a day, text; a stop is not kept.
LONG = {
    "TS3": "ttdtaaaaaaaaaaaaaaaaaata",
    "TS2": "aaaaaataatttttataaa",
    "CLP": ".........tttt",
    "MIA": "tata.aaaaaaaaataaaa....a",
    "MOA": "ta.....aa",
    "LX": "t",
}


@dataclass(frozen=True)
class Segment:
    """Elements as text, the tag first; start and end are bytes, the terminator included."""

    elements: list[str]
    start: int
    end: int
    component: str

    @property
    def tag(self) -> str:
        return self.elements[0].upper()

    def get(self, number: int) -> str | None:
        """Element, None where absent or empty."""
        return (self.elements[number] or None) if number < len(self.elements) else None

    def code(self, number: int) -> str:
        return (self.get(number) or "").upper()

    def stripped(self, part: str) -> str:
        """A component without the blanks around it."""
        return part.strip(" \t".replace(self.component, ""))

    def capitals(self, number: int) -> str | None:
        """A code in capitals, None where absent or empty."""
        return self.code(number) or None


@dataclass
class Line:
    """A service line while it is read."""

    svc: Segment
    end: int
    cas: list[Row] = field(default_factory=list)
    dates: list[Segment] = field(default_factory=list)
    refs: list[Segment] = field(default_factory=list)


@dataclass
class Claim:
    """A claim while it is read; adjustments and remarks carry their line number."""

    clp: Segment
    end: int
    lines: list[Line] = field(default_factory=list)
    cas: list[Row] = field(default_factory=list)
    remarks: list[Row] = field(default_factory=list)
    dates: list[Segment] = field(default_factory=list)
    refs: list[Segment] = field(default_factory=list)
    names: list[Segment] = field(default_factory=list)


@dataclass
class Remittance:
    """A transaction while it is read."""

    st: Segment
    isa: Segment | None
    gs: Segment | None
    end: int
    header: list[Segment] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    details: list[Row] = field(default_factory=list)
    plbs: list[Segment] = field(default_factory=list)


def read(data: bytes) -> dict[str, list[Row]]:
    """Rows of the seven tables, in the order of their columns."""
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    for remittance in remittances(data):
        rows = rows_of(remittance, data[remittance.st.start : remittance.end])
        if rows["remittance"][0][0] not in {row[0] for row in tables["remittance"]}:
            for name in TABLES:
                tables[name] += rows[name]
    return tables


def segments(data: bytes) -> list[Segment]:
    """Cut a file whose ISA segments have the standard length, line breaks in them not counted."""
    found: list[Segment] = []
    text = data.decode("latin-1")
    starts = [m.start() for m in ISA.finditer(text)]
    for at, stop in zip(starts, [*starts, len(text)][1:], strict=True):
        element, component, terminator = delimiters(text, at)
        taken = (element, component, terminator)
        blanks = "".join(c for c in " \t\r\n" if c not in taken)
        while (end := text.find(terminator, at, stop)) >= 0:
            content = text[at:end]
            begin = at + len(content) - len(content.lstrip(blanks))
            at = end + 1
            elements = [own(value, taken) for value in content.split(element)]
            if elements != [""]:
                found.append(Segment(elements, begin, at, component))
    return found


ISA = re.compile("ISA(?=(.).{2}\\1.{10}\\1)", re.I | re.S)
SEPARATORS = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)


def delimiters(text: str, at: int) -> tuple[str, str, str]:
    """Element separator, component separator and terminator of the ISA at an offset."""
    isa, unbroken = text[at : at + 106], re.sub("[\r\n]", "", text[at : at + 900])
    behind = f"[ \t\r\n]*GS[ \t]*{re.escape(isa[3])}"
    is_regular = {isa[n] for n in SEPARATORS} == {isa[3]}
    if not is_regular or not re.match(behind, text[at + 106 :], re.I):
        isa = unbroken
    return isa[3], isa[104], isa[105]


def own(value: str, delimiters: tuple[str, ...]) -> str:
    """A value without line breaks and without the blanks around it."""
    for mark in "\r\n":
        value = value if mark in delimiters else value.replace(mark, "")
    return value.strip("".join(c for c in " \t" if c not in delimiters))


def remittances(data: bytes) -> list[Remittance]:
    """Walk the segments."""
    found: list[Remittance] = []
    isa = gs = claim = None
    current: Remittance | None = None
    section = ""
    for segment in segments(data):
        tag = segment.tag
        if tag == "ISA":
            isa, gs, current, claim, section = segment, None, None, None, ""
        elif tag == "GS":
            gs, current, claim, section = segment, None, None, ""
        elif tag == "ST":
            current = Remittance(segment, isa, gs, segment.end)
            found.append(current)
            claim, section = None, "header"
        elif tag in ("GE", "IEA"):
            current, claim, section = None, None, ""
        elif current is None:
            continue
        elif tag == "SE":
            current.end, claim, section = segment.end, None, "past"
        elif tag == "PLB":
            current.plbs.append(segment)
            claim, section = None, ""
        elif tag in ("LX", "TS2", "TS3"):
            claim, section = None, ""
        elif tag == "CLP":
            claim, section = Claim(segment, segment.end), ""
            current.claims.append(claim)
        elif section == "header":
            current.header.append(segment)
        elif claim is not None:
            add(claim, segment)
        if current is not None and section != "past":
            add_details(current, claim, segment)
    return found


def add_details(remittance: Remittance, claim: Claim | None, segment: Segment) -> None:
    """Keep what no other table has, with the numbers of its claim and line."""
    if claim is None and segment.tag in ("NM1", "MIA", "MOA", "SVC", "CLP"):
        return
    claim_no = len(remittance.claims) if claim else 0
    line_no = len(claim.lines) if claim and segment.tag not in ("NM1", "MIA", "MOA") else 0
    for number, *rest in details(segment):
        element = f"{segment.tag}{number:02d}"
        remittance.details.append((claim_no, line_no, segment.start, element, *rest))


def details(segment: Segment) -> list[Row]:
    """Number, qualifier, amount, day and text of the elements kept of a segment."""
    tag, first = segment.tag, segment.get(1)
    found: list[tuple[int, str | None, str]]
    if tag in LONG:
        found = [(at, None, kind) for at, kind in enumerate(LONG[tag], 1) if kind != "."]
    elif tag == "AMT":
        found = [(2, first, "a")]
    elif tag in ("QTY", "CUR") or (tag == "REF" and segment.code(1) in REFERENCES):
        found = [(2, first, "t")]
    elif tag == "DTM" and segment.code(1) not in ("405", "232", "233", "050", "472", "222"):
        found = [(2, first, "d")]
    elif tag == "NM1" and segment.code(1) in ("TT", "PR") and segment.code(2) == "2":
        found = [(at, first, "t") for at in (3, 8, 9)]
    elif tag == "NM1" and segment.code(1) == "74":
        return [(1, first, None, None, None)]
    elif tag == "SVC":
        return billed(segment)
    else:
        found = []
    return [
        (number, qualifier, *typed(kind, text))
        for number, qualifier, kind in found
        if (text := segment.get(number))
    ]


def typed(kind: str, text: str) -> Row:
    """Amount, day and text of a value: text where the others do not say it all."""
    amount = money(text) if kind == "a" else None
    on = day(text) if kind == "d" else None
    is_said = amount is not None or (on is not None and "-" not in text)
    return amount, on, None if is_said else text


def billed(svc: Segment) -> list[Row]:
    """The procedure and units that were billed, where others were paid."""
    rows: list[Row] = []
    if svc.get(6):
        parts = [svc.stripped(part) for part in (svc.get(6) or "").split(svc.component)]
        codes = " ".join(part for part in parts[1:6] if part)
        rows.append((6, parts[0] or None, None, None, codes or None))
    if svc.get(7):
        rows.append((7, None, None, None, svc.get(7)))
    return rows


def add(claim: Claim, segment: Segment) -> None:
    """File a segment within its claim."""
    tag = segment.tag
    claim.end = segment.end
    if tag == "SVC":
        claim.lines.append(Line(segment, segment.end))
        return
    line = claim.lines[-1] if claim.lines else None
    number = len(claim.lines)
    place: Claim | Line = line or claim
    if line:
        line.end = segment.end
    if tag == "CAS":
        for at in (2, 5, 8, 11, 14, 17):
            if segment.get(at) or segment.get(at + 1):
                amount, quantity = money(segment.get(at + 1)), money(segment.get(at + 2), 3)
                claim.cas.append(
                    (number, segment.capitals(1), segment.capitals(at), amount, quantity)
                )
    elif tag == "DTM":
        place.dates.append(segment)
    elif tag == "REF":
        place.refs.append(segment)
    elif tag == "NM1" and not line:
        claim.names.append(segment)
    elif tag in ("MIA", "MOA"):
        for at in (5, 20, 21, 22, 23) if tag == "MIA" else (3, 4, 5, 6, 7):
            if segment.get(at):
                claim.remarks.append((0, tag, segment.capitals(at)))
    elif tag == "LQ" and segment.code(1) == "HE" and segment.get(2):
        claim.remarks.append((number, "LQ", segment.capitals(2)))


def money(text: str | None, scale: int = 2) -> Decimal | None:
    """Exact amount with `scale` decimals, None where absent or not a plain number."""
    if text is None or not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text, re.ASCII):
        return None
    value = Decimal(text)
    rounded = value.quantize(Decimal(1).scaleb(-scale))
    return rounded if rounded == value and abs(value) < Decimal(10) ** (18 - scale) else None


def day(text: str | None) -> date | None:
    """CCYYMMDD, or the first of a range."""
    if text is None or not re.fullmatch(r"\d{8}(-\d{8})?", text, re.ASCII):
        return None
    try:
        days = [date(int(t[:4]), int(t[4:6]), int(t[6:])) for t in text.split("-")]
    except ValueError:
        return None
    return days[0]


def first(found: list[Segment], qualifier: str) -> Segment | None:
    """First segment whose first element is this."""
    return next((s for s in found if s.code(1) == qualifier), None)


def value(segment: Segment | None, number: int) -> str | None:
    return segment.get(number) if segment else None


def total(values: list[Decimal | None]) -> Decimal | None:
    return None if None in values else sum((v for v in values if v), Decimal("0.00"))


def minus(*values: Decimal | None) -> Decimal | None:
    known = [v for v in values if v is not None]
    return known[0] - sum(known[1:]) if len(known) == len(values) else None


def state(difference: Decimal | None) -> str:
    if difference is None:
        return "unchecked"
    return "unbalanced" if difference else "balanced"


def rows_of(remittance: Remittance, printed: bytes) -> dict[str, list[Row]]:
    """Rows of one remittance; `printed` are its bytes, ST to SE."""
    bpr = next((s for s in remittance.header if s.tag == "BPR"), None)
    trn = next((s for s in remittance.header if s.tag == "TRN"), None)
    payer, payer_refs = party(remittance, "PR")
    payee, payee_refs = party(remittance, "PE")
    amount, paid_on = money(value(bpr, 2)), day(value(bpr, 16))
    key = "".join(c for c in (value(payer, 2) or "").upper() if c.isalnum())
    known = value(trn, 2) and amount is not None and paid_on
    told_by = ""
    if remittance.claims and not amount:
        clp = remittance.claims[0].clp
        told_by = f"|{len(remittance.claims)}|{clp.get(1) or ''}|{clp.get(7) or ''}"
    identity = f"{key}|{value(trn, 2)}|{amount}|{paid_on}{told_by}".encode() if known else printed
    number = int(hashlib.sha256(identity).hexdigest()[:16], 16) // 2
    plbs = plb_rows(remittance)
    paid = total([money(c.clp.get(4)) for c in remittance.claims])
    adjusted = total([row[-1] for row in plbs])
    difference = minus(amount, minus(paid, adjusted))
    kind = payee.code(3) if payee else ""
    head = (
        number,
        remittance.st.start,
        remittance.end,
        value(remittance.isa, 13),
        value(remittance.gs, 6),
        remittance.st.get(2),
        value(remittance.gs, 8),
        value(bpr, 1),
        value(bpr, 4),
        amount,
        paid_on,
        value(trn, 2),
        value(trn, 3),
        day(value(first([s for s in remittance.header if s.tag == "DTM"], "405"), 2)),
        value(payer, 2),
        value(payer, 4) or value(first(payer_refs, "2U"), 2),
        value(payee, 2),
        value(payee, 4) if kind == "XX" else None,
        (value(payee, 4) if kind == "FI" else None) or value(first(payee_refs, "TJ"), 2),
        paid,
        adjusted,
        difference,
        state(difference) if paid_on else "unchecked",
    )
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    tables["remittance"].append(head)
    tables["remittance_detail"] = [(number, *row) for row in remittance.details]
    tables["provider_adjustment"] = [(number, n, *row) for n, row in enumerate(plbs, 1)]
    for claim_no, claim in enumerate(remittance.claims, 1):
        keys = (number, claim_no)
        tables["claim_payment"].append((*keys, *claim_row(claim)))
        for line_no, line in enumerate(claim.lines, 1):
            own = [cas[3] for cas in claim.cas if cas[0] == line_no]
            tables["service_payment"].append((*keys, line_no, *line_row(line, own)))
        tables["remark"] += [(*keys, *row) for row in claim.remarks]
        tables["claim_adjustment"] += [
            (*keys, cas[0], n, *cas[1:]) for n, cas in enumerate(claim.cas, 1)
        ]
    return tables


def party(remittance: Remittance, entity: str) -> tuple[Segment | None, list[Segment]]:
    """N1 of a party in the header and the REF segments behind it, up to the next N1."""
    name: Segment | None = None
    refs: list[Segment] = []
    inside = False
    for segment in remittance.header:
        if segment.tag == "N1":
            inside = name is None and segment.code(1) == entity
            name = segment if inside else name
        elif segment.tag == "REF" and inside:
            refs.append(segment)
    return name, refs


def plb_rows(remittance: Remittance) -> list[Row]:
    """Pairs of the PLB segments."""
    rows: list[Row] = []
    for plb in remittance.plbs:
        for at in (3, 5, 7, 9, 11, 13):
            composite = plb.get(at) or ""
            if not composite and not plb.get(at + 1):
                continue
            reason, _, reference = map(plb.stripped, composite.partition(plb.component))
            head = (plb.start, plb.end, plb.get(1), day(plb.get(2)))
            rows.append((*head, reason or None, reference, money(plb.get(at + 1))))
    return rows


def claim_row(claim: Claim) -> Row:
    """Claim from byte_start on."""
    clp = claim.clp
    amounts = [money(clp.get(n)) for n in (3, 4, 5)]
    difference = minus(amounts[0], total([cas[3] for cas in claim.cas]), amounts[1])
    lines = [s for line in claim.lines for s in line.dates]
    begins = [d for s in lines if s.code(1) in ("472", "150") and (d := day(s.get(2)))]
    ends = [d for s in lines if s.code(1) in ("472", "151") and (d := day(s.get(2)))]
    doctor = next((s for s in claim.names if s.code(1) == "82" and s.code(8) == "XX"), None)
    inner = [s for line in claim.lines for s in line.refs]
    return (
        clp.start,
        claim.end,
        clp.get(1),
        clp.get(2),
        *amounts,
        *(clp.get(n) for n in (6, 7, 8, 9)),
        value(first(claim.refs, "F8"), 2),
        value(doctor, 9) or value(first(inner, "HPI"), 2),
        day(value(first(claim.dates, "232"), 2)) or min(begins, default=None),
        day(value(first(claim.dates, "233"), 2)) or max(ends, default=None),
        day(value(first(claim.dates, "050"), 2)),
        difference,
        state(difference),
    )


def line_row(line: Line, adjustments: list[Decimal | None]) -> Row:
    """Line from byte_start on."""
    svc = line.svc
    parts = [*map(svc.stripped, (svc.get(1) or "").split(svc.component)), "", ""]
    charge, paid = money(svc.get(2)), money(svc.get(3))
    difference = minus(charge, total(adjustments), paid)
    return (
        svc.start,
        line.end,
        parts[0] or None,
        parts[1] or None,
        " ".join(p for p in parts[2:6] if p) or None,
        svc.get(4),
        charge,
        paid,
        money(svc.get(5), 3) if svc.get(5) else Decimal("1.000"),
        day(value(first(line.dates, "472"), 2)) or day(value(first(line.dates, "150"), 2)),
        value(first(line.refs, "6R"), 2),
        difference,
        state(difference),
    )
