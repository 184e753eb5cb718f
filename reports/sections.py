"""The sections of a report in their order, and the report made of those asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from kpis.catalog import HEADLINES
from kpis.engine import Engine
from kpis.filters import Filters
from kpis.format import short_usd, short_value
from kpis.targets import TargetBook, target_book
from reports.content import Report, Section
from reports.material import Material
from reports.scope import scope_of
from reports.section_appendix import definitions, sources
from reports.section_headlines import headline, summary
from reports.section_money import bridge, causes, payers, specialties
from reports.section_outcome import appeals, exposure
from reports.section_outlook import outlook

HEADING = "Payer offsets and recoupments"


def _headline(name: str, material: Material) -> Section:
    return headline(material, next(card for card in material.cards if card.kpi.name == name))


SECTIONS: dict[str, Callable[[Material], Section]] = {
    "summary": summary,
    **{kpi.name: partial(_headline, kpi.name) for kpi in HEADLINES},
    "cash_bridge": bridge,
    "payers": payers,
    "specialties": specialties,
    "causes": causes,
    "appeals": appeals,
    "exposure": exposure,
    "outlook": outlook,
    "definitions": definitions,
    "sources": sources,
}

HEADINGS = {
    "summary": "Summary",
    **{kpi.name: kpi.title for kpi in HEADLINES},
    "cash_bridge": "Cash bridge",
    "payers": "Payers",
    "specialties": "Specialties",
    "causes": "Causes",
    "appeals": "Appeals and recovery",
    "exposure": "Open exposure",
    "outlook": "Outlook",
    "definitions": "Definitions",
    "sources": "Filters and sources",
}
"""What each section is called in a list, before anything is worked out."""


def build_report(
    engine: Engine, filters: Filters, names: Sequence[str] = (), targets: TargetBook | None = None
) -> Report:
    """The report over the filters with the sections named, in the order given; all of them where none is.

    targets: those in force; the ones of the file where none are given.
    Raises KeyError for a section that is not in SECTIONS.
    """
    material = Material(engine, scope_of(engine, filters), targets or target_book())
    return Report(
        heading=HEADING,
        title=_title(material),
        scope=material.scope,
        cards=material.cards,
        sections=tuple(SECTIONS[name](material) for name in (names or SECTIONS)),
    )


def _title(material: Material) -> str:
    total = material.total
    if total.is_empty:
        return f"Nothing was paid or withheld in {material.where}"
    rate = total.value("offset_volume_rate")
    share = f", {short_value(rate, 'share')} of what they paid" if rate is not None else ""
    return f"Payers withheld {short_usd(total.usd('withheld'))}{share}, {material.where}"
