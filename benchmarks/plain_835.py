"""Writes random 835 files that are plain: one interchange, the usual delimiters, and everything balances."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

ISA = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         "
    "*240215*1200*^*00501*000000001*0*P*:~"
)
GS = "GS*HP*P*C*20240215*1200*1*X*005010X221A1~"


def plain_file(random: Random, remittances: int | None = None) -> bytes:
    """A random file of one interchange whose remittances, claims and lines balance."""
    count = remittances or random.choice([1, 1, 2, 5])
    inner = "".join(_remittance(random, number) for number in range(1, count + 1))
    return f"{ISA}{GS}{inner}GE*{count}*1~IEA*1*000000001~".encode()


def _remittance(random: Random, number: int) -> str:
    claims = [_claim(random, f"A{number}-{n}") for n in range(random.randint(0, 6))]
    pairs = [
        (random.choice(["WO", "FB", "L6", "72", "CS"]), _cents(random))
        for _ in range(random.randint(0, 7))
    ]
    paid = sum((paid for paid, _ in claims), Decimal(0)) - sum((a for _, a in pairs), Decimal(0))
    lines = [
        f"ST*835*{number:04d}",
        f"BPR*I*{paid}*C*ACH*CCP*01*999999992*DA*123456*1512345678**01*999988880*DA*98765*{_day(random)}",
        f"TRN*1*T{number:06d}*1512345678",
        f"DTM*405*{_day(random)}",
        "N1*PR*NORTHLAND HEALTH PLAN",
        "N3*1 ROAD",
        "N4*TOWN*TX*75001",
        "PER*BL*SUPPORT*TE*8005551212",
        "N1*PE*INVENTED HEALTH*XX*1000000012",
        "LX*1",
        *(line for _, claim in claims for line in claim),
    ]
    for at in range(0, len(pairs), 6):
        told = "".join(
            f"*{code}:REF{n}*{amount}" for n, (code, amount) in enumerate(pairs[at : at + 6])
        )
        lines.append(f"PLB*1000000012*20241231{told}")
    return "~".join([*lines, f"SE*{len(lines) + 1}*{number:04d}", ""])


def _claim(random: Random, account: str) -> tuple[Decimal, list[str]]:
    """What it pays, and its segments: one to four lines whose amounts add up to it."""
    sign = random.choice([1, 1, 1, -1])
    lines: list[str] = []
    charge = paid = patient = Decimal(0)
    for _ in range(random.randint(1, 4)):
        own = [
            (
                random.choice(["CO", "PR", "OA"]),
                random.choice(["45", "1", "97", "16"]),
                abs(_cents(random)),
            )
        ]
        own += [("CO", "253", abs(_cents(random)))] * random.choice([0, 0, 1])
        line_paid = abs(_cents(random))
        line_charge = line_paid + sum((amount for _, _, amount in own), Decimal(0))
        charge, paid = charge + line_charge, paid + line_paid
        patient += sum((amount for group, _, amount in own if group == "PR"), Decimal(0))
        lines.append(
            f"SVC*HC:{random.randint(90000, 99999)}*{sign * line_charge}*{sign * line_paid}**1"
        )
        lines.append(f"DTM*472*{_day(random)}")
        lines += [f"CAS*{group}*{reason}*{sign * amount}" for group, reason, amount in own]
        lines.append("AMT*B6*1.00")
    status = "22" if sign < 0 else random.choice(["1", "2", "3", "4", "19"])
    told = f"{sign * patient}" if patient else ""
    head = f"CLP*{account}*{status}*{sign * charge}*{sign * paid}*{told}*12*ICN{account}*11*1"
    return sign * paid, [head, "NM1*QC*1*PATIENT*INVENTED****MI*S1", *lines]


def _cents(random: Random) -> Decimal:
    return (
        Decimal(random.choice([1, 10, 99, 100, 12_345, random.randint(-99_999, 9_999_999)])) / 100
    )


def _day(random: Random) -> str:
    return f"{date(2024, 1, 1) + timedelta(days=random.randrange(700)):%Y%m%d}"
