"""The simulator's own rules about time: when a withdrawal may begin and until when it can be appealed."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class TimeRules:
    """Calendar days, the day of the notice being day 0; None: no rule is known."""

    until_withdrawal: int | None
    to_appeal: int | None


_MEDICARE = TimeRules(until_withdrawal=41, to_appeal=5 + 120)
_RULES = {
    "Medicare Part A": _MEDICARE,
    "Medicare Part B": _MEDICARE,
    "Commercial": TimeRules(until_withdrawal=None, to_appeal=30),
}
_NONE = TimeRules(None, None)


def earliest_withdrawal(plan_type: str, noticed_on: date | None) -> date | None:
    """Medicare may take from day 41 after its demand (42 CFR 405.379); None: no rule, or no notice."""
    return _after(noticed_on, _RULES.get(plan_type, _NONE).until_withdrawal)


def appeal_deadline(
    plan_type: str, noticed_on: date | None, withdrawn_on: date | None
) -> date | None:
    """The last day to appeal, counted from the notice; from the first withdrawal where there was none.

    Medicare: 120 days from receipt, presumed 5 days after the letter (42 CFR 405.942). Commercial
    plans: 30 days, the shortest that contracts commonly give. None: no rule, or nothing to appeal.
    """
    return _after(noticed_on or withdrawn_on, _RULES.get(plan_type, _NONE).to_appeal)


def _after(day: date | None, days: int | None) -> date | None:
    return day + timedelta(days=days) if day and days is not None else None
