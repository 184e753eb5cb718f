"""Writes 835 files as a hospital gets them, any number of bytes of them: dense claims, few takebacks.

A claim has its patient, rendering provider, references, dates and amounts, two to five lines with dates,
adjustments, control numbers and remarks: about 1.1 kB. One remittance in ten has a reversal with its correction;
one in fifty puts recoveries off or takes them. Every remittance ties. The same seed writes the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

CLAIMS_PER_REMITTANCE = (5, 60)
PAYERS = tuple((f"Payer {name} Health Plan", f"{60000 + n}") for n, name in enumerate("ABCDEFGHIJ"))
FIRST_DAY = date(2024, 1, 1)
DAYS = 700


def interchanges(megabytes: float, seed: int = 1) -> Iterator[bytes]:
    """Interchanges of one remittance each, in all about so many megabytes."""
    random = Random(seed)
    left, number = megabytes * 1e6, 0
    while left > 0:
        number += 1
        text = _interchange(random, number).encode("ascii")
        left -= len(text)
        yield text


def write_file(path: Path, megabytes: float, seed: int = 1) -> int:
    """One file; gives its size in bytes."""
    with path.open("wb") as stream:
        return sum(stream.write(text) for text in interchanges(megabytes, seed))


def write_remittance(path: Path, claims: int, seed: int = 1) -> int:
    """One file of one remittance; gives its size in bytes."""
    return path.write_bytes(_interchange(Random(seed), 1, claims).encode("ascii"))


def write_folder(folder: Path, files: int, seed: int = 1) -> int:
    """A folder of files of about 20 kB; gives the size of all in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(seed)
    size = 0
    for number in range(1, files + 1):
        text = _interchange(random, number, claims=18).encode("ascii")
        (folder / f"remit-{number:06d}.835").write_bytes(text)
        size += len(text)
    return size


def _interchange(random: Random, number: int, claims: int = 0) -> str:
    payer, payer_id = PAYERS[number % len(PAYERS)]
    day = f"{FIRST_DAY + timedelta(days=random.randrange(DAYS)):%Y%m%d}"
    body: list[str] = []
    paid = 0
    for n in range(claims or random.randint(*CLAIMS_PER_REMITTANCE)):
        paid += _claim(random, body, f"{number:07d}{n:03d}", day)
    taken = 0
    if number % 10 == 0:
        paid += _reversal(random, body, f"{number:07d}900", day)
    if number % 50 == 0:
        taken = random.randint(1_000, min(50_000, max(paid, 1_001)))
        body.append(f"PLB*1234567893*20241231*WO:R{number:07d}*{_usd(taken)}")
    head = [
        f"ST*835*{number % 10**9:09d}",
        f"BPR*I*{_usd(paid - taken)}*C*ACH*CCP*01*999999992*DA*123456*1512345678**01*999988880*DA*98765*{day}",
        f"TRN*1*EFT{number:09d}*1512345678",
        f"DTM*405*{day}",
        f"N1*PR*{payer}*XV*{payer_id}",
        "N3*100 MAIN STREET",
        "N4*SPRINGFIELD*IL*62701",
        "REF*2U*00123",
        "PER*CX*PROVIDER SERVICES*TE*5555550100",
        "PER*BL*EDI DESK*TE*5555550101*EM*EDI@EXAMPLE.COM",
        "N1*PE*GENERAL HOSPITAL*XX*1234567893",
        "REF*TJ*123456789",
        "LX*1",
    ]
    segments = [*head, *body]
    isa = (
        f"ISA*00*          *00*          *ZZ*{payer_id:<15}*ZZ*HOSPITAL       "
        f"*{day[2:]}*1200*^*00501*{number % 10**9:09d}*0*P*:~\n"
    )
    group = f"GS*HP*{payer_id}*HOSPITAL*{day}*1200*{number}*X*005010X221A1~\n"
    end = f"SE*{len(segments) + 1}*{number % 10**9:09d}~\nGE*1*{number}~\nIEA*1*{number % 10**9:09d}~\n"
    return isa + group + "~\n".join(segments) + "~\n" + end


def _claim(random: Random, body: list[str], account: str, day: str) -> int:
    """Add a claim; gives what it pays, in cents."""
    lines = [_line(random, f"{account}{n}", day) for n in range(random.randint(2, 5))]
    charge, paid, share = (
        sum(amounts) for amounts in zip(*(line[:3] for line in lines), strict=True)
    )
    body += [
        f"CLP*H{account}*1*{_usd(charge)}*{_usd(paid)}*{_usd(share)}*MC*ICN{account}7*13*1",
        f"NM1*QC*1*DOE{account[-4:]}*JANE*Q***MI*M{account}",
        "NM1*74*1*DOE*JANE",
        f"NM1*82*1*SMITH*ALEX****XX*1{account[1:10]}",
        "MOA***MA01*MA18",
        f"REF*1L*GRP{account[-3:]}",
        f"REF*EA*MRN{account}",
        f"DTM*232*{day}",
        f"DTM*233*{day}",
        f"DTM*050*{day}",
        "PER*CX*CLAIM DESK*TE*5555550102",
        f"AMT*AU*{_usd(charge)}",
        "QTY*CA*1",
    ]
    for *_, segments in lines:
        body += segments
    return paid


def _line(random: Random, control: str, day: str) -> tuple[int, int, int, list[str]]:
    charge = random.randint(5_000, 90_000)
    allowed = charge * random.randint(30, 80) // 100
    share = random.choice((0, 2_000, allowed // 10))
    share = min(share, allowed)
    paid = allowed - share
    segments = [
        f"SVC*HC:{random.randint(99201, 99499)}:25*{_usd(charge)}*{_usd(paid)}*0{random.randint(300, 999)}*1",
        f"DTM*472*{day}",
        f"CAS*CO*45*{_usd(charge - allowed)}",
    ]
    if share:
        segments.append(f"CAS*PR*{random.choice((1, 2, 3))}*{_usd(share)}")
    segments += [f"REF*6R*{control}", f"AMT*B6*{_usd(allowed)}"]
    if random.random() < 0.2:
        segments.append("LQ*HE*N130")
    return charge, paid, share, segments


def _reversal(random: Random, body: list[str], account: str, day: str) -> int:
    """Add a claim taken back and paid again with a part denied; gives the difference, in cents."""
    charge = random.randint(50_000, 200_000)
    before, after = charge * 6 // 10, charge * 4 // 10
    for status, sign, paid in (("22", -1, before), ("1", 1, after)):
        code = "CO*45" if sign < 0 else "CO*97"
        body += [
            f"CLP*H{account}*{status}*{_usd(sign * charge)}*{_usd(sign * paid)}*0*MC*ICN{account}7*13*1",
            f"NM1*QC*1*DOE{account[-4:]}*JANE*Q***MI*M{account}",
            f"DTM*232*{day}",
            f"CAS*{code}*{_usd(sign * (charge - paid))}",
        ]
    return after - before


def _usd(cents: int) -> str:
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    whole, part = divmod(cents, 100)
    return (
        f"{sign}{whole}.{part:02d}".rstrip("0").rstrip(".")
        if part % 10 == 0
        else f"{sign}{whole}.{part:02d}"
    )
