"""Sections: titles computed from the data, cohorts that tie, the rest of many as one."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.cube import kpi_table
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.overview import open_exposure
from kpis.report_figures import figures_by, largest_and_rest, total_figures
from kpis.report_outlook import Expected, expected_takings
from kpis.report_recovery import recovery_triangle
from kpis.report_rows import cube_rows
from loaders.ingest import load
from reports.sections import build_report
from reports.text_fit import lines_of, shortened, width_of
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    """Northland takes 100.00 in March and 150.00 in April, gives 40.00 back in May; Union takes 50.00, then 60.00."""
    folder = tmp_path_factory.mktemp("two")
    union = partial(Remit, payer="UNION TRUST", payer_id="UT1")
    remits = [
        Remit("N1", "20250310", [Claim("A", "1000.00")], [("WO:X1", "100.00")]),
        union("U1", "20250311", [Claim("U", "500.00")], [("WO:Y1", "50.00")]),
        Remit("N2", "20250410", [Claim("B", "1000.00")], [("WO:X2", "150.00")]),
        union("U2", "20250411", [Claim("V", "500.00")], [("WO:Y2", "60.00")]),
        Remit("N3", "20250512", [Claim("C", "1000.00")], [("WO:X1", "-40.00")]),
        Remit(
            "N4",
            "20250513",
            [
                Claim("D", "300.00"),
                Claim("E", "-200.00", status="22"),
                Claim("E", "120.00", adjustments=[("CO", "50", "80.00")]),
            ],
            [("WO:E", "-80.00")],
        ),
    ]
    (folder / "remits.835").write_bytes(file_835(*remits))
    load([folder / "remits.835"], folder / "warehouse")
    return engine_of(folder / "warehouse")


def title(engine: DuckDBEngine, filters: Filters, name: str) -> str:
    (section,) = build_report(engine, filters, [name]).sections
    return section.title


MARCH_APRIL = Filters(date(2025, 3, 1), date(2025, 5, 1))


def test_titles_are_computed(two: DuckDBEngine) -> None:
    told = {name: title(two, MARCH_APRIL, name) for name in ("summary", "payers", "cash_bridge")}
    assert told == {
        "summary": "Offsets rose 40.0 % in Apr 2025; NORTHLAND HEALTH PLAN drove 83 % of what rose",
        "payers": "NORTHLAND HEALTH PLAN took 69 % of the $360 withheld",
        "cash_bridge": "Of $3.00K paid, $2.64K reached the bank; offsets took $360 net",
    }
    assert build_report(two, MARCH_APRIL, ["summary"]).title == (
        "Payers withheld $360, 12.0 % of what they paid, Mar 2025 to Apr 2025"
    )


def test_a_month_that_stands_alone_has_its_own_sentence(two: DuckDBEngine) -> None:
    assert title(two, Filters(until=date(2025, 4, 1)), "summary") == (
        "Offsets began in Mar 2025 with $150; NORTHLAND HEALTH PLAN drove 67 % of what rose"
    )
    assert title(two, Filters(since=date(2025, 5, 1)), "summary") == (
        "Nothing was withheld in May 2025, after $210 in Apr 2025"
    )


def test_the_comparison_is_the_months_before_where_there_are_any(two: DuckDBEngine) -> None:
    april = build_report(two, Filters(since=date(2025, 4, 1), until=date(2025, 5, 1)), ["summary"])
    assert april.scope.comparison_in_words == "Mar 2025"
    assert april.cards[0].change == "+4.0 points"
    assert build_report(two, MARCH_APRIL, ["summary"]).scope.comparison is None


def test_cohorts_say_what_came_back_and_when(two: DuckDBEngine) -> None:
    march, april = recovery_triangle(two, Filters())
    assert (march.label, march.withheld, march.come_back) == ("Mar 2025", Decimal(150), Decimal(40))
    assert march.by_age == (Decimal(0), Decimal(0), Decimal(40))
    assert [march.share(age) for age in (1, 2, 3)] == [0.0, pytest.approx(40 / 150), None]
    assert (april.withheld, april.by_age) == (Decimal(210), (Decimal(0), Decimal(0)))


def test_cohorts_tie_to_the_cube(sample: DuckDBEngine) -> None:
    cause = figures_by(sample, Filters(), "cause")[0].name
    for filters in (Filters(), Filters(since=date(2026, 1, 1)), Filters(causes=(cause,))):
        cohorts, total = recovery_triangle(sample, filters), total_figures(sample, filters)
        assert sum(one.withheld for one in cohorts) == total.usd("withheld")
        assert sum(one.come_back for one in cohorts) == total.usd("come_back_of_month")
        assert all(list(one.by_age) == sorted(one.by_age) for one in cohorts)
        assert all(one.by_age[-1] == one.come_back for one in cohorts)


def test_what_is_announced_falls_into_a_month_or_has_no_lag(
    two: DuckDBEngine, sample: DuckDBEngine
) -> None:
    assert expected_takings(two, Filters()) == (Expected(None, False, 1, Decimal("80.00")),)
    expected = sum(one.amount for one in expected_takings(sample, Filters()))
    assert expected == sum(one.total for one in open_exposure(sample, Filters()))


def test_the_rest_has_the_rates_of_its_sums(sample: DuckDBEngine) -> None:
    payers = figures_by(sample, Filters(), "payer")
    shown = largest_and_rest(sample, Filters(), "payer", payers, 3)
    rest, hidden = shown[-1], payers[3:]
    assert [one.name for one in shown] == [
        *(one.name for one in payers[:3]),
        f"Other ({len(hidden)})",
    ]
    for name in ("withheld", "payments", "lag_days", "lag_count"):
        assert rest.value(name) == sum(Decimal(one.value(name) or 0) for one in hidden)
    assert rest.value("recoupment_lag_days") == rest.count("lag_days") / rest.count("lag_count")


def test_rows_add_up_to_the_cards_under_every_filter(sample: DuckDBEngine) -> None:
    specialty = figures_by(sample, Filters(), "specialty")[0].name
    for filters in (
        Filters(since=date(2026, 1, 1)),
        Filters(specialties=(specialty,)),
        Filters(causes=("Upcoding",)),
    ):
        rows = cube_rows(sample, filters).to_pylist()
        (told,) = kpi_table(sample, filters).to_pylist()
        for name in ("payments", "withheld", "recovered", "lag_days", "appeals_upheld"):
            assert sum(row[name] for row in rows) == told[name], (filters, name)


def test_reports_import_nothing_of_the_screen_and_hold_no_sql() -> None:
    for file in (Path(__file__).resolve().parent.parent / "reports").glob("*.py"):
        text = file.read_text()
        assert not re.search(
            r"^(from|import) (streamlit|screen|pages|duckdb|loaders)\b", text, re.M
        ), file
        assert not re.search(r"\bselect\b.+\bfrom\b.+\bwhere\b", text, re.S), file


@given(st.text(min_size=1, max_size=80), st.floats(min_value=0.5, max_value=6))
def test_shortened_text_fits_its_line(text: str, width: float) -> None:
    assert width_of(shortened(text, 12, width), 12) <= width


@given(st.text(alphabet="ab c", min_size=1, max_size=200), st.floats(min_value=0.5, max_value=6))
def test_text_takes_at_least_the_lines_its_width_asks_for(text: str, width: float) -> None:
    assert lines_of(text, 12, width) >= width_of(text.strip(" "), 12) // (width * 1.35)
