"""An offset's facts as a packet says them: dates compared with rules, never a judgement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kpis.format import exact_usd
from kpis.offset_life import Movement, Offset, Step
from kpis.report_packet import DateCheck, EobLine
from kpis.rules import AppliedRule
from kpis.won import Win

MOVEMENTS = {
    "paid": "Claim paid",
    "claimed": "Letter states an overpayment",
    "established": "Overpayment stated on the remittance",
    "put_off": "Put off to a later remittance",
    "forwarded": "Forwarded to a later remittance",
    "withheld": "Withheld",
    "refunded": "Refunded by the provider",
    "forgiven": "Written off by the payer",
    "cancelled": "Cancelled by the payer",
    "returned": "Given back by provider adjustment",
    "recovered": "Paid again",
    "corrected": "Credited by a later correction",
    "at issue": "Appeal filed, at issue",
}
OUTCOMES = {
    "full": "overturned in full",
    "partial": "partially overturned",
    "upheld": "upheld",
    "withdrawn": "withdrawn",
    "dismissed": "dismissed",
    "pending": "pending",
}
CLAIM_STATUS = {"22": "Claim reversed", "4": "Claim denied"}
RULES = {
    "earliest withdrawal": "Earliest withdrawal",
    "notice": "Notice owed",
    "appeal": "Time to appeal",
    "look-back": "Look-back",
}

Facts = tuple[Offset, Sequence[Step], Sequence[EobLine], Sequence[AppliedRule]]


def movement_in_words(movement: Movement, step: Step) -> str:
    """What happened; a decided appeal with its outcome."""
    if step.kind == "appeal decided":
        return f"Appeal {OUTCOMES.get(movement.kind, movement.kind)}"
    return MOVEMENTS.get(movement.kind, movement.kind.capitalize())


def notice_in_words(item: Offset) -> str:
    """The notice as it is known; where there is none, that none is on file."""
    if item.notice_date is None:
        return "Notice: no notice on file."
    if item.notice_source == "put off":
        return f"Notice: put off on the remittance of {item.notice_date}; no letter on file."
    number = f" {item.letter_number}" if item.letter_number else ""
    return f"Notice: letter{number} of {item.notice_date}."


def won_in_words(won: Win) -> str:
    """What was decided on appeal, when, and how much of it has come back and has not."""
    how = "in full" if won.in_full else "in part"
    decided = f"Appeal {won.cases} overturned {how} on {won.won_on}"
    if not won.overturned:
        return f"{decided}; no amount is on file."
    return (
        f"{decided}: {exact_usd(won.overturned)} to come back, {exact_usd(won.come_back)} come back, "
        f"{exact_usd(won.owed_back)} not yet."
    )


def findings(item: Offset, check: DateCheck | None) -> list[str]:
    """Each date beside the rule's date, one sentence each; what cannot be told is said to be so."""
    if check is None:
        return [] if item.first_withdrawal is None else ["Rules were not applied to this offset."]
    return [
        line
        for line in (
            _early(item, check),
            _look_back(check),
            _deadline(check),
            _no_notice(item, check),
        )
        if line
    ]


def _early(item: Offset, check: DateCheck) -> str:
    taken = f"First withdrawn on {check.first_withdrawal}"
    if check.is_early is None or check.earliest_date is None:
        return f"{taken}; no earliest date can be told for it."
    if check.is_early:
        return f"{taken}, withdrawn before the configured earliest date {check.earliest_date}."
    if check.first_withdrawal < check.earliest_date:
        why = f": {item.lag_state}" if item.lag_state != "counted" else ""
        return f"{taken}; the configured earliest date {check.earliest_date} does not bind it{why}."
    return f"{taken}, on or after the configured earliest date {check.earliest_date}."


def _look_back(check: DateCheck) -> str:
    if check.is_past_look_back is None:
        return ""
    side = "later" if check.is_past_look_back else "not later"
    return (
        f"The payment of {check.original_payment_date} was called back {side} than the configured look-back date "
        f"{check.look_back_date}."
    )


def _deadline(check: DateCheck) -> str:
    if check.appeal_deadline is None:
        return ""
    filed = (
        f"appeal filed on {check.appeal_filed_on}" if check.appeal_filed_on else "no appeal on file"
    )
    return f"Configured last day to appeal: {check.appeal_deadline}; {filed}."


def _no_notice(item: Offset, check: DateCheck) -> str:
    if item.notice_date is None:
        return "No notice on file. A letter may exist that was not loaded here."
    if item.notice_source == "letter" and item.notice_date > check.first_withdrawal:
        return f"The letter on file is dated {item.notice_date}, after the first withdrawal."
    return ""


def rule_in_words(rule: AppliedRule) -> tuple[str, ...]:
    """Kind, date it leads to, time, clock, citation, how far it was checked."""
    return (
        RULES.get(rule.kind, rule.kind.capitalize()),
        rule.due_date.isoformat() if rule.due_date else "cannot be told",
        rule.time,
        rule.clock_start or "not stated",
        rule.citation or "none given",
        f"{rule.confidence} ({rule.source})",
    )


def line_in_words(line: EobLine) -> tuple[str, ...]:
    """One line of a remittance as the packet's table shows it."""
    what = {
        "claim": CLAIM_STATUS.get(line.claim_status, "Claim paid"),
        "service line": f"Service {line.procedure}".strip(),
        "provider adjustment": "Provider adjustment",
    }[line.kind]
    numbers = " / ".join(
        number
        for number in (line.payer_claim_control_number, line.patient_control_number)
        if number
    )
    return (
        line.payment_date.isoformat(),
        line.trace_number,
        what,
        numbers if line.kind == "claim" else "",
        line.service_from.isoformat() if line.service_from else "",
        exact_usd(line.charge) if line.charge is not None else "",
        exact_usd(line.amount),
        line.codes,
    )


def span_in_words(first: date | None, last: date | None) -> str:
    """Days of service."""
    if first is None:
        return "none on file"
    return first.isoformat() if last in (None, first) else f"{first} to {last}"


def checklist(found: Sequence[Facts]) -> list[tuple[bool, str]]:
    """The elements a payer asks for, and for how many of the offsets this paper has them."""
    tests = (
        (
            "Claim number the payer uses",
            [bool(item.payer_claim_control_number) for item, *_ in found],
        ),
        ("Account or encounter number", [bool(item.patient_control_number) for item, *_ in found]),
        (
            "Original payment with date and trace number",
            [any(step.kind == "payment" for step in steps) for _, steps, *_ in found],
        ),
        ("Notice with its date", [item.notice_date is not None for item, *_ in found]),
        (
            "Each withdrawal with date, trace number and amount",
            [
                item.withheld == 0 or any(m.kind == "withheld" for s in steps for m in s.movements)
                for item, steps, *_ in found
            ],
        ),
        ("Remittance lines concerned", [bool(lines) for _, _, lines, _ in found]),
        ("Rule that applies, with its source", [bool(rules) for *_, rules in found]),
    )
    return [(all(states), f"{name}: {_how_many(states)}") for name, states in tests]


def _how_many(states: Sequence[bool]) -> str:
    if all(states):
        return "in this paper"
    if not any(states):
        return "not on file"
    return f"in this paper for {sum(states)} of {len(states)}, the others not on file"
