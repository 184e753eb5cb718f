"""Writes small 835 files for tests: remittances whose claims and payment amount balance unless told otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

Adjustment = tuple[str, str, str]
PlbPair = tuple[str, str]


@dataclass(frozen=True)
class Claim:
    """One CLP; `adjustments` are (group, reason, amount); the charge is what balances paid and adjustments."""

    account: str
    paid: str
    status: str = "1"
    icn: str = ""
    original_icn: str = ""
    npi: str = ""
    filing: str = "12"
    adjustments: Sequence[Adjustment] = ()
    remarks: Sequence[str] = ()

    def segments(self) -> list[str]:
        charge = Decimal(self.paid) + sum(Decimal(amount) for _, _, amount in self.adjustments)
        lines = [
            f"CLP*{self.account}*{self.status}*{charge}*{self.paid}**{self.filing}*{self.icn or self.account}*11*1"
        ]
        lines += [f"CAS*{group}*{reason}*{amount}" for group, reason, amount in self.adjustments]
        lines.append("NM1*QC*1*PATIENT*INVENTED****MI*SUB123456")
        if self.npi:
            lines.append(f"NM1*82*1*DOCTOR*INVENTED****XX*{self.npi}")
        if self.original_icn:
            lines.append(f"REF*F8*{self.original_icn}")
        lines += [f"LQ*HE*{code}" for code in self.remarks]
        lines.append("DTM*232*20250102")
        return lines


@dataclass(frozen=True)
class Remit:
    """One remittance; `plb` pairs are ("WO:REF", "150.00"); `payment` is computed unless it is given."""

    trace: str
    day: str
    claims: Sequence[Claim] = ()
    plb: Sequence[PlbPair] = ()
    payer: str = "NORTHLAND HEALTH PLAN"
    payer_id: str = "NHP01"
    payee_npi: str = "1000000001"
    payment: str | None = None
    segment_count_off_by: int = field(default=0)

    def amount(self) -> Decimal:
        if self.payment is not None:
            return Decimal(self.payment)
        paid = sum((Decimal(claim.paid) for claim in self.claims), Decimal(0))
        return paid - sum((Decimal(amount) for _, amount in self.plb), Decimal(0))

    def segments(self, control: int) -> list[str]:
        lines = [
            f"ST*835*{control:04d}",
            f"BPR*I*{self.amount()}*C*ACH*CCP*01*1*DA*1*1*1*01*1*DA*1*{self.day}",
            f"TRN*1*{self.trace}*1999999999",
            f"N1*PR*{self.payer}*XV*{self.payer_id}",
            f"N1*PE*INVENTED HEALTH*XX*{self.payee_npi}",
            "LX*1",
        ]
        for claim in self.claims:
            lines += claim.segments()
        lines += [f"PLB*{self.payee_npi}*20261231*{code}*{amount}" for code, amount in self.plb]
        lines.append(f"SE*{len(lines) + 1 + self.segment_count_off_by}*{control:04d}")
        return lines


def file_835(*remits: Remit) -> bytes:
    """One interchange with the remittances given, a segment a line."""
    lines = [
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PROVIDER       *250101*0000*^*00501*000000001*0*P*:",
        "GS*HP*PAYER*PROVIDER*20250101*0000*1*X*005010X221A1",
    ]
    for control, remit in enumerate(remits, start=1):
        lines += remit.segments(control)
    lines += [f"GE*{len(remits)}*1", "IEA*1*000000001"]
    return "".join(f"{line}~\n" for line in lines).encode()
