"""What is true of each receivable, and of each line that belongs to one, as truth.json says it."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from data.simulation.deadlines import appeal_deadline, earliest_withdrawal
from data.simulation.exports import dollars
from data.simulation.receivables import Receivable
from data.simulation.remits import Belonging, Posted
from data.simulation.ways import WORDS, undecided
from data.simulation.world import LAST_DAY, PLAN_TYPES, UNASSIGNED, UNCLASSIFIED

Row = dict[str, object]


def notice(item: Receivable) -> tuple[date | None, str | None]:
    """Notice date and its source: the letter, else a put-off before the first withdrawal."""
    letter = item.letter_by(LAST_DAY)
    if letter:
        return letter.date, "letter"
    return item.put_off_on, "put off" if item.put_off_on else None


def lag_days(item: Receivable) -> int | None:
    """Days from notice to first withdrawal, negative where the letter came late; None: left out."""
    noticed_on, _ = notice(item)
    letter = item.letter_by(LAST_DAY)
    elected = letter is not None and letter.elected_immediate
    if not item.first_withdrawal or not noticed_on or item.refunded or elected:
        return None
    return (item.first_withdrawal - noticed_on).days


def cause_of(item: Receivable) -> str:
    """The register's root cause, else that of the corrected claim, else unclassified."""
    letter = item.letter_by(LAST_DAY)
    if letter and letter.root_cause:
        return letter.root_cause
    return item.cause.name if item.cause and item.printed else UNCLASSIFIED


def attributes(item: Receivable) -> tuple[str, str, str]:
    """Plan type, specialty and facility."""
    claim = item.claim
    if claim is None:
        return PLAN_TYPES[item.payer.professional_filing], UNASSIGNED, UNASSIGNED
    provider = claim.provider
    return PLAN_TYPES[claim.filing_indicator], provider.specialty, provider.facility.name


def receivable_row(item: Receivable) -> Row:
    """All that is true of a receivable at the end; its `number` is what lines refer to."""
    noticed_on, source = notice(item)
    letter, plan_type = item.letter_by(LAST_DAY), attributes(item)[0]
    return {
        "number": item.sequence,
        "payer": item.payer.name,
        "payee_npi": item.facility.npi,
        "reference": item.reference,
        "patient_control_number": item.claim.patient_control_number if item.claim else None,
        "payer_claim_control_number": item.claim.payer_claim_control_number if item.claim else None,
        "story": item.story,
        "sequel": item.sequel or None,
        "established": dollars(item.established),
        "withheld": dollars(item.withheld),
        "returned": dollars(item.returned),
        "recovered": dollars(item.recovered),
        "refunded": dollars(item.refunded),
        "forgiven": dollars(item.forgiven),
        "letter_number": letter.number if letter else None,
        "notice_date": _iso(noticed_on),
        "notice_source": source,
        "first_withdrawal": _iso(item.first_withdrawal),
        "lag_days": lag_days(item),
        "cause": cause_of(item),
        "true_cause": item.cause.name if item.cause else None,
        "open": dollars(item.open),
    } | _without_nothing(
        earliest_date=_iso(earliest_withdrawal(plan_type, noticed_on)),
        appeal_deadline=_iso(appeal_deadline(plan_type, noticed_on, item.first_withdrawal)),
    )


def _without_nothing(**values: object) -> Row:
    return {name: value for name, value in values.items() if value is not None}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def line_rows(belongings: Iterable[tuple[Posted, Belonging]]) -> list[Row]:
    """One row per line and receivable: where it stands, by trace number and position from 1.

    `amount` is USD, positive where it is taken from the provider; `tier` is the first rule that can
    find the receivable; it is left out where the records give several answers or none.
    """
    lines = list(belongings)
    identified = Counter(
        (posted.trace, line.cents) for posted, line in lines if line.kind == "identified"
    )
    return [
        _line_row(posted, line, identified[posted.trace, -line.cents] == 1)
        for posted, line in lines
    ]


def _line_row(posted: Posted, line: Belonging, only_of_amount: bool) -> Row:
    by_amount_beside_claims = line.kind == "put_off" and line.way.tier == WORDS.tier
    way = line.way if only_of_amount or not by_amount_beside_claims else undecided(line.way)
    return _without_nothing(
        trace=posted.trace,
        claim_no=line.claim_no,
        adjustment_no=line.adjustment_no,
        kind=line.kind,
        amount=dollars(line.cents),
        receivable=line.item.sequence,
        way=way.name,
        tier=way.tier,
    )
