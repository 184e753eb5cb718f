"""Definitions: every figure is explained, and nothing on screen lacks its word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from data.ledger import events
from kpis.catalog import KPI_BY_NAME, KPIS, MEASURES, Kpi
from kpis.definitions import MATCHING_TIERS, MECHANISMS, causes, expression_in_words, kpis_in_words
from kpis.secondary import SECONDARY
from tests.apps.conftest import OpenPage, written
from tests.warehouses import engine_of, rows


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.name)
def test_every_kpi_is_defined_on_the_page(kpi: Kpi, open_page: OpenPage) -> None:
    assert all((kpi.title, kpi.formula, kpi.definition, kpi.edge_cases))
    app = open_page("definitions")
    assert kpi.title in [heading.value for heading in app.subheader]
    text = written(app)
    assert kpi.definition in text
    assert f"**Formula** {kpi.formula}" in text
    assert f"**Edge cases** {kpi.edge_cases}" in text


def test_every_measure_is_defined_on_the_page(open_page: OpenPage) -> None:
    tables = " ".join(table.value.to_string() for table in open_page("definitions").table)
    assert [measure.title for measure in MEASURES if measure.title not in tables] == []
    assert all(measure.definition for measure in MEASURES)


def test_every_secondary_figure_is_defined_on_the_page(open_page: OpenPage) -> None:
    text = written(open_page("definitions"))
    for kpi in (one for one in SECONDARY if one.name not in KPI_BY_NAME):
        assert f"**{kpi.title}** (" in text
        assert f"= {kpi.formula}" in text
        assert kpi.definition in text
        assert kpi.edge_cases in text


def test_numerator_and_denominator_are_words() -> None:
    words = {one.kpi.name: one for one in kpis_in_words()}
    assert words["offset_volume_rate"].numerator == "Withheld"
    assert words["offset_volume_rate"].denominator == "Payments before offsets"
    assert words["net_cash_impact"].numerator == "Recovered − Withheld"
    assert words["net_cash_impact"].denominator == "none: an amount, not a ratio"


def test_an_expression_over_an_unknown_measure_fails() -> None:
    with pytest.raises(KeyError):
        expression_in_words("withheld + undefined_measure")


def test_a_target_says_that_its_source_is_not_verified(open_page: OpenPage) -> None:
    assert "**Target** at most 2 % · Industry article on payer offsets (not verified)" in written(
        open_page("definitions")
    )


def test_every_mechanism_and_tier_of_the_sample_is_defined(sample_warehouse: Path) -> None:
    engine = engine_of(sample_warehouse)
    used = {row["mechanism"] for row in rows(engine, "select distinct mechanism from receivable")}
    assert used - {name for name, _ in MECHANISMS} == set()
    ties = rows(engine, "select distinct tier, method, confidence from match")
    told = {tier[:3] for tier in MATCHING_TIERS}
    assert {(tie["tier"], tie["method"], tie["confidence"]) for tie in ties} - told == set()


def test_every_way_in_which_the_ledger_can_tie_is_defined_once_and_documented() -> None:
    ways = [way[:3] for way in vars(events).values() if isinstance(way, events.Match)]
    assert sorted(tier[:3] for tier in MATCHING_TIERS) == sorted(ways)
    rows_of_docs = re.findall(
        r"^\| ([\d, ]+) \| .+ \| ([a-z, ]+) \|$", Path("docs/ledger.md").read_text(), re.M
    )
    documented = {
        (int(tier), confidence)
        for tiers, confidences in rows_of_docs
        for tier, confidence in zip(tiers.split(", "), confidences.split(", "), strict=True)
    }
    assert documented == {(tier, confidence) for tier, _, confidence in ways}


def test_every_cause_has_its_control_and_codes(sample_warehouse: Path) -> None:
    found = causes(engine_of(sample_warehouse))
    assert len(found) == 10
    assert all(cause.preventive_control and cause.claim_adjustment_reasons for cause in found)
    by_name = {cause.cause: cause for cause in found}
    assert by_name["Upcoding"].claim_adjustment_reasons == "150 186"
