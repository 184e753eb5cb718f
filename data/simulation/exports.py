"""The health system's own tables: offset register, appeals log, provider roster."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from data.simulation.appeals import PENDING, known_levels
from data.simulation.receivables import Case, Letter, Receivable
from data.simulation.world import LAST_DAY, PLAN_TYPES, PROVIDERS

OFFSET_COLUMNS = (
    "Payer",
    "Payer ID",
    "Letter Number",
    "Reference ID",
    "Notice Date",
    "Overpayment Amount",
    "ICN",
    "Patient Account",
    "Offset Date",
    "Root Cause",
    "CARC",
    "NPI",
    "Plan Type",
    "Immediate Recoupment",
)
APPEAL_COLUMNS = (
    "Payer",
    "Case Number",
    "Appeal Level",
    "Letter Number",
    "ICN",
    "Patient Account",
    "Appeal Filed",
    "Appeal Status",
    "Decision Date",
    "Amount at Issue",
    "Overturned Amount",
    "Amount Recovered",
    "Recovered Date",
)
PROVIDER_COLUMNS = ("NPI", "Provider Name", "Specialty", "Facility")


def dollars(cents: int) -> str:
    """Cents as dollars with two decimals: 1234.50, -0.05."""
    units, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{units}.{rest:02d}"


def write_offsets(path: Path, receivables: Iterable[Receivable], random: Random) -> None:
    """Write one row per receivable and letter known by the last day, by letter date."""
    letters = [(item.letter_by(LAST_DAY), item) for item in receivables]
    rows = sorted(
        ((letter, item) for letter, item in letters if letter),
        key=lambda row: (row[0].date, row[0].number, row[1].sequence),
    )
    _write(path, OFFSET_COLUMNS, (_offset_row(letter, item, random) for letter, item in rows))


def _offset_row(letter: Letter, item: Receivable, random: Random) -> list[str]:
    claim = item.claim
    assert claim
    amount = dollars(item.established)
    if random.random() < 0.06:
        amount = f"${item.established // 100:,}.{item.established % 100:02d}"
    return [
        item.payer.name,
        item.payer.payer_id,
        letter.number,
        item.reference if letter.shows_reference else "",
        f"{letter.date:%m/%d/%Y}",
        amount,
        claim.payer_claim_control_number if letter.shows_payer_claim else "",
        claim.patient_control_number if letter.shows_account else "",
        f"{item.first_withdrawal:%m/%d/%Y}" if item.first_withdrawal else "",
        letter.root_cause,
        letter.reason_code,
        claim.provider.npi,
        PLAN_TYPES[claim.filing_indicator],
        "Y" if letter.elected_immediate else "",
    ]


def write_appeals(path: Path, cases: Iterable[Case]) -> None:
    """Write one row per case and level filed by the last day, in order of case number."""
    _write(path, APPEAL_COLUMNS, (row for case in cases for row in _appeal_rows(case)))


def _appeal_rows(case: Case) -> Iterable[list[str]]:
    item = case.item
    claim, letter = item.claim, item.letter_by(LAST_DAY)
    assert claim
    levels = known_levels(case)
    for number, level in enumerate(levels, start=1):
        decided = level.outcome != PENDING
        paid = number == len(levels) and case.recovered_on is not None
        yield [
            item.payer.name,
            case.number,
            str(number),
            letter.number if letter else "",
            claim.payer_claim_control_number,
            claim.patient_control_number,
            level.filed_on.isoformat(),
            level.outcome,
            level.decided_on.isoformat() if decided else "",
            dollars(level.at_issue),
            dollars(level.overturned) if decided else "",
            dollars(case.recovered) if paid else "",
            case.recovered_on.isoformat() if case.recovered_on and paid else "",
        ]


def write_providers(path: Path) -> None:
    """Write the roster: one row per rendering provider."""
    rows = (
        [
            provider.npi,
            f"{provider.given_name} {provider.family_name}",
            provider.specialty,
            provider.facility.name,
        ]
        for provider in PROVIDERS
    )
    _write(path, PROVIDER_COLUMNS, rows)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
