"""What the simulator knows to be true, added up forward from the events it made."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from data.simulation.appeals import FULL, PARTIAL, UPHELD, decision
from data.simulation.engine import PayerMonth
from data.simulation.exports import dollars
from data.simulation.facts import Row, attributes, cause_of, lag_days, line_rows, receivable_row
from data.simulation.history import World
from data.simulation.payers import PAYERS
from data.simulation.receivables import MECHANISM_NAMES, Receivable
from data.simulation.remits import Belonging, Movement, Posted
from data.simulation.world import LAST_DAY

_MEASURES = (
    "payments",
    "identified",
    "withheld",
    "recovered",
    "refunded",
    "forgiven",
    "excess_refund",
    "other",
    "deposits",
)
_OUTCOMES = {FULL: "appeals_full", PARTIAL: "appeals_partial", UPHELD: "appeals_upheld"}


@dataclass(slots=True)
class Truth:
    """Sums by payer and month, kept while the files are written."""

    posted: list[Posted] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    belongings: list[tuple[Posted, Belonging]] = field(default_factory=list)

    def add(self, file: PayerMonth) -> None:
        """Remember what the remittances of one file did."""
        self.posted.extend(file.posted)
        self.movements.extend(file.movements)
        self.belongings.extend(file.belongings)


def truth_of(world: World, truth: Truth, months: list[date], claims: int) -> Row:
    """The content of truth.json: money as strings, dates ISO, lag in days."""
    known = [item for item in world.receivables if item.known_from() <= LAST_DAY]
    withheld = sum(item.withheld for item in known)
    assert withheld <= sum(item.established for item in known)
    assert withheld == sum(posted.withheld for posted in truth.posted)
    payer_months = _payer_months(world, truth, known, months)
    return {
        "payer_months": payer_months,
        "cells": _cells(truth.movements),
        "receivables": [receivable_row(item) for item in known],
        "remittances": [_remittance_row(posted) for posted in truth.posted],
        "lines": line_rows(truth.belongings),
        "totals": _totals(world, truth, known, claims),
    }


def _measures(posted: Posted) -> dict[str, int]:
    return {
        "payments": posted.payments,
        "identified": posted.identified,
        "withheld": posted.withheld,
        "recovered": posted.recovered,
        "refunded": posted.refunded,
        "forgiven": posted.forgiven,
        "excess_refund": posted.excess_refund,
        "other": posted.other,
        "deposits": posted.bpr02,
    }


def _payer_months(
    world: World, truth: Truth, known: Iterable[Receivable], months: list[date]
) -> list[Row]:
    cents: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for posted in truth.posted:
        cents[posted.payer, _month(posted.paid_on)].update(_measures(posted))
    for item in known:
        lag = lag_days(item)
        if item.first_withdrawal and lag is not None and lag >= 0:
            key = item.payer.name, _month(item.first_withdrawal)
            counts[key].update(lag_days=lag, lag_count=1)
    for case in world.cases:
        level = decision(case)
        if level:
            key = case.item.payer.name, _month(level.decided_on)
            counts[key][_OUTCOMES[level.outcome]] += 1
    return [
        {"payer": payer.name, "month": _month(month)}
        | {name: dollars(cents[payer.name, _month(month)][name]) for name in _MEASURES}
        | {
            name: counts[payer.name, _month(month)][name]
            for name in ("lag_days", "lag_count", *_OUTCOMES.values())
        }
        for payer in PAYERS
        for month in months
    ]


def _month(day: date) -> str:
    return day.isoformat()[:7]


def _cells(movements: Iterable[Movement]) -> list[Row]:
    sums: defaultdict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
    for movement in movements:
        item = movement.item
        key = (
            item.payer.name,
            _month(movement.paid_on),
            *attributes(item),
            cause_of(item),
            MECHANISM_NAMES[movement.mechanism],
        )
        sums[key][0] += movement.withheld
        sums[key][1] += movement.recovered
    names = ("payer", "month", "plan_type", "specialty", "facility", "cause", "mechanism")
    return [
        {
            **dict(zip(names, key, strict=True)),
            "withheld": dollars(withheld),
            "recovered": dollars(recovered),
        }
        for key, (withheld, recovered) in sorted(sums.items())
    ]


def _remittance_row(posted: Posted) -> Row:
    return {
        "payer": posted.payer,
        "trace": posted.trace,
        "date": posted.paid_on.isoformat(),
        "payments": dollars(posted.payments),
        "identified": dollars(posted.identified),
        "adjustments": dollars(posted.adjustments),
        "net_withheld": dollars(posted.net_withheld),
        "other": dollars(posted.other),
        "withheld": dollars(posted.withheld),
        "recovered": dollars(posted.recovered),
        "bpr02": dollars(posted.bpr02),
    }


def _totals(world: World, truth: Truth, known: list[Receivable], claims: int) -> Row:
    cents: Counter[str] = Counter()
    for posted in truth.posted:
        cents.update(_measures(posted))
    lags = [lag for lag in map(lag_days, known) if lag is not None]
    stories = Counter(item.story for item in known) + world.told
    return {name: dollars(cents[name]) for name in _MEASURES} | {
        "open": dollars(sum(item.open for item in known)),
        "lag_days": sum(lag for lag in lags if lag >= 0),
        "lag_count": sum(lag >= 0 for lag in lags),
        "negative_lags": sum(lag < 0 for lag in lags),
        "remittances": len(truth.posted),
        "claims": claims,
        "receivables": len(known),
        "stories": dict(sorted(stories.items())),
    }
