"""Claims as they were paid, and how a payer reverses and corrects them; money in cents."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from data.simulation.world import PROCEDURES, PROVIDERS, Cause, Facility, Payer, Procedure, Provider

PATIENTS = tuple(
    f"{family}*{given}"
    for family in ("Testcase", "Sampleton", "Fakeley", "Mockingham", "Placeholder", "Dummyford")
    for given in ("Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel")
)
_PROVIDERS_OF = {
    provider.facility: tuple(p for p in PROVIDERS if p.facility is provider.facility)
    for provider in PROVIDERS
}
_MODIFIERS = ("", "", "", "", ":25", ":59", ":RT", ":LT")
_LINE_COUNTS = (1, 1, 1, 2, 2, 2, 3, 4)
_FEWEST_DAYS_TO_PAYMENT = 10
_INSTITUTIONAL_SHARE = 0.3
_HIGHEST_CHARGE_IN_UNITS = 20_000


class Adjustment(NamedTuple):
    """One CAS triple: group code, reason code (CARC), cents that reduce the payment."""

    group: str
    reason_code: str
    cents: int


class Line(NamedTuple):
    """A service line; `procedure` carries its modifiers, as in 99213:25."""

    procedure: str
    revenue_code: str
    charge: int
    paid: int
    units: int
    adjustments: tuple[Adjustment, ...]
    remark: str = ""


class Claim(NamedTuple):
    """A claim as one CLP states it; `original_number` is REF*F8, empty on first payments."""

    patient_control_number: str
    payer_claim_control_number: str
    status: str
    filing_indicator: str
    facility_type: str
    provider: Provider
    patient: str
    service_from: date
    service_to: date
    lines: tuple[Line, ...]
    charge: int
    paid: int
    patient_responsibility: int
    original_number: str = ""
    remark: str = ""


class Numbers:
    """Counters behind every number the world hands out, so that none occurs twice."""

    def __init__(self, payer_claims_after: int = 400_000) -> None:
        self._account = 1023400
        self._payer_claim = payer_claims_after
        self._letter = 1000
        self._trace = 10000
        self._case = 500
        self._sundry = 100

    def account(self, facility: Facility) -> str:
        """A patient control number (CLP01)."""
        self._account += 1
        return f"{facility.account_prefix}{self._account}"

    def payer_claim(self, payer: Payer, day: date) -> str:
        """A payer claim control number (CLP07); Cascade's begin with zeros."""
        self._payer_claim += 1
        if payer.reference_style == "careless":
            return f"00{self._payer_claim:08d}{payer.code}{day.year % 100}"
        return f"{payer.code}{day.year % 100}{day.timetuple().tm_yday:03d}{self._payer_claim:08d}"

    def letter(self, payer: Payer) -> str:
        """The number of a demand letter."""
        self._letter += 1
        return f"LTR{payer.code}{self._letter:06d}"

    def trace(self, payer: Payer) -> str:
        """A check or EFT trace number (TRN02)."""
        self._trace += 1
        return f"{payer.code}EFT{self._trace:07d}"

    def case(self, payer: Payer) -> str:
        """The number of an appeal case."""
        self._case += 1
        return f"AP{payer.code}{self._case:06d}"

    def sundry(self, reason_code: str) -> str:
        """A reference that belongs to no claim and no letter."""
        self._sundry += 1
        return f"{reason_code}ADJ{self._sundry:05d}"


def pay_claim(
    random: Random, numbers: Numbers, payer: Payer, facility: Facility, paid_on: date
) -> Claim:
    """A claim that the payer pays for the first time on `paid_on`."""
    draw = random.random
    providers = _PROVIDERS_OF[facility]
    provider = providers[int(draw() * len(providers))]
    institutional = draw() < _INSTITUTIONAL_SHARE
    procedures = PROCEDURES[provider.specialty]
    first = int(draw() * 4)
    lines = tuple(
        _pay_line(draw, payer, procedures[(first + step) % 4], institutional)
        for step in range(_LINE_COUNTS[int(draw() * 8)])
    )
    service_from = paid_on - timedelta(days=_FEWEST_DAYS_TO_PAYMENT + int(draw() * 30))
    days_of_stay = int(draw() * 3) if institutional else 0
    return _claim_of_lines(
        Claim(
            numbers.account(facility),
            numbers.payer_claim(payer, paid_on),
            "1",
            payer.institutional_filing if institutional else payer.professional_filing,
            "13" if institutional else "11",
            provider,
            PATIENTS[int(draw() * len(PATIENTS))],
            service_from,
            service_from + timedelta(days=days_of_stay),
            lines,
            0,
            0,
            0,
        )
    )


def _pay_line(
    draw: Callable[[], float], payer: Payer, procedure: Procedure, institutional: bool
) -> Line:
    code, usual_charge, revenue_code = procedure
    in_units = usual_charge < _HIGHEST_CHARGE_IN_UNITS and draw() < 0.15
    units = 2 + int(draw() * 2) if in_units else 1
    charge = int(usual_charge * units * (0.75 + 0.5 * draw()) * (1.6 if institutional else 1.0))
    modifier = _MODIFIERS[int(draw() * 8)]
    revenue = revenue_code if institutional else ""
    if draw() < 0.03:
        denial = (Adjustment("CO", "96", charge),)
        return Line(code + modifier, revenue, charge, 0, units, denial)
    allowed = int(charge * payer.allowed_share * (0.8 + 0.4 * draw()))
    share = draw()
    if share < 0.25:
        patient, reason_code = allowed // 5, "2"
    elif share < 0.4:
        patient, reason_code = min(allowed, 2500), "3"
    elif share < 0.45:
        patient, reason_code = allowed // 2, "1"
    else:
        patient, reason_code = 0, ""
    adjustments: tuple[Adjustment, ...] = (Adjustment("CO", "45", charge - allowed),)
    if patient:
        adjustments = (*adjustments, Adjustment("PR", reason_code, patient))
    return Line(code + modifier, revenue, charge, allowed - patient, units, adjustments)


def _claim_of_lines(claim: Claim) -> Claim:
    charge = paid = patient_responsibility = 0
    for line in claim.lines:
        charge += line.charge
        paid += line.paid
        for group, _, cents in line.adjustments:
            if group == "PR":
                patient_responsibility += cents
    return claim._replace(charge=charge, paid=paid, patient_responsibility=patient_responsibility)


def reverse(claim: Claim) -> Claim:
    """The status-22 claim that negates `claim`."""
    lines = tuple(
        line._replace(
            charge=-line.charge,
            paid=-line.paid,
            adjustments=tuple(
                Adjustment(group, code, -cents) for group, code, cents in line.adjustments
            ),
        )
        for line in claim.lines
    )
    return claim._replace(
        status="22",
        lines=lines,
        charge=-claim.charge,
        paid=-claim.paid,
        patient_responsibility=-claim.patient_responsibility,
        original_number="",
    )


def correct(original: Claim, replaces: Claim, number: str, loss: int, reason_code: str) -> Claim:
    """`original` paid `loss` cents less, the loss explained by `reason_code` line by line.

    The correction has its own CLP07 `number` and names the one it replaces in REF*F8. A line that
    loses everything is denied whole: its other adjustments give way to the reason code.
    """
    lines = []
    for line in original.lines:
        taken = min(loss, line.paid)
        loss -= taken
        lines.append(_reduce(line, taken, reason_code) if taken else line)
    corrected = _claim_of_lines(original._replace(lines=tuple(lines)))
    return corrected._replace(
        payer_claim_control_number=number,
        status="1" if corrected.paid else "4",
        original_number=replaces.payer_claim_control_number,
        remark="",
    )


def _reduce(line: Line, taken: int, reason_code: str) -> Line:
    group = "OA" if reason_code == "23" else "CO"
    if taken == line.paid:
        denial = Adjustment(group, reason_code, line.charge)
        return line._replace(paid=0, adjustments=(denial,))
    reduction = Adjustment(group, reason_code, taken)
    return line._replace(paid=line.paid - taken, adjustments=(*line.adjustments, reduction))


def raise_payment(original: Claim, number: str) -> Claim:
    """`original` paid again with the contractual write-off of its first paid line cut by a half."""
    lines = list(original.lines)
    for position, line in enumerate(lines):
        if line.paid and line.adjustments[0].cents > 1:
            group, code, cents = line.adjustments[0]
            rise = cents // 2
            lines[position] = line._replace(
                paid=line.paid + rise,
                adjustments=(Adjustment(group, code, cents - rise), *line.adjustments[1:]),
            )
            break
    return _claim_of_lines(original._replace(lines=tuple(lines)))._replace(
        payer_claim_control_number=number, original_number=original.payer_claim_control_number
    )


def with_remark(random: Random, claim: Claim, cause: Cause) -> Claim:
    """`claim` with a remark code that fits `cause`: on its first line, on the claim, or none."""
    code = random.choice(cause.remark_codes)
    where = random.random()
    if where < 0.3:
        first = claim.lines[0]._replace(remark=code)
        return claim._replace(lines=(first, *claim.lines[1:]))
    return claim._replace(remark=code) if where < 0.5 else claim
