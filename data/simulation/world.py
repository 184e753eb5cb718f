"""Who lives in the simulated world: facilities, providers, payers and their habits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import NamedTuple

LAST_DAY = date(2026, 10, 31)

PLAN_TYPES = {
    "12": "Commercial",
    "HM": "Commercial",
    "CI": "Commercial",
    "MA": "Medicare Part A",
    "MB": "Medicare Part B",
    "16": "Medicare Advantage",
    "MC": "Medicaid",
    "CH": "Tricare",
}


class Story(Enum):
    """What becomes of a claim after its first payment; E1 to E14 as in tests/fixtures/stories."""

    SAME_PAY = "E3"
    UPWARD = "E4"
    TAKEN_AT_ONCE = "E2"
    ELECTED_IMMEDIATE = "E2 elected"
    PUT_OFF = "E5"
    TOO_LITTLE_MONEY = "E6"
    MEDICARE_PUT_OFF = "E7"
    REFUND = "E8"
    REFUND_AND_FORGIVENESS = "E9"
    REFUND_IN_EXCESS = "E10"
    SETTLED_BY_CHECK = "E11"
    LUMP = "E14"
    NAMELESS_LUMP = "E5 lump"
    LETTER_ONLY = "letter"
    UNTRACKED = "untracked"

    @property
    def label(self) -> str:
        """The story as truth.json names it: E2, E5, letter and so on."""
        return self.value.split()[0]


@dataclass(frozen=True, slots=True)
class Cause:
    """A root cause with codes that show it on a corrected claim."""

    name: str
    reason_codes: tuple[str, ...]
    remark_codes: tuple[str, ...]


CAUSES = (
    Cause("Coordination of benefits", ("22", "109", "27"), ("MA04", "N4")),
    Cause("Post-payment audit", ("216", "129", "249"), ("N432", "N199")),
    Cause("Medical necessity", ("50", "55", "56"), ("N115", "N386")),
    Cause("Provider enrolment", ("B7", "185", "208"), ("N570", "N767")),
    Cause("Duplicate billing", ("18", "B20"), ("N522",)),
    Cause("Upcoding", ("150", "186"), ("N22", "M25")),
    Cause("Incorrect modifier", ("4", "182", "236"), ("N519", "N822")),
    Cause("Wrong units", ("151", "222", "119"), ("N362", "M53")),
    Cause("Documentation", ("16", "252", "226"), ("M127", "N706")),
    Cause("Duplicate payment or payer reprocessing", ("B13", "97", "147"), ("MA67", "N419")),
)
UNCLASSIFIED = "Unclassified"
UNASSIGNED = "Unassigned"


@dataclass(frozen=True, slots=True)
class Facility:
    """A payee: its remittances carry this NPI and TIN."""

    name: str
    npi: str
    tin: str
    account_prefix: str
    share: float


class Procedure(NamedTuple):
    """A service and its usual charge in cents."""

    code: str
    charge: int
    revenue_code: str


@dataclass(frozen=True, slots=True)
class Provider:
    """A rendering provider of one facility."""

    npi: str
    family_name: str
    given_name: str
    specialty: str
    facility: Facility


@dataclass(frozen=True, slots=True)
class Sundry:
    """PLB entries that recoup nothing, of which `monthly` are expected every month."""

    reason_code: str
    cents: int
    monthly: float


@dataclass(frozen=True, slots=True)
class Payer:
    """A payer and its habits; shares and rates are fractions, spans are (first, last) days."""

    name: str
    payer_id: str
    code: str
    tax_id: str
    professional_filing: str
    institutional_filing: str
    share: float
    cadence_days: int
    weekday: int
    reference_style: str
    taking_code: str
    allowed_share: float
    takeback_rate: tuple[float, float]
    lag: tuple[int, int]
    letter_share: float
    deck: tuple[tuple[Story, int], ...]
    usual_causes: tuple[int, ...]
    appeal_share: float
    won_in_full: float
    won_in_part: float
    reprocessed_share: float
    sundries: tuple[Sundry, ...] = ()


def national_provider_identifier(stem: int) -> str:
    """A ten-digit NPI with a valid check digit; it begins with 2, a range never issued."""
    body = f"2{stem:08d}"
    total = 24
    for position, digit in enumerate(reversed(body)):
        doubled = int(digit) * 2 if position % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return body + str(-total % 10)


FACILITIES = (
    Facility(
        "Harbor Bridge Medical Center", national_provider_identifier(900), "990000101", "HBA", 0.5
    ),
    Facility(
        "Willow Bend Specialty Clinic", national_provider_identifier(901), "990000102", "WBC", 0.32
    ),
    Facility(
        "Stone Lantern Surgery Center", national_provider_identifier(902), "990000103", "SLS", 0.18
    ),
)

PROCEDURES = {
    "Emergency Medicine": (
        Procedure("99283", 41000, "0450"),
        Procedure("99284", 68000, "0450"),
        Procedure("99285", 99000, "0450"),
        Procedure("36415", 2600, "0300"),
    ),
    "Orthopedic Surgery": (
        Procedure("99213", 18500, "0510"),
        Procedure("20610", 29500, "0361"),
        Procedure("73562", 14800, "0320"),
        Procedure("29881", 385000, "0360"),
    ),
    "Cardiology": (
        Procedure("93000", 9800, "0730"),
        Procedure("93306", 118000, "0483"),
        Procedure("99214", 26500, "0510"),
        Procedure("78452", 162000, "0341"),
    ),
    "Radiology": (
        Procedure("71046", 13600, "0324"),
        Procedure("70553", 174000, "0611"),
        Procedure("74177", 148000, "0352"),
        Procedure("76856", 37500, "0402"),
    ),
    "Internal Medicine": (
        Procedure("99213", 18500, "0510"),
        Procedure("99214", 26500, "0510"),
        Procedure("80053", 6400, "0301"),
        Procedure("85025", 4300, "0305"),
    ),
    "General Surgery": (
        Procedure("47562", 342000, "0360"),
        Procedure("49505", 268000, "0360"),
        Procedure("99203", 24500, "0510"),
        Procedure("10060", 31500, "0361"),
    ),
    "Oncology": (
        Procedure("96413", 62500, "0335"),
        Procedure("96415", 18700, "0335"),
        Procedure("99215", 36500, "0510"),
        Procedure("85025", 4300, "0305"),
    ),
    "Physical Therapy": (
        Procedure("97110", 9200, "0420"),
        Procedure("97140", 8700, "0420"),
        Procedure("97530", 10400, "0420"),
        Procedure("97161", 21000, "0424"),
    ),
}

_FAMILY_NAMES = [
    "Amberly",
    "Birchgrove",
    "Cloverfield",
    "Dunmarsh",
    "Elmhollow",
    "Fennimoor",
    "Goosegate",
    "Hazelwick",
    "Ivorstone",
    "Juniperly",
    "Kettlebrook",
    "Larkmeadow",
    "Mossbury",
    "Nettlefold",
    "Oakenshaw",
    "Pebbleton",
    "Quillbank",
    "Rushmere",
    "Saltmarch",
    "Thistledown",
    "Underbough",
    "Vinehurst",
    "Wrenfield",
    "Yarrowby",
]
_GIVEN_NAMES = [
    "Ada",
    "Bruno",
    "Clara",
    "Dov",
    "Edda",
    "Flora",
    "Gil",
    "Hana",
    "Ilse",
    "Jory",
    "Kaia",
    "Leif",
]


def _providers() -> Iterator[Provider]:
    specialties = tuple(PROCEDURES)
    for index, family_name in enumerate(_FAMILY_NAMES):
        yield Provider(
            national_provider_identifier(1000 + index * 37),
            family_name,
            _GIVEN_NAMES[index % len(_GIVEN_NAMES)],
            specialties[index % len(specialties)],
            FACILITIES[index // len(specialties)],
        )


PROVIDERS = tuple(_providers())
