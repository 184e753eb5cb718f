"""Writes random 835 files that follow the guide, for the property tests of the reader."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

# Any byte may delimit; capitals, digits and what amounts are written with are left for the content.
DELIMITERS = b"*~:^|>!#%&+<=?@_`qxz\n\r\t\x00\x0b\x1c\x1d\x1e\x1f\x7f\xa7\xff"
PADDING = (b" ", b"   ", b"\t", b" \t ")
BREAKS = (b"", b"", b"\n", b"\r\n", b"\n\n", b" \r\n")


@dataclass(frozen=True)
class Style:
    """How one interchange is written."""

    element: bytes
    terminator: bytes
    component: bytes
    repetition: bytes
    after: bytes
    before: bytes
    small_tags: bool
    padding: bytes
    width: int
    line_break: bytes


class Writer:
    """One file in the making; `random` decides everything."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.number = 0

    def file(self) -> bytes:
        """A file of one to three interchanges, each with its own delimiters."""
        junk = self.random.choice([b"", b"", b"\xef\xbb\xbf", b"\r\n \n", b"Dear provider, "])
        return junk + b"".join(self.interchange() for _ in range(self.random.choice([1, 1, 2, 3])))

    def style(self) -> Style:
        """Delimiters and line breaks that do not get in each other's way."""
        chosen = [bytes([b]) for b in self.random.sample(DELIMITERS, 4)]
        if self.random.random() < 0.3:
            chosen = [b"*", b"~", b":", b"^"]
        taken = b"".join(chosen)
        after = self.random.choice(BREAKS)
        if any(b in taken for b in after):
            after = b""
        plain = not chosen[1].isalnum() and b"\n" not in chosen
        before = b"\n" if plain and self.random.random() < 0.2 else b""
        small = self.random.random() < 0.1
        padding, line_break = self.random.choice(PADDING), self.random.choice(BREAKS[2:4])
        if any(b in taken for b in padding) or self.chance(0.7):
            padding = b""
        width = self.random.choice([0, 0, 0, 52, 72, 80, 104, 105, 106, 107, 108, 132, 256])
        if any(b in taken for b in b"\r\n"):
            width = 0
        delimiters = chosen[0], chosen[1], chosen[2], chosen[3]
        return Style(*delimiters, after, before, small, padding, width, line_break)

    def interchange(self) -> bytes:
        """ISA to IEA, with its groups."""
        style, control = self.style(), self.next()
        names = ["00", " " * 10, "00", " " * 10, "ZZ", "PAYER".ljust(15), "ZZ", "CLINIC".ljust(15)]
        head = [*names, "240215", "1200", "\x02", "00501", control, "0", "P"]
        isa = style.element.join(e.encode() for e in ["ISA", *head]).replace(
            b"\x02", style.repetition
        )
        isa += style.element + style.component + style.terminator + style.after
        groups = [self.group(style) for _ in range(self.random.choice([1, 1, 2]))]
        end = self.join(style, [["IEA", str(len(groups)), control]])
        return wrapped(isa + b"".join(groups) + end, style)

    def group(self, style: Style) -> bytes:
        """GS to GE, with its transactions."""
        control, count = self.next(), self.random.choice([1, 1, 2, 3])
        head = ["GS", "HP", "P", "C", "20240215", "1200", control, "X", "005010X221A1"]
        segments = [head]
        for _ in range(count):
            segments += self.transaction()
        return self.join(style, [*segments, ["GE", str(count), control]])

    def join(self, style: Style, segments: list[list[str]]) -> bytes:
        """Write segments; COMPONENT marks stand for the component separator."""
        out = []
        for elements in segments:
            tag = elements[0].lower() if style.small_tags and self.safe(style) else elements[0]
            text = style.element.join(self.padded(e, style) for e in [tag, *elements[1:]])
            before = b"" if elements[-1] == "" or elements[-1].endswith("\x02") else style.before
            out.append(text.replace(b"\x02", style.component) + before + style.terminator)
        return style.after.join(out) + style.after

    def padded(self, value: str, style: Style) -> bytes:
        """A value as it is written, some of its components with blanks around them."""
        written = []
        for part in value.encode("latin-1").split(b"\x02"):
            before, after = (style.padding if self.chance(0.1) else b"" for _ in range(2))
            written.append(before + part + after)
        return b"\x02".join(written)

    def safe(self, style: Style) -> bool:
        """Small tags do not hold a delimiter."""
        return not (style.element + style.terminator + style.component).isalpha()

    def next(self) -> str:
        self.number += 1
        return f"{self.number:09d}"

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def word(self, empty: float = 0.1) -> str:
        """Text of capitals, digits, blanks and stops, not blank at its ends."""
        if self.chance(empty):
            return ""
        inner = "".join(
            self.random.choices("ABCDEFGHIJ0123456789 .-", k=self.random.randint(0, 12))
        )
        return f"A{inner}Z"

    def amount(self) -> str:
        """An amount in one of the forms that are legal."""
        cents = self.random.choice(
            [0, 1, -5, 100, 12345, -6789, 10**9, self.random.randint(-99999, 99999)]
        )
        text = str(Decimal(cents) / 100)
        forms = [
            text,
            f"{Decimal(cents) / 100:.2f}",
            f"{Decimal(cents) / 100:.4f}",
            text.replace("0.", "."),
        ]
        chosen = self.random.choice(forms)
        return f"+{chosen}" if cents > 0 and self.chance(0.1) else chosen

    def odd_amount(self) -> str:
        """An amount, sometimes none and sometimes not readable."""
        if self.chance(0.06):
            return self.random.choice(
                ["", "ABC", "1.234", "1.2.3", "-", ".", "1E5", "9" * 19, "1 "]
            )
        return self.amount()

    def day(self) -> str:
        """A date, sometimes a range and sometimes not readable."""
        year, month = self.random.randint(2010, 2029), self.random.randint(1, 12)
        text = f"{year}{month:02d}{self.random.randint(1, 28):02d}"
        if self.chance(0.1):
            return f"{text}-20291231"
        if self.chance(0.05):
            return self.random.choice(
                ["", "240115", "20230229", "20241301", "2024010A", "20240101-2024"]
            )
        return text

    def transaction(self) -> list[list[str]]:
        """ST to SE; a PLB may stand before or behind SE."""
        control = self.next()
        claims = [self.claim() for _ in range(self.random.randint(0, 4))]
        body = [segment for claim in claims for segment in claim]
        plbs = [self.plb() for _ in range(self.random.choice([0, 0, 1, 1, 2]))]
        late = plbs[1:] if self.chance(0.2) else []
        early = plbs[: len(plbs) - len(late)]
        payment = self.amount() if self.chance(0.3) else tied(body, plbs)
        bpr = ["BPR", "I", payment, "C", "ACH", *[""] * 11, "20240215"]
        header = [bpr, ["TRN", "1", f"T{control}", self.word()], *self.parties()]
        inner = [["ST", "835", control], *header, *body, *early]
        return [*inner, ["SE", str(len(inner) + 1), control], *late]

    def parties(self) -> list[list[str]]:
        """Header segments after TRN."""
        kinds = ["XX", "FI", "XV", ""]
        segments = [["DTM", "405", self.day()], ["REF", "TJ", self.word()]]
        if self.chance(0.3):
            segments += [
                ["CUR", "PR", "USD"],
                ["REF", "EV", self.word()],
                ["DTM", "009", self.day()],
            ]
        for entity in self.random.sample(["PR", "PE", "XX", "PR"], self.random.randint(0, 4)):
            segments.append(["N1", entity, self.word(), self.random.choice(kinds), self.word(0.4)])
            for qualifier in self.random.sample(
                ["2U", "TJ", "EO", "2U"], self.random.randint(0, 3)
            ):
                segments.append(["REF", qualifier, self.word()])
            segments.append(["N3", self.word()])
        return segments

    def claim(self) -> list[list[str]]:
        """CLP and what follows it."""
        amounts = [
            self.odd_amount(),
            self.odd_amount(),
            self.random.choice(["", self.odd_amount()]),
        ]
        clp = [
            "CLP",
            self.word(),
            self.random.choice("1234"),
            *amounts,
            "12",
            self.word(),
            "11",
            "1",
            *(self.word(0.5) for _ in range(4)),
        ]
        segments = [["LX", "1"]] if self.chance(0.3) else []
        if self.chance(0.2):
            filled = [self.odd_amount() for _ in range(self.random.choice([0, 3, 21]))]
            segments += [["TS3", self.word(), "11", self.day(), *filled], ["TS2", self.amount()]]
        segments.append(clp[: self.random.choice([14, 12, 10, 9, 6, 5])])
        inner = self.random.choices(
            [
                ["NM1", "QC", "1", "DOE", "JO", "", "", "", "MI", self.word()],
                [
                    "NM1",
                    "82",
                    "1",
                    self.word(),
                    "",
                    "",
                    "",
                    "",
                    self.random.choice(["XX", "FI"]),
                    self.word(),
                ],
                ["MIA", *[self.word(0.6) for _ in range(self.random.choice([4, 21, 24]))]],
                ["MIA", "3", *[self.odd_amount() for _ in range(self.random.choice([3, 23]))]],
                ["MOA", *[self.word(0.5) for _ in range(self.random.choice([2, 5, 9]))]],
                ["MOA", "0.5", self.odd_amount()],
                ["REF", self.random.choice(["F8", "EA", "6R", "HPI", "1L", "SY"]), self.word()],
                ["DTM", self.random.choice(["232", "233", "050", "036", "472", "222"]), self.day()],
                ["NM1", "74", self.random.choice("12"), "ROE", "JO"],
                ["NM1", self.random.choice(["TT", "PR"]), self.random.choice("12"), self.word()],
                ["NM1", "TT", "2", self.word(), "", "", "", "", "PI", self.word()],
                ["AMT", self.random.choice(["AU", "I", ""]), self.odd_amount()],
                ["QTY", self.random.choice(["CA", "ZK"]), self.word()],
                ["LQ", self.random.choice(["HE", "RX"]), self.word()],
                self.cas(),
                self.cas(),
            ],
            k=self.random.randint(0, 8),
        )
        lines = [segment for _ in range(self.random.randint(0, 3)) for segment in self.line()]
        return [*segments, *inner, *lines]

    def line(self) -> list[list[str]]:
        """SVC and what follows it."""
        procedure = "\x02".join(self.word(0.2) for _ in range(self.random.randint(1, 7)))
        units = self.random.choice(["", "1", "2.5", "0.125", "-1", "X"])
        billed = "\x02".join(self.word(0.2) for _ in range(self.random.randint(1, 7)))
        amounts = [self.odd_amount(), self.odd_amount()]
        svc = ["SVC", procedure, *amounts, self.word(0.5), units, billed, self.word(0.5)]
        inner = self.random.choices(
            [
                ["DTM", self.random.choice(["472", "150", "151", "232"]), self.day()],
                ["REF", self.random.choice(["6R", "HPI", "F8", "LU", "0K"]), self.word()],
                ["NM1", "74", "1", "ROE"],
                ["LQ", self.random.choice(["HE", "RX"]), self.word()],
                ["MOA", "", "", self.word()],
                ["AMT", "B6", self.odd_amount()],
                ["QTY", "ZK", self.word()],
                self.cas(),
                self.cas(),
            ],
            k=self.random.randint(0, 6),
        )
        return [svc[: self.random.choice([8, 7, 6, 6, 4])], *inner]

    def cas(self) -> list[str]:
        """A CAS of up to six triplets, some of them empty."""
        cas = ["CAS", self.random.choice(["CO", "PR", "OA", ""])]
        for _ in range(self.random.choice([1, 1, 2, 6])):
            triplet = [
                self.word(0.02),
                self.odd_amount(),
                self.random.choice(["", "1", "0.5", "Q"]),
            ]
            cas += ["", "", ""] if self.chance(0.15) else triplet
        return cas if self.chance(0.7) else trimmed(cas)

    def plb(self) -> list[str]:
        """A PLB of up to six pairs, some of them empty."""
        plb = ["PLB", self.word(), self.day()]
        for _ in range(self.random.choice([1, 1, 2, 6])):
            parts = "\x02".join(self.word() for _ in range(self.random.choice([1, 2, 2, 3])))
            plb += ["", ""] if self.chance(0.15) else [parts, self.odd_amount()]
        return plb if self.chance(0.7) else trimmed(plb)


def wrapped(text: bytes, style: Style) -> bytes:
    """Break a text into lines of a fixed width."""
    if not style.width:
        return text
    lines = [text[at : at + style.width] for at in range(0, len(text), style.width)]
    return style.line_break.join(lines)


def trimmed(segment: list[str]) -> list[str]:
    """Leave empty elements at the end out, as writers do."""
    while segment[-1] == "":
        segment = segment[:-1]
    return segment


def tied(body: list[list[str]], plbs: list[list[str]]) -> str:
    """BPR02 that makes a remittance balance, or 0 where an amount is not a number."""
    try:
        paid = sum((Decimal(s[4]) for s in body if s[0] == "CLP"), Decimal(0))
        pairs = [plb[at : at + 2] for plb in plbs for at in range(3, len(plb), 2)]
        payment = paid - sum((Decimal(pair[1]) for pair in pairs if any(pair)), Decimal(0))
        return f"{payment:.2f}" if abs(payment) < 10**16 else "0"
    except (ArithmeticError, IndexError):
        return "0"
