"""The figures that several sections share, each asked for once per report and only where a section needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from charts.places import stable_places
from charts.theme import NAMED
from kpis.cards import Card, cards
from kpis.cube import kpi_table
from kpis.engine import Engine
from kpis.filters import Filters
from kpis.overview import WhatChanged, what_changed
from kpis.report_figures import Figures, figures_by, largest_and_rest, total_figures
from kpis.targets import TargetBook
from reports.scope import Scope


@dataclass(frozen=True)
class Material:
    """Figures over the scope, as they are asked for."""

    engine: Engine
    scope: Scope
    targets: TargetBook

    @property
    def filters(self) -> Filters:
        return self.scope.filters

    @property
    def where(self) -> str:
        """The period, as it stands in a sentence."""
        return self.scope.period_in_words

    @cached_property
    def total(self) -> Figures:
        return total_figures(self.engine, self.filters)

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        return cards(self.engine, self.filters, self.scope.comparison, self.targets)

    @cached_property
    def months(self) -> tuple[Figures, ...]:
        """Oldest first."""
        return figures_by(self.engine, self.filters, "month")

    @cached_property
    def months_before(self) -> tuple[Figures, ...]:
        """The months compared with; none where there is no comparison."""
        prior = self.scope.comparison
        if prior is None:
            return ()
        return figures_by(self.engine, self.filters.over(prior.start, prior.end), "month")

    @cached_property
    def payers(self) -> tuple[Figures, ...]:
        """Every payer with anything to show, most withheld first."""
        found = figures_by(self.engine, self.filters, "payer")
        return tuple(one for one in found if not one.is_empty)

    @cached_property
    def payers_shown(self) -> tuple[Figures, ...]:
        """The largest and the rest."""
        return largest_and_rest(self.engine, self.filters, "payer", self.payers, NAMED)

    @cached_property
    def changed(self) -> WhatChanged | None:
        """What moved the last month; None while nothing is posted."""
        period = self.scope.period
        return what_changed(self.engine, self.filters, period.last_month) if period else None

    @cached_property
    def payer_places(self) -> Mapping[str, int]:
        """The colours of the largest payers of all data, as on screen: the same under every filter."""
        rows = kpi_table(self.engine, Filters(), ("payer",)).to_pylist()
        return stable_places({row["payer"]: row["withheld"] for row in rows})
