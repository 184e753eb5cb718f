"""How the simulated remittances are written: X12 835 005010X221A1 text, one line a segment."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from data.simulation.claims import Claim, Line
from data.simulation.world import Facility, Payer

END = "~\n"


class ProviderAdjustment(NamedTuple):
    """One PLB pair: reason code, reference (may be empty), cents; positive reduces payment."""

    reason_code: str
    reference: str
    cents: int


def amount(cents: int) -> str:
    """Cents as an X12 decimal: 150, 4.20, -0.05."""
    units, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"{sign}{units}.{rest:02d}" if rest else f"{sign}{units}"


def day8(day: date) -> str:
    """A date as CCYYMMDD."""
    return day.isoformat().replace("-", "")


def claim_segments(claim: Claim) -> str:
    """CLP to the last segment of its last service line."""
    provider = claim.provider
    parts = [
        f"CLP*{claim.patient_control_number}*{claim.status}*{amount(claim.charge)}"
        f"*{amount(claim.paid)}*{amount(claim.patient_responsibility)}*{claim.filing_indicator}"
        f"*{claim.payer_claim_control_number}*{claim.facility_type}*1{END}"
        f"NM1*QC*1*{claim.patient}{END}"
        f"NM1*82*1*{provider.family_name}*{provider.given_name}****XX*{provider.npi}{END}"
    ]
    if claim.remark:
        parts.append(f"MOA***{claim.remark}{END}")
    if claim.original_number:
        parts.append(f"REF*F8*{claim.original_number}{END}")
    service_from = day8(claim.service_from)
    parts.append(f"DTM*232*{service_from}{END}DTM*233*{day8(claim.service_to)}{END}")
    parts.extend(_line_segments(line, service_from) for line in claim.lines)
    return "".join(parts)


def _line_segments(line: Line, service_date: str) -> str:
    units = f"*{line.units}" if line.units > 1 else ""
    revenue = f"*{line.revenue_code}" if line.revenue_code or units else ""
    by_group: dict[str, str] = {}
    for group, code, cents in line.adjustments:
        between = "**" if group in by_group else "*"
        by_group[group] = by_group.get(group, "") + f"{between}{code}*{amount(cents)}"
    adjustments = "".join(f"CAS*{group}{triples}{END}" for group, triples in by_group.items())
    remark = f"LQ*HE*{line.remark}{END}" if line.remark else ""
    return (
        f"SVC*HC:{line.procedure}*{amount(line.charge)}*{amount(line.paid)}{revenue}{units}{END}"
        f"DTM*472*{service_date}{END}{adjustments}{remark}"
    )


def remittance_segments(
    payer: Payer,
    facility: Facility,
    trace: str,
    paid_on: date,
    payment: int,
    claims: Sequence[str],
    adjustments: Sequence[ProviderAdjustment],
    control_number: int,
) -> str:
    """One remittance from ST to SE; `claims` are texts of `claim_segments`."""
    body = "".join(
        (
            f"ST*835*{control_number:04d}{END}",
            _payment_segment(payer, facility, paid_on, payment),
            f"TRN*1*{trace}*1{payer.tax_id}{END}",
            f"DTM*405*{day8(paid_on)}{END}",
            f"N1*PR*{payer.name}*XV*{payer.payer_id}{END}",
            f"N3*1 Invented Way{END}N4*Nowhere*KS*66000{END}",
            f"PER*BL*EDI DESK*TE*5555550100{END}",
            f"N1*PE*{facility.name}*XX*{facility.npi}{END}REF*TJ*{facility.tin}{END}",
            f"LX*1{END}" if claims else "",
            *claims,
            *_provider_adjustment_segments(facility, paid_on, adjustments),
        )
    )
    return f"{body}SE*{body.count('~') + 1}*{control_number:04d}{END}"


def _payment_segment(payer: Payer, facility: Facility, paid_on: date, payment: int) -> str:
    if not payment:
        return f"BPR*H*0*C*NON************{day8(paid_on)}{END}"
    return (
        f"BPR*I*{amount(payment)}*C*ACH*CCP*01*999999992*DA*1{payer.tax_id}*1{payer.tax_id}"
        f"**01*999999992*DA*2{facility.tin}*{day8(paid_on)}{END}"
    )


def _provider_adjustment_segments(
    facility: Facility, paid_on: date, adjustments: Sequence[ProviderAdjustment]
) -> list[str]:
    pairs = [
        f"*{reason_code}:{reference}*{amount(cents)}"
        if reference
        else f"*{reason_code}*{amount(cents)}"
        for reason_code, reference, cents in adjustments
    ]
    return [
        f"PLB*{facility.npi}*{paid_on.year}1231{''.join(pairs[start : start + 6])}{END}"
        for start in range(0, len(pairs), 6)
    ]


def interchange(payer: Payer, created_on: date, control_number: int, sets: Sequence[str]) -> str:
    """ISA to IEA around the remittances of one payer and month."""
    sender = f"{payer.payer_id:<15}"
    receiver = f"{'TAKEBACKDEMO':<15}"
    created = day8(created_on)
    header = (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{sender}*ZZ*{receiver}*{created[2:]}*0600*^*00501"
        f"*{control_number:09d}*0*P*:{END}"
    )
    return (
        f"{header}GS*HP*{payer.payer_id}*TAKEBACKDEMO*{created}*0600*{control_number}*X"
        f"*005010X221A1{END}{''.join(sets)}GE*{len(sets)}*{control_number}{END}"
        f"IEA*1*{control_number:09d}{END}"
    )
