"""The figures that several sections share, asked for once per report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from charts.theme import NAMED, colour_places
from kpis.cards import Card, cards
from kpis.choices import choices
from kpis.engine import Engine
from kpis.filters import Filters
from kpis.overview import WhatChanged, what_changed
from kpis.report_figures import Figures, figures_by, largest_and_rest, total_figures
from kpis.targets import TargetBook
from reports.scope import Scope


@dataclass(frozen=True)
class Material:
    """Figures over the scope. payers: every payer, most withheld first; payers_shown: the largest and the rest."""

    engine: Engine
    scope: Scope
    total: Figures
    cards: tuple[Card, ...]
    months: tuple[Figures, ...]
    months_before: tuple[Figures, ...]
    payers: tuple[Figures, ...]
    payers_shown: tuple[Figures, ...]
    changed: WhatChanged | None
    payer_places: Mapping[str, int]
    targets: TargetBook

    @property
    def filters(self) -> Filters:
        return self.scope.filters

    @property
    def where(self) -> str:
        """The period, as it stands in a sentence."""
        return self.scope.period_in_words


def gather(engine: Engine, scope: Scope, targets: TargetBook) -> Material:
    """Asks for everything that more than one section needs."""
    filters, period, prior = scope.filters, scope.period, scope.comparison
    payers = tuple(one for one in figures_by(engine, filters, "payer") if not one.is_empty)
    before = filters.over(prior.start, prior.end) if prior else None
    return Material(
        engine=engine,
        scope=scope,
        total=total_figures(engine, filters),
        cards=cards(engine, filters, prior, targets),
        months=figures_by(engine, filters, "month"),
        months_before=figures_by(engine, before, "month") if before else (),
        payers=payers,
        payers_shown=largest_and_rest(engine, filters, "payer", payers, NAMED),
        changed=what_changed(engine, filters, period.last_month) if period else None,
        payer_places=colour_places(choices(engine).payers),
        targets=targets,
    )
