"""Titles as sentences, computed from the figures they stand over."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kpis.cards import Card, band_in_words
from kpis.format import exact_usd, short_usd, short_value
from kpis.overview import Move, WhatChanged
from kpis.periods import add_months, month_in_words
from kpis.report_figures import Figures
from reports.text_fit import cut_in_the_middle

LONGEST_NAME = 40


def short_name(name: str) -> str:
    """A name as it stands in a title: at most LONGEST_NAME characters, its beginning and its end."""
    return name if len(name) <= LONGEST_NAME else cut_in_the_middle(name, LONGEST_NAME - 1)


def percent(share: float | Decimal) -> str:
    """A share in whole per cent; under one per cent with a digit."""
    value = float(share) * 100
    return f"{value:.0f} %" if value >= 0.95 or value == 0 else f"{value:.1f} %"


def offsets_moved(changed: WhatChanged | None) -> str:
    """The last month against the one before, and who drove it."""
    if changed is None:
        return "Nothing is posted yet"
    this, last = month_in_words(changed.month), month_in_words(add_months(changed.month, -1))
    if not changed.now and not changed.before:
        return f"Nothing was withheld in {this} or the month before"
    if not changed.now:
        return f"Nothing was withheld in {this}, after {short_usd(changed.before)} in {last}"
    if not changed.before:
        return f"Offsets began in {this} with {short_usd(changed.now)}{_driver(changed)}"
    if changed.now == changed.before:
        return f"Offsets held at {short_usd(changed.now)} in {this}"
    direction = "rose" if changed.now > changed.before else "fell"
    share = abs(changed.now - changed.before) / changed.before * 100
    moved = f"{share:.1f} %"
    if share >= 1000:
        moved = f"from {short_usd(changed.before)} to {short_usd(changed.now)}"
    return f"Offsets {direction} {moved} in {this}{_driver(changed)}"


def _driver(changed: WhatChanged) -> str:
    """The payer that moved most in the direction the month moved, with its share of all that moved so."""
    rose = changed.now > changed.before
    movers = [move for move in changed.payers if move.change and (move.change > 0) == rose]
    if not movers or len(changed.payers) < 2:
        return ""
    top = movers[0]
    if len(movers) == 1:
        return f"; only {short_name(top.name)} {'rose' if rose else 'fell'}"
    return (
        f"; {short_name(top.name)} drove {percent(top.share)} of what {'rose' if rose else 'fell'}"
    )


def kpi_stands(card: Card, payers: Sequence[Figures], where: str) -> str:
    """A headline's value, its target, and the payer where it is worst."""
    kpi = card.kpi
    if card.value is None:
        return f"No {kpi.title.lower()} can be told for {where}"
    value = card.value_in_words
    against = ""
    if card.target is not None and card.status is not None:
        against = f", {card.status} ({band_in_words(card.target, kpi.unit)})"
    return f"{kpi.title} was {value}{against}{_extreme(card, payers)}"


def _extreme(card: Card, payers: Sequence[Figures]) -> str:
    """The payer with the worst value; of a figure without a good direction, the highest."""
    name = card.kpi.name
    known = [one for one in payers if one.value(name) is not None]
    if len(known) < 2:
        return ""
    pick = min if card.kpi.good == "higher" else max
    worst = pick(known, key=lambda one: float(one.value(name) or 0))
    if card.kpi.unit == "usd" and worst.usd(name) == 0:
        return ""
    word = "was lowest" if card.kpi.good == "higher" else "was highest"
    if card.kpi.unit == "usd" and worst.usd(name) < 0:
        word = "drained most"
    return f"; {short_name(worst.name)} {word}, {short_value(worst.value(name), card.kpi.unit)}"


def card_in_words(card: Card, compared_with: str) -> str:
    """A headline in full: value, what it rests on, target, and the change against the months before."""
    told = f"{card.kpi.title} {card.value_in_words} · {card.rests_on}"
    told += f" · {card.status_in_words}"
    if card.change is not None and compared_with:
        told += f" · {card.change} against {compared_with}"
    return told


def withheld_by_top(found: Sequence[Figures], total: Decimal, verb: str) -> str:
    """Who carries how much of what was withheld."""
    top = found[0]
    return f"{short_name(top.name)} {verb} {percent(top.usd('withheld') / total)} of the {short_usd(total)} withheld"


def move_in_words(moves: Sequence[Move], limit: int) -> list[str]:
    """The largest moves, one short sentence each."""
    return [
        f"{short_name(move.name)}: {exact_usd(abs(move.change))} {'more' if move.change > 0 else 'less'} "
        f"({exact_usd(move.before)} → {exact_usd(move.now)})"
        for move in [move for move in moves if move.change][:limit]
    ]
